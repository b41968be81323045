/* SPDX-License-Identifier: Apache-2.0 */
/*
 * naive: convolution as the definition says it, in plain loops, and the place to learn how a plugin
 * is written. Read it from the bottom: `sb_plugin_entry` is the only symbol that the host looks
 * for, it lists the kernels, and a kernel is a table of functions. A file keeps them in the order
 * in which the host calls them: supports, valid, layouts, plan, run, destroy, and the tables last.
 * The header sepbench/plugin.h states every rule; nothing else of sepbench is needed to build a
 * plugin.
 *
 * The loops do one multiply-add at a time, in the order of the definition, and leave everything
 * else to the compiler: this is the base line that other techniques are compared with.
 */
#include "sepbench/plugin.h"

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------------------ helpers */

/* Where element (n, c, h, w) of a tensor lies: the distance between neighbours along each index. */
typedef struct strides {
    int64_t n, c, h, w;
} strides;

static strides dense_strides(uint32_t layout, int64_t c, int64_t h, int64_t w)
{
    if (layout == SB_NHWC)
        return (strides) { .n = h * w * c, .c = 1, .h = w * c, .w = c };
    return (strides) { .n = c * h * w, .c = h * w, .h = w, .w = 1 };
}

/* The kernels' only parameter; the enumerators are places in the array of values. */
enum { LAYOUT, PARAMETERS };

static const char *const layout_choices[] = { "nchw", "nhwc", NULL };
static const uint32_t layout_of_choice[] = { SB_NCHW, SB_NHWC };

/* What one configuration of one kernel needs to run. The host keeps it as a `void *`. */
typedef struct plan {
    const sb_host *host;
    sb_problem problem; /* a copy: the host's is only lent for the length of the call */
    strides input, middle, output;
    float *weights;     /* ours: [k][c / groups][r][s], or [c multiplier][r][s] */
    float *pointwise;   /* ours: [k][c multiplier]; separable only */
    float *middle_data; /* between the two steps; separable only */
} plan;

/* The sum over the taps of one filter at output pixel (p, q). A tap outside the image reads as
 * zero, so it is left out. `image` is one channel of one image. */
static float sum_taps(const sb_problem *b, const float *image, strides at, const float *filter,
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

/* ----------------------------------------------------------------------------------- supports */

/* May the host plan this problem? Whoever says 0 here writes the reason into `why`, in words that
 * the user understands; plain loops can do everything. */
static int supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem;
    (void)cpu;
    (void)why;
    return 1;
}

/* The layouts that `run` reads and writes; the host reorders outside the timed part. */
static void layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    (void)problem;
    out->input = layout_of_choice[values[LAYOUT]];
    out->output = layout_of_choice[values[LAYOUT]];
}

/* --------------------------------------------------------------------------------------- plan */

/* Releases a plan, whole or half made: `free` takes NULL. */
static void destroy(void *memory)
{
    plan *own = memory;
    const sb_host *host = own->host;
    host->free(host, own->weights);
    host->free(host, own->pointwise);
    host->free(host, own->middle_data);
    host->free(host, own);
}

/* A copy of weights, which are only lent to `plan`. NULL if there is no memory. */
static float *copy(const sb_host *host, const float *from, int64_t count)
{
    float *to = host->alloc(host, (size_t)count * sizeof *to);
    if (to != NULL)
        memcpy(to, from, (size_t)count * sizeof *to);
    return to;
}

