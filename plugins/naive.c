/* SPDX-License-Identifier: Apache-2.0 */
/*
 * naive: convolution in plain loops that follow the definition. This file is also the tutorial for
 * writing a plugin.
 *
 * Read it from the bottom up. The host looks for one symbol, `sb_plugin_entry`. That table lists
 * the kernels, and each kernel is a table of functions that the host calls in this order:
 *
 *     supports -> layouts -> plan -> run ... run -> destroy
 *
 * `supports` says whether the kernel can compute a problem, `layouts` says how it wants the tensors
 * stored, `plan` does the work that is done only once, and `run` is what the host times. The loops
 * come first in this file, then these functions, then the tables. Other functions, such as `valid`
 * and `defaults`, are optional and not needed here. A plugin needs no other file of sepbench than
 * the header sepbench/plugin.h, which states every rule.
 *
 * The loops do one multiply-add at a time, in the order of the definition, and leave every
 * optimization to the compiler. The other techniques are compared with this one.
 */
#include "sepbench/plugin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Optional: a text that says how the plugin was built, such as compiler and flags. sepbench's own
 * makefiles define SB_BUILD. A plugin built elsewhere may leave it NULL. */
#ifndef SB_BUILD
#define SB_BUILD NULL
#endif

/* ------------------------------------------------------------------------------------ helpers */

/* The distance in floats between neighbours along each dimension of a tensor. Element (n, c, h, w)
 * is at offset n * .n + c * .c + h * .h + w * .w, whatever the layout. */
typedef struct strides {
    int64_t n, c, h, w;
} strides;

static strides dense_strides(uint32_t layout, int64_t c, int64_t h, int64_t w)
{
    if (layout == SB_NHWC)
        return (strides) { .n = h * w * c, .c = 1, .h = w * c, .w = c };
    return (strides) { .n = c * h * w, .c = h * w, .h = w, .w = 1 };
}

/* A parameter is an integer that the tuner may choose. The host passes the values of all parameters
 * as an array; the enumerators are indices into it. These kernels have one parameter. */
enum { LAYOUT, PARAMETERS };

static const char *const layout_choices[] = { "nchw", "nhwc", NULL };
static const uint32_t layout_of_choice[] = { SB_NCHW, SB_NHWC };

/* What `run` needs to know. `plan` makes it, for one problem and one choice of parameters, and the
 * host keeps it as a `void *`. */
typedef struct plan {
    const sb_host *host;
    sb_problem problem; /* a copy, because the host's own is valid only during the call */
    uint32_t layout;
    float *weights[SB_MAX_STEPS]; /* of each step, a copy: [k][c / groups][r][s] */
    float *biases[SB_MAX_STEPS];  /* of each step, a copy: [k]; NULL if it has no bias */
    float *between[SB_MAX_STEPS]; /* output of each step but the last, whose entry is NULL */
} plan;

/* The operands of one step, during one call of `run`. */
typedef struct work {
    const sb_step *step;
    int64_t images;
    strides input_at, output_at;
    const float *input, *weights, *bias, *residual; /* the last two may be NULL */
    float *output;
} work;

/* -------------------------------------------------------------------------------------- loops */

