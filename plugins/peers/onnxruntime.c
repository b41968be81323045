/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onnxruntime: a peer that wraps ONNX Runtime. The problem is written as a model, steps, biases,
 * residual and activations, and the library runs it as it runs a network's. There is nothing to
 * build against: the library is one that the user has.
 */
#include "common/kit.h"
#include "peers/onnx_model.h"
#include "peers/onnxruntime_api.h"

#include <string.h>

typedef struct ort_plan {
    const sb_host *host;
    ort_session *session;
    ort_tensor tensors[3]; /* the inputs, then the output */
    size_t inputs;
} ort_plan;

enum { OPTIMISATION };
static const char *const levels[] = { "layouts", "fusions", NULL };
static const int level_of[] = { ORT_LAYOUTS, ORT_FUSIONS };

static const sb_parameter optimisation = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "optimisation",
    .summary = "layouts: between reorders inside of the model, it may choose its layout; fusions: "
               "it computes in NCHW",
    .choices = levels,
};
static const sb_parameter *const parameters[] = { &optimisation, NULL };

static void set_tensors(ort_plan *own, const sb_network_part *parts, size_t count)
{
    const sb_problem *front = parts[0].problem, *back = parts[count - 1].problem;
    const sb_step *first = &front->steps[0], *last = &back->steps[back->step_count - 1];
    const ort_tensor output = { .name = ONNX_OUTPUT,
                                .shape = { back->n, last->k, last->p, last->q } };
    own->tensors[own->inputs++] = (ort_tensor) {
        .name = ONNX_INPUT,
        .shape = { front->n, first->c, first->h, first->w },
    };
    if (back->residual && parts[count - 1].residual < 0) {
        own->tensors[own->inputs] = output;
        own->tensors[own->inputs++].name = ONNX_RESIDUAL;
    }
    own->tensors[own->inputs] = output;
}

static void destroy(void *plan)
{
    ort_plan *own = plan;
    for (size_t i = 0; i <= own->inputs; i++)
        ort_release(&own->tensors[i]);
    if (own->session != NULL)
        ort_close(own->session);
    own->host->free(own->host, own);
}

static int open_model(const sb_host *host, const sb_network_part *parts, size_t count, int level,
                      void **out, sb_why *why)
{
    const int64_t threads = parts[0].problem->threads;
    onnx_bytes model = { 0 };
    if (ort_start(threads, why) < 0)
        return -1;
    ort_plan *own = host->alloc(host, sizeof *own);
    onnx_write_model(&model, parts, count);
    refuse(why, "no memory");
    if (own == NULL || model.failed)
        goto fail;
    own->host = host;
    set_tensors(own, parts, count);
    own->session = ort_open(
        &(ort_order) {
            .model = model.data,
            .bytes = model.length,
            .threads = threads,
            .optimisation = level,
        },
        why);
    if (own->session == NULL)
        goto fail;
    onnx_free(&model);
    *out = own;
    return 0;

fail:
    onnx_free(&model);
    if (own != NULL)
        destroy(own);
    return -1;
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    const sb_network_part alone = { .problem = problem, .weights = weights, .residual = -1 };
    return open_model(host, &alone, 1, level_of[values[OPTIMISATION]], out, why);
}

static int plan_network(const sb_host *host, const sb_network_part *parts, size_t count, void **out,
                        sb_why *why)
{
    return open_model(host, parts, count, ORT_LAYOUTS, out, why);
}

static int run(void *plan, const sb_call *call)
{
    ort_plan *own = plan;
    const void *data[] = { call->input, call->residual };
    for (size_t i = 0; i < own->inputs; i++)
        if (ort_point(&own->tensors[i], data[i], call->why) < 0)
            return -1;
    if (ort_point(&own->tensors[own->inputs], call->output, call->why) < 0)
        return -1;
    return ort_run(own->session, own->tensors, own->inputs, call->why);
}

#define ONNXRUNTIME_KERNEL(need, id_, summary_)                                                    \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "onnxruntime", .summary = summary_,   \
        .parameters = parameters, .supports = supports_all, .plan = plan, .run = run,              \
        .destroy = destroy,                                                                        \
    }

static const sb_kernel standard =
    ONNXRUNTIME_KERNEL(SB_NEED_STANDARD, "standard", "ONNX Runtime on a model of one Conv");
static const sb_kernel separable = ONNXRUNTIME_KERNEL(
    SB_NEED_SEPARABLE, "separable", "ONNX Runtime on a model of the depthwise and pointwise Conv");
static const sb_kernel bottleneck = ONNXRUNTIME_KERNEL(
    SB_NEED_BOTTLENECK, "bottleneck", "ONNX Runtime on a model of a bottleneck's three Convs");

static const sb_kernel *const kernels[] = { &standard, &separable, &bottleneck, NULL };

static int init(const sb_host *host, sb_why *why)
{
    return ort_load(host->cpu, why);
}

static const char *why_absent(void)
{
    static sb_why why;
    return ort_find(&why) < 0 ? why.text : NULL;
}

static const void *get_extension(const char *id)
{
    static const sb_absence_1 absence = { .why = why_absent };
    static const sb_network_1 network = { .plan = plan_network, .run = run, .destroy = destroy };
    if (strcmp(id, SB_ABSENCE_1) == 0)
        return &absence;
    return strcmp(id, SB_NETWORK_1) == 0 ? &network : NULL;
}

static const char *libraries(void)
{
    static char text[64];
    snprintf(text, sizeof text, "ONNX Runtime %s", ort_version());
    return text;
}

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .flags = SB_PLUGIN_PEER,
    .id = "onnxruntime",
    .version = "0.1.0",
    .summary = "ONNX Runtime, for comparison",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
    .init = init,
    .deinit = ort_stop,
    .get_extension = get_extension,
    .libraries = libraries,
};
