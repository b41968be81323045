/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onednn: the peer that wraps oneDNN (Intel's deep neural network library), versions 2 and 3.
 * Weights are reordered in the plan, layouts are those that the library asks for.
 */
#include "peers/onednn_step.h"

#include <string.h>

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
static int ask(const sb_problem *problem, dnn_format format, dnnl_alg_kind_t algorithm,
               answers *out, sb_why *why)
{
    const bool pair = problem->operation == SB_SEPARABLE;
    const sb_problem first = pair ? depthwise_step(problem) : *problem;
    dnn_question question = { format, algorithm, DNN_ANY_LAYOUT };
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

static void announce(const sb_problem *problem, dnn_format format, dnnl_alg_kind_t algorithm,
                     sb_layouts *out)
{
    sb_why why;
    answers a;
    out->input = out->output = SB_NHWC;
    if (!dnn_loaded() || ask(problem, format, algorithm, &a, &why) < 0)
        return;
    out->input = a.first.input;
    out->output = problem->operation == SB_SEPARABLE ? a.second.output : a.first.output;
    dnn_forget(&a.first);
    dnn_forget(&a.second);
}

static int make(const sb_host *host, const sb_problem *problem, dnn_format format,
                dnnl_alg_kind_t algorithm, const sb_weights *weights, void **out, sb_why *why)
{
    answers a;
    if (dnn_load(host->cpu, why) < 0 || ask(problem, format, algorithm, &a, why) < 0)
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

/* On the processors it was tried on, oneDNN's depthwise kernels for training are the faster ones.
 */
static void direct_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const sb_problem *b = problem;
    (void)cpu;
    if (b->operation == SB_SEPARABLE || (b->groups > 1 && b->groups == b->c))
        values[FORMAT] = DNN_TRAINING;
}

static void direct_layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    announce(problem, (dnn_format)values[FORMAT], dnnl_convolution_direct, out);
}

static int direct_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                       const sb_weights *weights, void **out, sb_why *why)
{
    return make(host, problem, (dnn_format)values[FORMAT], dnnl_convolution_direct, weights, out,
                why);
}

/*
 * oneDNN picks the size of a Winograd tile itself, a small one for inference and a large one for
 * training where it can. The bound on the error depends on it, so a kernel supports a problem only
 * if the library, once it is loaded, answers with the size that the kernel declares.
 */
static int winograd_supports(const sb_problem *problem, dnn_format format, const char *size,
                             sb_why *why)
{
    const sb_problem *b = problem;
    const char *name = "";
    answers a;
    if (b->r != 3 || b->s != 3 || b->stride_h != 1 || b->stride_w != 1 || b->dilation_h != 1 ||
        b->dilation_w != 1 || b->groups != 1) {
        refuse(why, "only 3 x 3 kernels with stride 1, dilation 1 and one group");
        return 0;
    }
    if (!dnn_loaded())
        return 1;
    if (ask(problem, format, dnnl_convolution_winograd, &a, why) < 0)
        return 0;
    dnn.dnnl_primitive_desc_query(a.first.desc, dnnl_query_impl_info_str, 0, &name);
    const int right = strstr(name, size) != NULL;
    if (!right)
        refuse(why, "oneDNN chooses tiles of another size here: %s", name);
    dnn_forget(&a.first);
    return right;
}

#define WINOGRAD_FUNCTIONS(prefix, format, size)                                            \
    static int prefix##_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why) \
    {                                                                                       \
        (void)cpu;                                                                          \
        return winograd_supports(problem, format, size, why);                               \
    }                                                                                       \
    static void prefix##_layouts(const sb_problem *problem, const int64_t *values,          \
                                 sb_layouts *out)                                           \
    {                                                                                       \
        (void)values;                                                                       \
        announce(problem, format, dnnl_convolution_winograd, out);                          \
    }                                                                                       \
    static int prefix##_plan(const sb_host *host, const sb_problem *problem,                \
                             const int64_t *values, const sb_weights *weights, void **out,  \
                             sb_why *why)                                                   \
    {                                                                                       \
        (void)values;                                                                       \
        return make(host, problem, format, dnnl_convolution_winograd, weights, out, why);   \
    }

WINOGRAD_FUNCTIONS(small, DNN_INFERENCE, "wino_2x3")
WINOGRAD_FUNCTIONS(large, DNN_TRAINING, "wino_4x3")

#define COMMON                                                                \
    .size = sizeof(sb_kernel), .flags = SB_KERNEL_THREADED, .run = steps_run, \
    .destroy = steps_destroy, .describe = steps_describe

static const sb_kernel standard = {
    COMMON,
    .operation = SB_STANDARD,
    .arithmetic = SB_DIRECT,
    .id = "standard",
    .technique = "onednn",
    .summary = "oneDNN's direct convolution",
    .parameters = parameters,
    .supports = supports_all,
    .defaults = direct_defaults,
    .layouts = direct_layouts,
    .plan = direct_plan,
};

static const sb_kernel separable = {
    COMMON,
    .operation = SB_SEPARABLE,
    .arithmetic = SB_DIRECT,
    .id = "separable",
    .technique = "onednn",
    .summary = "oneDNN's depthwise, then its pointwise convolution",
    .parameters = parameters,
    .supports = supports_all,
    .defaults = direct_defaults,
    .layouts = direct_layouts,
    .plan = direct_plan,
};

static const sb_kernel winograd_f2 = {
    COMMON,
    .operation = SB_STANDARD,
    .arithmetic = SB_WINOGRAD_F2,
    .id = "winograd_f2",
    .technique = "onednn_winograd",
    .summary = "oneDNN's Winograd convolution F(2x2, 3x3)",
    .supports = small_supports,
    .layouts = small_layouts,
    .plan = small_plan,
};

static const sb_kernel winograd_f4 = {
    COMMON,
    .operation = SB_STANDARD,
    .arithmetic = SB_WINOGRAD_F4,
    .id = "winograd_f4",
    .technique = "onednn_winograd",
    .summary = "oneDNN's Winograd convolution F(4x4, 3x3)",
    .supports = large_supports,
    .layouts = large_layouts,
    .plan = large_plan,
};

static const sb_kernel *const kernels[] = { &standard, &separable, &winograd_f2, &winograd_f4,
                                            NULL };

static int init(const sb_host *host, sb_why *why)
{
    return dnn_load(host->cpu, why);
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
