/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onednn: the peer that wraps oneDNN (Intel's deep neural network library), versions 2 and 3.
 * Weights are reordered in the plan, layouts are those that the library asks for.
 */
#include "peers/onednn_step.h"

enum { FORMAT, PARAMETERS };

static const char *const formats[] = { "inference", "training", "nhwc", "nchw16c", "nchw8c", NULL };

static const sb_parameter format_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "format",
    .summary = "who chooses the layout: oneDNN for inference or for training, or we",
    .max = DNN_NCHW8C,
    .initial = DNN_INFERENCE,
    .choices = formats,
};

static const sb_parameter *const parameters[PARAMETERS + 1] = { [FORMAT] = &format_parameter };

/* ------------------------------------------------------------------------------------ questions */

typedef struct answers {
    dnn_answer first, second;
} answers;

/* Asks about one step or two, the second in the layout that the first gives. */
static int ask(const sb_problem *problem, const int64_t *values, dnnl_alg_kind_t algorithm,
               answers *out, sb_why *why)
{
    const bool pair = problem->operation == SB_SEPARABLE;
    const sb_problem first = pair ? depthwise_step(problem) : *problem;
    dnn_question question = { (dnn_format)values[FORMAT], algorithm, DNN_ANY_LAYOUT };
    *out = (answers) { 0 };
    if (dnn_use_threads(problem->threads) < 0)
        return refuse(why, "this build of oneDNN does not let us choose the number of threads");
    if (dnn_ask(&first, question, &out->first, why) < 0)
        return -1;
    if (!pair)
        return 0;
    const sb_problem second = pointwise_step(problem);
    question.input = (int)out->first.output;
    if (dnn_ask(&second, question, &out->second, why) == 0)
        return 0;
    dnn_forget(&out->first);
    return -1;
}

static void announce(const sb_problem *problem, const int64_t *values, dnnl_alg_kind_t algorithm,
                     sb_layouts *out)
{
    sb_why why;
    answers a;
    out->input = out->output = SB_NHWC;
    if (!dnn_loaded() || ask(problem, values, algorithm, &a, &why) < 0)
        return;
    out->input = a.first.input;
    out->output = problem->operation == SB_SEPARABLE ? a.second.output : a.first.output;
    dnn_forget(&a.first);
    dnn_forget(&a.second);
}

static int make(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, dnnl_alg_kind_t algorithm, void **out, sb_why *why)
{
    answers a;
    if (dnn_load(why) < 0 || ask(problem, values, algorithm, &a, why) < 0)
        return -1;
    if (problem->operation == SB_STANDARD) {
        step *only = dnn_step_new(host, problem, &a.first, weights->standard, why);
        return steps_new(host, problem, only, NULL, out, why);
    }
    const sb_problem one = depthwise_step(problem), two = pointwise_step(problem);
    step *first = dnn_step_new(host, &one, &a.first, weights->depthwise, why);
    step *second = NULL;
    if (first != NULL)
        second = dnn_step_new(host, &two, &a.second, weights->pointwise, why);
    dnn_forget(&a.second);
    return steps_new(host, problem, first, second, out, why);
}

/* -------------------------------------------------------------------------------------- kernels */

static void direct_layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    announce(problem, values, dnnl_convolution_direct, out);
}

static int direct_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                       const sb_weights *weights, void **out, sb_why *why)
{
    return make(host, problem, values, weights, dnnl_convolution_direct, out, why);
}

static void winograd_layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    announce(problem, values, dnnl_convolution_winograd, out);
}

static int winograd_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                         const sb_weights *weights, void **out, sb_why *why)
{
    return make(host, problem, values, weights, dnnl_convolution_winograd, out, why);
}

/* Whether there is Winograd for this processor, the library says in `plan`. */
static int winograd_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    const sb_problem *b = problem;
    (void)cpu;
    if (b->r == 3 && b->s == 3 && b->stride_h == 1 && b->stride_w == 1 && b->dilation_h == 1 &&
        b->dilation_w == 1 && b->groups == 1)
        return 1;
    refuse(why, "only 3 x 3 kernels with stride 1, dilation 1 and one group");
    return 0;
}

#define ONEDNN_KERNEL(operation_, arithmetic_, id_, summary_, family)                         \
    {                                                                                         \
        .size = sizeof(sb_kernel), .operation = operation_, .arithmetic = arithmetic_,        \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "onednn", .summary = summary_,   \
        .parameters = parameters, .supports = family##_supports, .layouts = family##_layouts, \
        .plan = family##_plan, .run = steps_run, .destroy = steps_destroy,                    \
        .describe = steps_describe,                                                           \
    }

#define direct_supports supports_all

static const sb_kernel standard =
    ONEDNN_KERNEL(SB_STANDARD, SB_DIRECT, "standard", "oneDNN's direct convolution", direct);
static const sb_kernel separable =
    ONEDNN_KERNEL(SB_SEPARABLE, SB_DIRECT, "separable",
                  "oneDNN's depthwise, then its pointwise convolution", direct);
/* Its fp32 Winograd is F(4x4, 3x3) ("wino_4x3"). */
static const sb_kernel winograd = ONEDNN_KERNEL(SB_STANDARD, SB_WINOGRAD_F4, "winograd",
                                                "oneDNN's Winograd convolution", winograd);

static const sb_kernel *const kernels[] = { &standard, &separable, &winograd, NULL };

static int init(const sb_host *host, sb_why *why)
{
    (void)host;
    return dnn_load(why);
}

#define TEXT2(x) #x
#define TEXT(x)  TEXT2(x)

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .flags = SB_PLUGIN_PEER,
    .id = "onednn",
    .version = TEXT(DNNL_VERSION_MAJOR) "." TEXT(DNNL_VERSION_MINOR) "." TEXT(DNNL_VERSION_PATCH),
    .summary = "oneDNN, for comparison",
    .license = "Apache-2.0",
    .kernels = kernels,
    .init = init,
};