static float clamp(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

static float activate(uint32_t activation, float x)
{
    switch (activation) {
    case SB_RELU:
        return x > 0.0f ? x : 0.0f;
    case SB_RELU6:
        return clamp(x, 0.0f, 6.0f);
    case SB_HARD_SWISH:
        return x * clamp(x + 3.0f, 0.0f, 6.0f) / 6.0f;
    case SB_SWISH:
        return x / (1.0f + expf(-x));
    default:
        return x;
    }
}

/* Stores output element (n, k, p, q) after adding the bias and the residual to its sum and applying
 * the activation. */
static void store(const work *w, int64_t n, int64_t k, int64_t p, int64_t q, float sum)
{
    const strides at = w->output_at;
    int64_t i = n * at.n + k * at.c + p * at.h + q * at.w;
    if (w->bias != NULL)
        sum += w->bias[k];
    if (w->residual != NULL)
        sum += w->residual[i]; /* same layout as the output */
    if (w->step->activation != SB_ACTIVATION_NONE)
        sum = activate(w->step->activation, sum);
    w->output[i] = sum;
}

/* The sum over the taps of an r x s filter at output pixel (p, q), where `image` is one channel of
 * one image. A tap that falls into the padding would multiply a zero, so the loops skip it. */
static float sum_taps(const sb_step *b, const float *image, strides at, const float *filter,
                      int64_t p, int64_t q)
{
    float sum = 0.0f;
    for (int64_t r = 0; r < b->r; r++) {
        int64_t y = p * b->stride_h - b->pad_top + r * b->dilation_h;
        if (y < 0 || y >= b->h)
            continue;
        for (int64_t s = 0; s < b->s; s++) {
            int64_t x = q * b->stride_w - b->pad_left + s * b->dilation_w;
            if (x < 0 || x >= b->w)
                continue;
            sum += image[y * at.h + x * at.w] * filter[r * b->s + s];
        }
    }
    return sum;
}

/* Any convolution. The k filters are split into groups, and each filter sees only the input
 * channels of its own group. */
static void convolve(const work *w)
{
    const sb_step *b = w->step;
    int64_t group_inputs = b->c / b->groups;
    int64_t group_outputs = b->k / b->groups;

    for (int64_t n = 0; n < w->images; n++)
        for (int64_t k = 0; k < b->k; k++) {
            int64_t first = k / group_outputs * group_inputs; /* first channel of k's group */
            const float *images = w->input + n * w->input_at.n + first * w->input_at.c;
            const float *filters = w->weights + k * group_inputs * b->r * b->s;
            for (int64_t p = 0; p < b->p; p++)
                for (int64_t q = 0; q < b->q; q++) {
                    float sum = 0.0f;
                    for (int64_t c = 0; c < group_inputs; c++)
                        sum += sum_taps(b, images + c * w->input_at.c, w->input_at,
                                        filters + c * b->r * b->s, p, q);
                    store(w, n, k, p, q, sum);
                }
        }
}

/* A depthwise convolution: each filter sees one input channel, and each channel has `multiplier`
 * filters. */
static void filter_channels(const work *w)
{
    const sb_step *b = w->step;
    int64_t multiplier = b->k / b->c;
    for (int64_t n = 0; n < w->images; n++)
        for (int64_t k = 0; k < b->k; k++) {
            const float *image = w->input + n * w->input_at.n + k / multiplier * w->input_at.c;
            const float *filter = w->weights + k * b->r * b->s;
            for (int64_t p = 0; p < b->p; p++)
                for (int64_t q = 0; q < b->q; q++)
                    store(w, n, k, p, q, sum_taps(b, image, w->input_at, filter, p, q));
        }
}

/* A pointwise (1 x 1) convolution: each output pixel is a weighted sum over the channels of the
 * same input pixel. */
static void mix_channels(const work *w)
{
    const sb_step *b = w->step;
    for (int64_t n = 0; n < w->images; n++)
        for (int64_t k = 0; k < b->k; k++)
            for (int64_t p = 0; p < b->p; p++)
                for (int64_t q = 0; q < b->q; q++) {
                    const float *from =
                        w->input + n * w->input_at.n + p * w->input_at.h + q * w->input_at.w;
                    float sum = 0.0f;
                    for (int64_t c = 0; c < b->c; c++)
                        sum += from[c * w->input_at.c] * w->weights[k * b->c + c];
                    store(w, n, k, p, q, sum);
                }
}

static int is_pointwise(const sb_step *b)
{
    return b->r == 1 && b->s == 1 && b->stride_h == 1 && b->stride_w == 1 && b->p == b->h &&
           b->q == b->w && b->pad_top == 0 && b->pad_left == 0 && b->groups == 1;
}

/* ----------------------------------------------------------------------------------- supports */

/* Can the kernel compute this problem? The host asks only about problems whose needs are all in
 * .handles of the kernel's table. A kernel that returns 0 writes the reason into `why`, for the
 * user to read. Plain loops can compute everything, so the answer here is always yes. */
static int supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem;
    (void)cpu;
    (void)why;
    return 1;
}

/* The layouts in which `run` reads the input and writes the output. The host converts the tensors
 * outside the timed part. */
static void layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                    sb_layouts *out)
{
    (void)problem;
    (void)cpu;
    out->input = layout_of_choice[values[LAYOUT]];
    out->output = layout_of_choice[values[LAYOUT]];
}

/* --------------------------------------------------------------------------------------- plan */

/* Frees a plan. `plan` calls it too when it fails halfway, which is safe because the host's `free`
 * accepts NULL. */
static void destroy(void *memory)
{
    plan *own = memory;
    const sb_host *host = own->host;
    for (uint32_t i = 0; i < SB_MAX_STEPS; i++) {
        host->free(host, own->weights[i]);
        host->free(host, own->biases[i]);
        host->free(host, own->between[i]);
    }
    host->free(host, own);
}

static float *alloc_floats(const sb_host *host, int64_t count)
{
    return host->alloc(host, (size_t)count * sizeof(float));
}

/* Copies weights, because the host's own are valid only during `plan`. Returns NULL if there is no
 * memory. */
static float *copy(const sb_host *host, const float *from, int64_t count)
{
    float *to = alloc_floats(host, count);
    if (to != NULL)
        memcpy(to, from, (size_t)count * sizeof *to);
    return to;
}

