/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/problem.h"

#include <assert.h>
#include <stdio.h>

/* -------------------------------------------------------------------------------------- names */

const char *sb_layout_name(sb_layout layout)
{
    static const char *const names[SB_LAYOUTS] = {
        [SB_NCHW] = "NCHW",
        [SB_NHWC] = "NHWC",
        [SB_NCHW8C] = "NCHW8c",
        [SB_NCHW16C] = "NCHW16c",
    };
    assert((unsigned)layout < SB_LAYOUTS);
    return names[layout];
}

int sb_strassen_levels(sb_arithmetic arithmetic)
{
    return arithmetic == SB_STRASSEN ? 1 : arithmetic == SB_STRASSEN_2 ? 2 : 0;
}

const char *sb_arithmetic_name(sb_arithmetic arithmetic)
{
    static const char *const names[SB_ARITHMETICS] = {
        [SB_DIRECT] = "direct",           [SB_WINOGRAD_F2] = "winograd_f2",
        [SB_WINOGRAD_F4] = "winograd_f4", [SB_WINOGRAD_F6] = "winograd_f6",
        [SB_STRASSEN] = "strassen",       [SB_STRASSEN_2] = "strassen_2",
    };
    assert((unsigned)arithmetic < SB_ARITHMETICS);
    return names[arithmetic];
}

static const struct {
    const char *name;
    uint64_t need;
} activations[SB_ACTIVATIONS] = {
    [SB_ACTIVATION_NONE] = { "none", 0 },    [SB_RELU] = { "relu", SB_NEED_RELU },
    [SB_RELU6] = { "relu6", SB_NEED_RELU6 }, [SB_HARD_SWISH] = { "hard_swish", SB_NEED_HARD_SWISH },
    [SB_SWISH] = { "swish", SB_NEED_SWISH },
};

const char *sb_activation_name(sb_activation activation)
{
    assert((unsigned)activation < SB_ACTIVATIONS);
    return activations[activation].name;
}

/* -------------------------------------------------------------------------------------- needs */

static const struct {
    uint64_t need;
    const char *name;
} needs[] = {
    { SB_NEED_STANDARD, "one convolution" },
    { SB_NEED_SEPARABLE, "depthwise and pointwise steps" },
    { SB_NEED_BOTTLENECK, "expanding, depthwise and pointwise steps" },
    { SB_NEED_BIAS, "bias" },
    { SB_NEED_RESIDUAL, "residual" },
    { SB_NEED_RELU, "relu" },
    { SB_NEED_RELU6, "relu6" },
    { SB_NEED_HARD_SWISH, "hard_swish" },
    { SB_NEED_SWISH, "swish" },
};

uint64_t sb_problem_epilogue_needs(const sb_problem *problem)
{
    uint64_t all = problem->residual ? SB_NEED_RESIDUAL : 0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *step = &problem->steps[i];
        all |= activations[step->activation].need | (step->bias ? SB_NEED_BIAS : 0);
    }
    return all;
}

sb_problem sb_problem_of_step(const sb_problem *problem, uint32_t step)
{
    sb_problem one = *problem;
    one.step_count = 1;
    one.steps[0] = problem->steps[step];
    one.residual = problem->residual && step + 1 == problem->step_count;
    one.needs = SB_NEED_STANDARD | sb_problem_epilogue_needs(&one);
    return one;
}

const char *sb_needs_text(uint64_t wanted, char *buffer, size_t size)
{
    size_t length = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < sizeof needs / sizeof *needs && length < size; i++)
        if (wanted & needs[i].need)
            length += (size_t)snprintf(buffer + length, size - length, "%s%s", length ? ", " : "",
                                       needs[i].name);
    return buffer;
}

/* -------------------------------------------------------------------------------------- sizes */

int64_t sb_input_elements(const sb_problem *problem)
{
    const sb_step *s = sb_first_step(problem);
    return problem->n * s->c * s->h * s->w;
}

int64_t sb_output_elements(const sb_problem *problem)
{
    return sb_step_outputs(problem, problem->step_count - 1);
}

int64_t sb_step_weights(const sb_step *step)
{
    return step->k * (step->c / step->groups) * step->r * step->s;
}

int64_t sb_step_outputs(const sb_problem *problem, uint32_t step)
{
    const sb_step *s = &problem->steps[step];
    return problem->n * s->k * s->p * s->q;
}

/* -------------------------------------------------------------------------------------- shape */

/* The depthwise step of a chain, or the only step. */
static const sb_step *spatial_step(const sb_problem *problem)
{
    return &problem->steps[problem->step_count == 3 ? 1 : 0];
}

sb_geometry sb_problem_geometry(const sb_problem *problem)
{
    const sb_step *first = sb_first_step(problem), *last = sb_last_step(problem);
    const sb_step *s = spatial_step(problem);
    const bool single = problem->step_count == 1;
    return (sb_geometry) {
        .n = problem->n,
        .c = first->c,
        .h = first->h,
        .w = first->w,
        .expand = problem->step_count == 3 ? first->k : 0,
        .k = last->k,
        .r = s->r,
        .s = s->s,
        .stride_h = s->stride_h,
        .stride_w = s->stride_w,
        .pad_top = s->pad_top,
        .pad_bottom = s->pad_bottom,
        .pad_left = s->pad_left,
        .pad_right = s->pad_right,
        .dilation_h = s->dilation_h,
        .dilation_w = s->dilation_w,
        .groups = single ? s->groups : 1,
        .multiplier = single ? 1 : s->k / s->c,
        .p = last->p,
        .q = last->q,
    };
}
