/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onednn_api.h"

#include "peers/library.h"

dnn_api dnn;

#define TEXT2(x) #x
#define TEXT(x)  TEXT2(x)

static const char *const files[] = { "libdnnl.so." TEXT(DNNL_VERSION_MAJOR), NULL };

#define SYMBOL(name) { #name, &dnn.name },
static const library_symbol symbols[] = { DNN_FUNCTIONS(SYMBOL) { NULL, NULL } };

bool dnn_loaded(void)
{
    return dnn.engine != NULL;
}

/* Keeps oneDNN from using features that the processor has but the user has masked off. */
static void limit_features(uint64_t features)
{
#if defined(__x86_64__) || defined(__i386__)
    if ((features & SB_CPU_AVX2) == 0)
        dnn.dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
    else if ((features & SB_CPU_AVX512) == 0)
        dnn.dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
#else
    (void)features;
#endif
}

const char *dnn_version_text(void)
{
    static char text[64];
    const dnnl_version_t *version = dnn.dnnl_version();
    snprintf(text, sizeof text, "oneDNN %d.%d.%d", version->major, version->minor, version->patch);
    return text;
}

int dnn_load(const sb_cpu *cpu, sb_why *why)
{
    void *handle;
    if (dnn_loaded())
        return 0;
    if (library_load(files, symbols, &handle, why) < 0)
        return -1;
    const dnnl_version_t *version = dnn.dnnl_version();
    if (version->major != DNNL_VERSION_MAJOR)
        return refuse(why, "oneDNN %d.%d was found, built for %d.x", version->major, version->minor,
                      DNNL_VERSION_MAJOR);
    limit_features(cpu->features);
    library_find(handle, "omp_set_num_threads", &dnn.omp_set_num_threads);
    if (dnn.dnnl_engine_create(&dnn.engine, dnnl_cpu, 0) != dnnl_success)
        return refuse(why, "oneDNN gives no engine for the processor");
    if (dnn.dnnl_stream_create(&dnn.stream, dnn.engine, dnnl_stream_default_flags) !=
        dnnl_success) {
        dnn.engine = NULL;
        return refuse(why, "oneDNN gives no stream");
    }
    return 0;
}

int dnn_use_threads(int64_t threads)
{
    if (dnn.omp_set_num_threads == NULL)
        return threads == 1 && DNNL_CPU_THREADING_RUNTIME == DNNL_RUNTIME_SEQ ? 0 : -1;
    dnn.omp_set_num_threads((int)threads);
    return 0;
}

/* --------------------------------------------------------------------------- post-operations */

static const struct {
    dnnl_alg_kind_t algorithm;
    float alpha, beta;
} activations[] = {
    [SB_RELU] = { dnnl_eltwise_relu, 0, 0 },
    [SB_RELU6] = { dnnl_eltwise_clip, 0, 6 },
#if DNNL_VERSION_MAJOR >= 3
    [SB_HARD_SWISH] = { dnnl_eltwise_hardswish, 1.0f / 6, 0.5f },
#else
    [SB_HARD_SWISH] = { dnnl_eltwise_hardswish, 0, 0 },
#endif
    [SB_SWISH] = { dnnl_eltwise_swish, 1, 0 },
};

static dnnl_status_t append_sum(dnnl_post_ops_t ops)
{
#if DNNL_VERSION_MAJOR >= 3
    return dnn.dnnl_post_ops_append_sum(ops, 1, 0, dnnl_data_type_undef);
#else
    return dnn.dnnl_post_ops_append_sum(ops, 1);
#endif
}

static dnnl_status_t append_activation(dnnl_post_ops_t ops, uint32_t activation)
{
    const dnnl_alg_kind_t algorithm = activations[activation].algorithm;
    const float alpha = activations[activation].alpha, beta = activations[activation].beta;
#if DNNL_VERSION_MAJOR >= 3
    return dnn.dnnl_post_ops_append_eltwise(ops, algorithm, alpha, beta);
#else
    return dnn.dnnl_post_ops_append_eltwise(ops, 1, algorithm, alpha, beta);
#endif
}

static int append_all(const dnn_post_ops *what, dnnl_post_ops_t ops)
{
    if (what->binary != NULL &&
        dnn.dnnl_post_ops_append_binary(ops, dnnl_binary_add, what->binary) != dnnl_success)
        return -1;
    if (what->sum && append_sum(ops) != dnnl_success)
        return -1;
    return what->activation == SB_ACTIVATION_NONE ||
                   append_activation(ops, what->activation) == dnnl_success
               ? 0
               : -1;
}

int dnn_post_ops_make(const dnn_post_ops *what, dnnl_primitive_attr_t *out)
{
    dnnl_post_ops_t ops;
    *out = NULL;
    if (what->binary == NULL && !what->sum && what->activation == SB_ACTIVATION_NONE)
        return 0;
    if (dnn.dnnl_post_ops_create(&ops) != dnnl_success)
        return -1;
    int rc = append_all(what, ops);
    if (rc == 0 && dnn.dnnl_primitive_attr_create(out) != dnnl_success)
        rc = -1;
    if (rc == 0)
        rc = dnn.dnnl_primitive_attr_set_post_ops(*out, ops) == dnnl_success ? 0 : -1; /* a copy */
    dnn.dnnl_post_ops_destroy(ops);
    return rc;
}

/* --------------------------------------------------------------------------------- descriptors */

#if DNNL_VERSION_MAJOR >= 3

int dnn_tensor_make(dnn_tensor *own, int dims, const dnnl_dim_t *dim, dnnl_format_tag_t tag)
{
    own->desc = NULL;
    return dnn.dnnl_memory_desc_create_with_tag(&own->desc, dims, dim, dnnl_f32, tag) ==
                   dnnl_success
               ? 0
               : -1;
}

void dnn_tensor_free(dnn_tensor *own)
{
    if (own->desc != NULL)
        dnn.dnnl_memory_desc_destroy(own->desc);
}

dnnl_status_t dnn_describe_convolution(const dnn_convolution *c, dnnl_primitive_desc_t *out)
{
    return dnn.dnnl_convolution_forward_primitive_desc_create(
        out, dnn.engine, c->kind, c->algorithm, c->source, c->weights, c->bias, c->result,
        c->strides, c->dilation, c->before, c->after, c->after_sum);
}

#else

int dnn_tensor_make(dnn_tensor *own, int dims, const dnnl_dim_t *dim, dnnl_format_tag_t tag)
{
    return dnn.dnnl_memory_desc_init_by_tag(own->desc, dims, dim, dnnl_f32, tag) == dnnl_success
               ? 0
               : -1;
}

void dnn_tensor_free(dnn_tensor *own)
{
    (void)own;
}

dnnl_status_t dnn_describe_convolution(const dnn_convolution *c, dnnl_primitive_desc_t *out)
{
    dnnl_convolution_desc_t desc;
    dnnl_status_t status = dnn.dnnl_dilated_convolution_forward_desc_init(
        &desc, c->kind, c->algorithm, c->source, c->weights, c->bias, c->result, c->strides,
        c->dilation, c->before, c->after);
    return status != dnnl_success
               ? status
               : dnn.dnnl_primitive_desc_create(out, &desc, c->after_sum, dnn.engine, NULL);
}

#endif
