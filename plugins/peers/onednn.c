/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onednn: a peer that wraps oneDNN (Intel's deep neural network library), versions 2 and 3. The
 * plan reorders the weights, the tensors have the layouts that the library asks for, and bias,
 * residual and activation are done by the library as well.
 */
#include "peers/onednn_stage.h"

#include <string.h>

enum { FORMAT, RESIDUAL, PARAMETERS };

static const char *const formats[] = { "inference", "training", "nhwc", "nchw16c", "nchw8c", NULL };
static const char *const residuals[] = { [DNN_BINARY] = "read", [DNN_SUM] = "summed", NULL };

static const sb_parameter format_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "format",
    .summary = "who chooses the layout: oneDNN for inference or for training, or we",
    .max = DNN_NCHW8C,
    .initial = DNN_INFERENCE,
    .choices = formats,
};

static const sb_parameter residual_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "residual",
    .summary = "a residual is read beside the output, or copied there and then summed up",
    .max = DNN_SUM,
    .initial = DNN_BINARY,
    .choices = residuals,
};

static const sb_parameter *const parameters[PARAMETERS + 1] = {
    [FORMAT] = &format_parameter,
    [RESIDUAL] = &residual_parameter,
};

/* ------------------------------------------------------------------------------------ questions */

/* oneDNN's answer for all steps of a problem, for one combination of parameters. */
typedef struct outcome {
    bool possible;
    bool reference; /* some step would run oneDNN's slow reference code */
    sb_layouts layouts;
    char text[SB_MAX_STEPS * STAGE_TEXT];
} outcome;

/* Asks oneDNN about each step, with the output layout of the step before as its input layout.
 * Returns 0, or -1 with the reason in `why`. */
static int ask_steps(const sb_problem *problem, dnn_question question, outcome *out, sb_why *why)
{
    *out = (outcome) { .layouts = { sizeof(sb_layouts), SB_NHWC, SB_NHWC } };
    if (dnn_use_threads(problem->threads) < 0)
        return refuse(why, "this build of oneDNN does not let us choose the number of threads");
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv b = conv_of(problem, i);
        const size_t used = strlen(out->text);
        dnn_answer answer;
        if (dnn_ask(&b, question, &answer, why) < 0)
            return -1;
        dnn_describe(&answer, out->text + used, sizeof out->text - used);
        out->reference = out->reference || dnn_is_reference(&answer);
        if (i == 0)
            out->layouts.input = answer.input;
        out->layouts.output = answer.output;
        question.input = (int)answer.output;
        dnn_forget(&answer);
    }
    out->possible = true;
    return 0;
}

static dnn_question question_of(const int64_t *values)
{
    return (dnn_question) {
        .format = (dnn_format)values[FORMAT],
        .residual = (dnn_residual)values[RESIDUAL],
        .algorithm = dnnl_convolution_direct,
        .input = DNN_ANY_LAYOUT,
    };
}

/* The answers for all combinations of parameters, for the most recent problem. They are kept
 * because the host asks many questions about one problem. */
static struct {
    sb_problem problem; /* its size is 0 while there is none */
    outcome ways[DNN_FORMATS][DNN_RESIDUALS];
    sb_why why; /* the reason for the last combination that is not possible */
} known;

static void learn(const sb_problem *problem)
{
    sb_problem copy;
    sb_problem_copy(&copy, problem);
    if (memcmp(&known.problem, &copy, sizeof copy) == 0)
        return;
    known.problem = copy;
    for (int64_t f = 0; f < DNN_FORMATS; f++)
        for (int64_t r = 0; r < DNN_RESIDUALS; r++) {
            const int64_t values[PARAMETERS] = { [FORMAT] = f, [RESIDUAL] = r };
            outcome *way = &known.ways[f][r];
            *way = (outcome) { 0 };
            if (r == 0 || problem->residual)
                ask_steps(problem, question_of(values), way, &known.why);
        }
}

/* Is a combination of parameters valid? It must be possible, it must be the first of those that
 * lead to the same implementations, and it must not use reference code unless all do. */
static bool is_worthwhile(int64_t format, int64_t residual)
{
    const outcome *way = &known.ways[format][residual];
    if (!way->possible)
        return false;
    for (int64_t i = 0; i < DNN_FORMATS * DNN_RESIDUALS; i++) {
        const outcome *other = &known.ways[i / DNN_RESIDUALS][i % DNN_RESIDUALS];
        if (!other->possible || other == way)
            continue;
        if (way->reference && !other->reference)
            return false;
        if (other < way && strcmp(other->text, way->text) == 0)
            return false;
    }
    return true;
}

/* -------------------------------------------------------------------------------------- kernels */

