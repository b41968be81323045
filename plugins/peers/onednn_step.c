/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onednn_step.h"

#include <string.h>

typedef struct dnn_step {
    step base;
    dnnl_primitive_t primitive;
    dnnl_memory_t source, weights, result;
    const float *input; /* what `source` points to */
    float *output;
    void *packed;
} dnn_step;

static int run(step *base, const float *input, float *output)
{
    dnn_step *own = (dnn_step *)base;
    if (input != own->input) {
        /* oneDNN has no constant tensors; it does not write to a source. */
        union {
            const float *in;
            void *out;
        } source = { .in = input };
        dnn.dnnl_memory_set_data_handle(own->source, source.out);
        own->input = input;
    }
    if (output != own->output) {
        dnn.dnnl_memory_set_data_handle(own->result, output);
        own->output = output;
    }
    const dnnl_exec_arg_t arguments[] = {
        { DNNL_ARG_SRC, own->source },
        { DNNL_ARG_WEIGHTS, own->weights },
        { DNNL_ARG_DST, own->result },
    };
    if (dnn.dnnl_primitive_execute(own->primitive, dnn.stream, 3, arguments) != dnnl_success)
        return -1;
    return dnn.dnnl_stream_wait(dnn.stream) == dnnl_success ? 0 : -1;
}

static void destroy(step *base, const sb_host *host)
{
    dnn_step *own = (dnn_step *)base;
    dnnl_memory_t memory[] = { own->source, own->weights, own->result };
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
        if (memory[i] != NULL)
            dnn.dnnl_memory_destroy(memory[i]);
    if (own->primitive != NULL)
        dnn.dnnl_primitive_destroy(own->primitive);
    host->free(host, own->packed);
    host->free(host, own);
}

/* Dense weights, with filters of zero where channels were added. */
static float *pad_weights(const sb_host *host, const sb_problem *from, const sb_problem *to,
                          const float *weights)
{
    const int64_t taps = from->r * from->s;
    const int64_t narrow = from->c / from->groups * taps, wide = to->c / to->groups * taps;
    float *padded = alloc_floats(host, to->k * wide);
    for (int64_t k = 0; padded != NULL && k < from->k; k++)
        memcpy(padded + k * wide, weights + k * narrow, (size_t)narrow * sizeof *weights);
    return padded;
}

/* Copies weights into the layout that the convolution wants. */
static int reorder(dnnl_memory_t from, dnn_desc from_desc, dnnl_memory_t to, dnn_desc to_desc)
{
    dnnl_primitive_desc_t desc;
    dnnl_primitive_t primitive = NULL;
    int rc = -1;
    if (dnn.dnnl_reorder_primitive_desc_create(&desc, from_desc, dnn.engine, to_desc, dnn.engine,
                                               NULL) != dnnl_success)
        return -1;
    const dnnl_exec_arg_t arguments[] = { { DNNL_ARG_FROM, from }, { DNNL_ARG_TO, to } };
    if (dnn.dnnl_primitive_create(&primitive, desc) == dnnl_success &&
        dnn.dnnl_primitive_execute(primitive, dnn.stream, 2, arguments) == dnnl_success &&
        dnn.dnnl_stream_wait(dnn.stream) == dnnl_success)
        rc = 0;
    if (primitive != NULL)
        dnn.dnnl_primitive_destroy(primitive);
    dnn.dnnl_primitive_desc_destroy(desc);
    return rc;
}

static int pack(dnn_step *own, const sb_host *host, const sb_problem *problem,
                const dnn_answer *answer, const float *weights)
{
    const sb_problem *b = &answer->problem;
    const dnnl_dims_t plain = { b->k, b->c, b->r, b->s };
    const dnnl_dims_t grouped = { b->groups, b->k / b->groups, b->c / b->groups, b->r, b->s };
    const dnn_desc wanted =
        dnn.dnnl_primitive_desc_query_md(answer->desc, dnnl_query_weights_md, 0);
    dnnl_memory_t memory = NULL;
    dnn_tensor dense;
    int rc = -1;

    float *padded = pad_weights(host, problem, b, weights);
    own->packed = host->alloc(host, dnn.dnnl_memory_desc_get_size(wanted));
    if (padded == NULL || own->packed == NULL)
        goto free_padded;
    if (dnn_tensor_make(&dense, b->groups > 1 ? 5 : 4, b->groups > 1 ? grouped : plain,
                        b->groups > 1 ? dnnl_goihw : dnnl_oihw) < 0)
        goto free_padded;
    if (dnn.dnnl_memory_create(&memory, dense.desc, dnn.engine, padded) == dnnl_success &&
        dnn.dnnl_memory_create(&own->weights, wanted, dnn.engine, own->packed) == dnnl_success)
        rc = reorder(memory, dense.desc, own->weights, wanted);
    if (memory != NULL)
        dnn.dnnl_memory_destroy(memory);
    dnn_tensor_free(&dense);
free_padded:
    host->free(host, padded);
    return rc;
}

static int make_tensors(dnn_step *own, const dnn_answer *answer)
{
    const dnn_desc source = dnn.dnnl_primitive_desc_query_md(answer->desc, dnnl_query_src_md, 0);
    const dnn_desc result = dnn.dnnl_primitive_desc_query_md(answer->desc, dnnl_query_dst_md, 0);
    return dnn.dnnl_memory_create(&own->source, source, dnn.engine, NULL) == dnnl_success &&
                   dnn.dnnl_memory_create(&own->result, result, dnn.engine, NULL) == dnnl_success
               ? 0
               : -1;
}

static void describe(step *base, const dnn_answer *answer)
{
    static const char *const names[] = { "NCHW", "NHWC", "NCHW8c", "NCHW16c" };
    const char *implementation = "?";
    dnn.dnnl_primitive_desc_query(answer->desc, dnnl_query_impl_info_str, 0, &implementation);
    snprintf(base->text, sizeof base->text, "%s %s>%s", implementation, names[answer->input],
             names[answer->output]);
}

step *dnn_step_new(const sb_host *host, const sb_problem *problem, dnn_answer *answer,
                   const float *weights, sb_why *why)
{
    dnn_step *own = host->alloc(host, sizeof *own);
    if (own == NULL) {
        dnn_forget(answer);
        refuse(why, "no memory for the plan");
        return NULL;
    }
    *own = (dnn_step) { .base = { .run = run, .destroy = destroy } };
    describe(&own->base, answer);
    int rc = dnn.dnnl_primitive_create(&own->primitive, answer->desc) == dnnl_success ? 0 : -1;
    if (rc == 0)
        rc = make_tensors(own, answer);
    if (rc == 0)
        rc = pack(own, host, problem, answer, weights);
    dnn_forget(answer);
    if (rc < 0) {
        destroy(&own->base, host);
        refuse(why, "oneDNN could not create the convolution");
        return NULL;
    }
    return &own->base;
}
