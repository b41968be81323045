/* SPDX-License-Identifier: Apache-2.0 */
#include "common/gemm_options.h"

const sb_parameter gemm_depth_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "depth",
    .summary = "products that are summed at a time (kc)",
    .min = 32,
    .max = 1024,
    .step = 32,
    .initial = 192,
};

const sb_parameter gemm_outputs_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "outputs",
    .summary = "output channels of a block (mc)",
    .min = 16,
    .max = 2048,
    .initial = 512,
};

const sb_parameter gemm_columns_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "columns",
    .summary = "pixels of a block (nc)",
    .min = 64,
    .max = 16384,
    .initial = 512,
};

const sb_parameter gemm_vectors_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "vectors",
    .summary = "vectors of pixels in a register tile; the rest of the registers is output channels",
    .min = 1,
    .max = SIMD_MAX_VECTORS,
    .step = 1,
    .initial = 2,
};

static const char *const lowerings[] = {
    [GEMM_IMPLICIT] = "implicit",
    [GEMM_EXPLICIT] = "explicit",
    [GEMM_EXPLICIT + 1] = NULL,
};

const sb_parameter gemm_lowering_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "lowering",
    .summary = "columns made while they are packed, or written out as a matrix first",
    .max = GEMM_EXPLICIT,
    .step = 1,
    .initial = GEMM_IMPLICIT,
    .choices = lowerings,
};

gemm_meaning gemm_mean(const step_list *list, bool depthwise_too, const gemm_options *options)
{
    gemm_meaning meaning = { 0 };
    for (uint32_t i = 0; i < list->count; i++)
        if (depthwise_too || !is_depthwise_step(i, list->count))
            meaning.cuts[i] = gemm_cut_options(&list->steps[i], list->isa, options);
    return meaning;
}

bool gemm_alike(const gemm_meaning *one, const gemm_meaning *other)
{
    bool alike = true;
    for (uint32_t i = 0; i < SB_MAX_STEPS && alike; i++)
        alike = gemm_cut_alike(&one->cuts[i], &other->cuts[i]);
    return alike;
}

/* The least value of the parameter that covers `extent`. */
static int64_t most(const sb_parameter *parameter, int64_t extent)
{
    int64_t value = parameter->kind == SB_POWER_OF_TWO ? power_of_two_from(extent)
                                                       : round_up(extent, parameter->step);
    return clamp(value, parameter->min, parameter->max);
}

void gemm_narrow(const step_list *list, sb_range *ranges)
{
    int64_t depth = 1, outputs = 1, pixels = 1;
    for (uint32_t i = 0; i < list->count; i++) {
        const conv *b = &list->steps[i];
        depth = larger(depth, b->c / b->groups * b->r * b->s);
        outputs = larger(outputs, b->k / b->groups);
        pixels = larger(pixels, b->p * b->q);
    }
    /* A block is a whole number of panels, and half of it must not cover everything. */
    outputs = 2 * power_of_two_to(outputs + SIMD_MAX_ROWS);
    ranges[GEMM_DEPTH].max = most(&gemm_depth_parameter, depth);
    ranges[GEMM_OUTPUTS].max = most(&gemm_outputs_parameter, outputs);
    ranges[GEMM_COLUMNS].max = most(&gemm_columns_parameter, pixels);
}

void gemm_set_defaults(const step_list *list, int64_t threads, int64_t *values)
{
    const gemm_options o = gemm_defaults(last_step(list), list->cpu, threads);
    values[GEMM_DEPTH] = most(&gemm_depth_parameter, o.depth);
    values[GEMM_OUTPUTS] = most(&gemm_outputs_parameter, o.outputs);
    values[GEMM_COLUMNS] = most(&gemm_columns_parameter, o.columns);
    values[GEMM_VECTORS] = o.vectors;
    values[GEMM_LOWERING] = o.lowering;
}

gemm_options gemm_options_from(const int64_t *values)
{
    return (gemm_options) {
        .depth = values[GEMM_DEPTH],
        .outputs = values[GEMM_OUTPUTS],
        .columns = values[GEMM_COLUMNS],
        .vectors = values[GEMM_VECTORS],
        .lowering = (gemm_lowering)values[GEMM_LOWERING],
        .parts = 1,
    };
}