/* Until the library is loaded nothing is known, so every problem counts as supported. */
static int direct_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)cpu;
    if (!dnn_loaded())
        return 1;
    learn(problem);
    for (int i = 0; i < DNN_FORMATS * DNN_RESIDUALS; i++)
        if (known.ways[i / DNN_RESIDUALS][i % DNN_RESIDUALS].possible)
            return 1;
    refuse(why, "%s", known.why.text);
    return 0;
}

static int direct_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)cpu;
    if (!dnn_loaded())
        return values[RESIDUAL] == DNN_BINARY || problem->residual;
    learn(problem);
    return is_worthwhile(values[FORMAT], values[RESIDUAL]);
}

/* On the processors we tried, oneDNN's depthwise kernels for training are faster than those for
 * inference. */
static bool prefers_training(const sb_problem *problem)
{
    const sb_step *b = &problem->steps[0];
    return problem->step_count > 1 || (b->groups > 1 && b->groups == b->c);
}

/* Ranks a combination; lower is better: 0 for the preferred format, 1 for another that leads to the
 * same implementations, 2 for any other. */
static int rank_way(int64_t format, int64_t residual, int64_t preferred)
{
    const char *text = known.ways[format][residual].text;
    return format == preferred                                         ? 0
           : strcmp(text, known.ways[preferred][DNN_BINARY].text) == 0 ? 1
                                                                       : 2;
}

static void direct_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const int64_t preferred = prefers_training(problem) ? DNN_TRAINING : DNN_INFERENCE;
    int best = 3;
    (void)cpu;
    values[FORMAT] = preferred;
    if (!dnn_loaded())
        return;
    learn(problem);
    for (int64_t i = 0; i < DNN_FORMATS * DNN_RESIDUALS; i++) {
        const int64_t format = i / DNN_RESIDUALS, residual = i % DNN_RESIDUALS;
        const int rank = rank_way(format, residual, preferred);
        if (rank < best && is_worthwhile(format, residual)) {
            best = rank;
            values[FORMAT] = format;
            values[RESIDUAL] = residual;
        }
    }
}

static void direct_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                           sb_layouts *out)
{
    (void)cpu;
    out->input = out->output = SB_NHWC;
    if (!dnn_loaded())
        return;
    learn(problem);
    const outcome *way = &known.ways[values[FORMAT]][values[RESIDUAL]];
    out->input = way->layouts.input;
    out->output = way->layouts.output;
}

static stage *make(const stage_order *order, dnn_question question, sb_why *why)
{
    dnn_answer answer;
    question.input = order->step == 0 ? DNN_ANY_LAYOUT : (int)order->input;
    return dnn_ask(&order->conv, question, &answer, why) < 0 ? NULL
                                                             : dnn_stage_new(order, &answer, why);
}

static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, stage_maker *maker, void **out, sb_why *why)
{
    if (dnn_load(host->cpu, why) < 0)
        return -1;
    if (dnn_use_threads(problem->threads) < 0)
        return refuse(why, "this build of oneDNN does not let us choose the number of threads");
    return chain_plan(host, problem, values, weights, 1, maker, out, why);
}

static stage *make_direct(const stage_order *order, sb_why *why)
{
    return make(order, question_of(order->values), why);
}

static int direct_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                       const sb_weights *weights, void **out, sb_why *why)
{
    return make_plan(host, problem, values, weights, make_direct, out, why);
}

/*
 * oneDNN picks the size of a Winograd tile itself: a small one for inference, and for training a
 * large one where it can. The error bound depends on that size. Therefore a kernel supports a
 * problem only if the library, once it is loaded, picks the size that the kernel declares.
 */
static dnn_question winograd_question(dnn_format format, dnn_residual residual)
{
    return (dnn_question) {
        .format = format,
        .residual = residual,
        .algorithm = dnnl_convolution_winograd,
        .input = DNN_ANY_LAYOUT,
    };
}

static bool fits_winograd(const conv *b)
{
    return b->r == 3 && b->s == 3 && b->stride_h == 1 && b->stride_w == 1 && b->dilation_h == 1 &&
           b->dilation_w == 1 && b->groups == 1;
}

/* Asks for a Winograd convolution with tiles of this size, trying every way to add a residual.
 * Returns 0 with the answer, or -1 with the reason in `why`. */
static int ask_winograd(const conv *b, dnn_format format, const char *size, dnn_answer *answer,
                        sb_why *why)
{
    for (int i = 0; i < (b->residual ? DNN_RESIDUALS : 1); i++) {
        if (dnn_ask(b, winograd_question(format, (dnn_residual)i), answer, why) < 0)
            continue;
        if (strstr(answer->implementation, size) != NULL)
            return 0;
        refuse(why, "oneDNN chooses tiles of another size here: %s", answer->implementation);
        dnn_forget(answer);
    }
    return -1;
}