/* Everything that costs time but need not be done in each run belongs here, above all memory. */
static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, void **out, sb_why *why)
{
    const sb_problem *b = problem;
    int separable = b->operation == SB_SEPARABLE;
    int64_t middle_channels = b->c * b->multiplier;
    uint32_t layout = layout_of_choice[values[LAYOUT]];

    plan *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        goto no_memory;
    own->host = host;
    own->problem = *problem;
    own->input = dense_strides(layout, b->c, b->h, b->w);
    own->middle = dense_strides(layout, middle_channels, b->p, b->q);
    own->output = dense_strides(layout, b->k, b->p, b->q);
    if (separable) {
        own->weights = copy(host, weights->depthwise, middle_channels * b->r * b->s);
        own->pointwise = copy(host, weights->pointwise, b->k * middle_channels);
        own->middle_data =
            host->alloc(host, (size_t)(b->n * middle_channels * b->p * b->q) * sizeof(float));
    } else {
        own->weights = copy(host, weights->standard, b->k * (b->c / b->groups) * b->r * b->s);
    }
    if (own->weights == NULL || (separable && (own->pointwise == NULL || own->middle_data == NULL)))
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

/* This is what is timed. It allocates nothing and prints nothing. */
static int run_standard(void *memory, const float *input, float *output)
{
    const plan *own = memory;
    const sb_problem *b = &own->problem;
    int64_t group_inputs = b->c / b->groups;
    int64_t group_outputs = b->k / b->groups;

    for (int64_t n = 0; n < b->n; n++)
        for (int64_t k = 0; k < b->k; k++)
            for (int64_t p = 0; p < b->p; p++)
                for (int64_t q = 0; q < b->q; q++) {
                    int64_t first = k / group_outputs * group_inputs; /* channel of k's group */
                    float sum = 0.0f;
                    for (int64_t c = 0; c < group_inputs; c++) {
                        const float *image = input + n * own->input.n + (first + c) * own->input.c;
                        const float *filter = own->weights + (k * group_inputs + c) * b->r * b->s;
                        sum += sum_taps(b, image, own->input, filter, p, q);
                    }
                    output[n * own->output.n + k * own->output.c + p * own->output.h +
                           q * own->output.w] = sum;
                }
    return 0;
}

/* The first step: each input channel by its own `multiplier` filters, into the middle tensor. */
static void run_depthwise(const plan *own, const float *input, float *middle)
{
    const sb_problem *b = &own->problem;
    for (int64_t n = 0; n < b->n; n++)
        for (int64_t d = 0; d < b->c * b->multiplier; d++) {
            const float *image = input + n * own->input.n + d / b->multiplier * own->input.c;
            const float *filter = own->weights + d * b->r * b->s;
            float *to = middle + n * own->middle.n + d * own->middle.c;
            for (int64_t p = 0; p < b->p; p++)
                for (int64_t q = 0; q < b->q; q++)
                    to[p * own->middle.h + q * own->middle.w] =
                        sum_taps(b, image, own->input, filter, p, q);
        }
}

/* The second step: every output channel is a weighted sum of all middle channels, pixel by pixel.
 */
static void run_pointwise(const plan *own, const float *middle, float *output)
{
    const sb_problem *b = &own->problem;
    int64_t channels = b->c * b->multiplier;
    for (int64_t n = 0; n < b->n; n++)
        for (int64_t k = 0; k < b->k; k++)
            for (int64_t p = 0; p < b->p; p++)
                for (int64_t q = 0; q < b->q; q++) {
                    const float *from =
                        middle + n * own->middle.n + p * own->middle.h + q * own->middle.w;
                    float sum = 0.0f;
                    for (int64_t d = 0; d < channels; d++)
                        sum += from[d * own->middle.c] * own->pointwise[k * channels + d];
                    output[n * own->output.n + k * own->output.c + p * own->output.h +
                           q * own->output.w] = sum;
                }
}

static int run_separable(void *memory, const float *input, float *output)
{
    const plan *own = memory;
    run_depthwise(own, input, own->middle_data);
    run_pointwise(own, own->middle_data, output);
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

static const sb_kernel standard = {
    .size = sizeof(sb_kernel),
    .operation = SB_STANDARD,
    .arithmetic = SB_DIRECT,
    .id = "standard",
    .technique = "naive",
    .summary = "standard convolution in plain loops",
    .parameters = parameters,
    .supports = supports,
    .layouts = layouts,
    .plan = make_plan,
    .run = run_standard,
    .destroy = destroy,
};

static const sb_kernel separable = {
    .size = sizeof(sb_kernel),
    .operation = SB_SEPARABLE,
    .arithmetic = SB_DIRECT,
    .id = "separable",
    .technique = "naive",
    .summary =
        "depthwise, then pointwise convolution in plain loops, through a tensor between them",
    .parameters = parameters,
    .supports = supports,
    .layouts = layouts,
    .plan = make_plan,
    .run = run_separable,
    .destroy = destroy,
};

static const sb_kernel *const kernels[] = { &standard, &separable, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "naive",
    .version = "1.0",
    .summary = "plain loops, the base line",
    .license = "Apache-2.0",
    .kernels = kernels,
};