/* Allocates and fills what step `i` needs. Returns 0, or -1 if there is no memory. */
static int plan_step(plan *own, uint32_t i, const sb_weights *weights)
{
    const sb_host *host = own->host;
    const sb_step *b = &own->problem.steps[i];
    int last = i + 1 == own->problem.step_count;

    own->weights[i] = copy(host, weights->weights[i], b->k * (b->c / b->groups) * b->r * b->s);
    if (b->bias)
        own->biases[i] = copy(host, weights->biases[i], b->k);
    if (!last)
        own->between[i] = alloc_floats(host, own->problem.n * b->k * b->p * b->q);
    return own->weights[i] != NULL && (!b->bias || own->biases[i] != NULL) &&
                   (last || own->between[i] != NULL)
               ? 0
               : -1;
}

/* Makes a plan. Whatever takes time but need not be repeated in every run belongs here, above all
 * the allocation of memory; other kernels also rearrange (pack) their weights here. */
static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, void **out, sb_why *why)
{
    plan *own = host->alloc(host, sizeof *own); /* filled with zeros */
    if (own == NULL)
        goto no_memory;
    own->host = host;
    own->layout = layout_of_choice[values[LAYOUT]];
    sb_problem_copy(&own->problem, problem);
    for (uint32_t i = 0; i < own->problem.step_count; i++)
        if (plan_step(own, i, weights) < 0)
            goto no_memory;
    *out = own;
    return 0;

no_memory:
    if (own != NULL)
        destroy(own);
    snprintf(why->text, sizeof why->text, "no memory for the plan");
    return -1;
}

/* ---------------------------------------------------------------------------------------- run */

/* Computes the problem. The host times this function, so it allocates nothing and prints nothing.
 * Each step reads the output of the step before it. The last step adds the residual, if there is
 * one, and writes the output of the whole problem. */
static int run(void *memory, const sb_call *call)
{
    const plan *own = memory;
    const float *input = call->input;
    for (uint32_t i = 0; i < own->problem.step_count; i++) {
        const sb_step *b = &own->problem.steps[i];
        int last = i + 1 == own->problem.step_count;
        const work w = {
            .step = b,
            .images = own->problem.n,
            .input_at = dense_strides(own->layout, b->c, b->h, b->w),
            .output_at = dense_strides(own->layout, b->k, b->p, b->q),
            .input = input,
            .weights = own->weights[i],
            .bias = own->biases[i],
            .residual = last ? call->residual : NULL,
            .output = last ? call->output : own->between[i],
        };
        if (is_pointwise(b))
            mix_channels(&w);
        else if (b->groups == b->c)
            filter_channels(&w);
        else
            convolve(&w);
        input = own->between[i];
    }
    return 0;
}

/* ------------------------------------------------------------------------------------- tables */

static const sb_parameter layout_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "layout",
    .summary = "order of the tensors in memory",
    .max = 1,
    .step = 1,
    .initial = SB_NCHW,
    .choices = layout_choices,
};

static const sb_parameter *const parameters[PARAMETERS + 1] = { [LAYOUT] = &layout_parameter };

/* The three kernels share all of their functions, because `run` goes through whatever steps the
 * problem has. They differ only in the problems that they handle: one step, two or three.
 * SB_NEED_EPILOGUES says that a kernel handles every bias, residual and activation. */
static const sb_kernel standard = {
    .size = sizeof(sb_kernel),
    .arithmetic = SB_DIRECT,
    .handles = SB_NEED_STANDARD | SB_NEED_EPILOGUES,
    .id = "standard",
    .technique = "naive",
    .summary = "standard convolution in plain loops",
    .parameters = parameters,
    .supports = supports,
    .layouts = layouts,
    .plan = make_plan,
    .run = run,
    .destroy = destroy,
};

static const sb_kernel separable = {
    .size = sizeof(sb_kernel),
    .arithmetic = SB_DIRECT,
    .handles = SB_NEED_SEPARABLE | SB_NEED_EPILOGUES,
    .id = "separable",
    .technique = "naive",
    .summary =
        "depthwise, then pointwise convolution in plain loops, through a tensor between them",
    .parameters = parameters,
    .supports = supports,
    .layouts = layouts,
    .plan = make_plan,
    .run = run,
    .destroy = destroy,
};

static const sb_kernel bottleneck = {
    .size = sizeof(sb_kernel),
    .arithmetic = SB_DIRECT,
    .handles = SB_NEED_BOTTLENECK | SB_NEED_EPILOGUES,
    .id = "bottleneck",
    .technique = "naive",
    .summary = "pointwise, depthwise, pointwise convolution in plain loops, through two tensors",
    .parameters = parameters,
    .supports = supports,
    .layouts = layouts,
    .plan = make_plan,
    .run = run,
    .destroy = destroy,
};

static const sb_kernel *const kernels[] = { &standard, &separable, &bottleneck, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "naive",
    .version = "0.1.0",
    .summary = "plain loops, the base line",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