static int winograd_supports(const sb_problem *problem, dnn_format format, const char *size,
                             sb_layouts *layouts, sb_why *why)
{
    const conv b = conv_of(problem, 0);
    dnn_answer answer;
    if (!fits_winograd(&b)) {
        refuse(why, "only 3 x 3 kernels with stride 1, dilation 1 and one group");
        return 0;
    }
    if (!dnn_loaded())
        return 1;
    if (dnn_use_threads(problem->threads) < 0 || ask_winograd(&b, format, size, &answer, why) < 0)
        return 0;
    layouts->input = answer.input;
    layouts->output = answer.output;
    dnn_forget(&answer);
    return 1;
}

static stage *make_winograd(const stage_order *order, dnn_format format, const char *size,
                            sb_why *why)
{
    dnn_answer answer;
    return ask_winograd(&order->conv, format, size, &answer, why) < 0
               ? NULL
               : dnn_stage_new(order, &answer, why);
}

#define WINOGRAD_FUNCTIONS(prefix, format, size)                                            \
    static int prefix##_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why) \
    {                                                                                       \
        sb_layouts layouts;                                                                 \
        (void)cpu;                                                                          \
        return winograd_supports(problem, format, size, &layouts, why);                     \
    }                                                                                       \
    static void prefix##_layouts(const sb_problem *problem, const sb_cpu *cpu,              \
                                 const int64_t *values, sb_layouts *out)                    \
    {                                                                                       \
        sb_why why;                                                                         \
        (void)cpu;                                                                          \
        (void)values;                                                                       \
        out->input = out->output = SB_NHWC;                                                 \
        winograd_supports(problem, format, size, out, &why);                                \
    }                                                                                       \
    static stage *make_##prefix(const stage_order *order, sb_why *why)                      \
    {                                                                                       \
        return make_winograd(order, format, size, why);                                     \
    }                                                                                       \
    static int prefix##_plan(const sb_host *host, const sb_problem *problem,                \
                             const int64_t *values, const sb_weights *weights, void **out,  \
                             sb_why *why)                                                   \
    {                                                                                       \
        return make_plan(host, problem, values, weights, make_##prefix, out, why);          \
    }

WINOGRAD_FUNCTIONS(small, DNN_INFERENCE, "wino_2x3")
WINOGRAD_FUNCTIONS(large, DNN_TRAINING, "wino_4x3")

#define COMMON(need)                                                                               \
    .size = sizeof(sb_kernel), .handles = (need) | SB_NEED_EPILOGUES, .flags = SB_KERNEL_THREADED, \
    .run = chain_run, .destroy = chain_destroy, .describe = chain_describe

#define DIRECT_KERNEL(need, id_, summary_)                                                        \
    {                                                                                             \
        COMMON(need), .arithmetic = SB_DIRECT, .id = id_, .technique = "onednn",                  \
                      .summary = summary_, .parameters = parameters, .supports = direct_supports, \
                      .defaults = direct_defaults, .valid = direct_valid,                         \
                      .layouts = direct_layouts, .plan = direct_plan,                             \
    }

#define WINOGRAD_KERNEL(prefix, class, id_, summary_)                                             \
    {                                                                                             \
        COMMON(SB_NEED_STANDARD), .arithmetic = class, .id = id_, .technique = "onednn_winograd", \
                                  .summary = summary_, .supports = prefix##_supports,             \
                                  .layouts = prefix##_layouts, .plan = prefix##_plan,             \
    }

static const sb_kernel standard =
    DIRECT_KERNEL(SB_NEED_STANDARD, "standard", "oneDNN's direct convolution");
static const sb_kernel separable = DIRECT_KERNEL(
    SB_NEED_SEPARABLE, "separable", "oneDNN's depthwise, then its pointwise convolution");
static const sb_kernel bottleneck = DIRECT_KERNEL(
    SB_NEED_BOTTLENECK, "bottleneck", "oneDNN's pointwise, depthwise and pointwise convolutions");
static const sb_kernel winograd_f2 = WINOGRAD_KERNEL(small, SB_WINOGRAD_F2, "winograd_f2",
                                                     "oneDNN's Winograd convolution F(2x2, 3x3)");
static const sb_kernel winograd_f4 = WINOGRAD_KERNEL(large, SB_WINOGRAD_F4, "winograd_f4",
                                                     "oneDNN's Winograd convolution F(4x4, 3x3)");

static const sb_kernel *const kernels[] = { &standard,    &separable,   &bottleneck,
                                            &winograd_f2, &winograd_f4, NULL };

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
    .build = SB_BUILD,
    .kernels = kernels,
    .init = init,
    .libraries = dnn_version_text,
};
