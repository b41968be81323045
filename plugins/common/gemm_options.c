/* SPDX-License-Identifier: Apache-2.0 */
#include "common/gemm_options.h"

#include "common/names.h"

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

conv gemm_main_step(const sb_problem *problem)
{
    return conv_of(problem, problem->step_count - 1);
}

bool gemm_alike(const gemm_setting *own, const gemm_options *a, const gemm_options *b)
{
    const simd *isa = simd_select(own->cpu);
    for (uint32_t i = 0; i < own->problem->step_count; i++) {
        if (!own->all_steps && is_depthwise_step(i, own->problem->step_count))
            continue;
        const conv step = conv_of(own->problem, i);
        const gemm_cut one = gemm_cut_options(&step, isa, a), two = gemm_cut_options(&step, isa, b);
        if (!gemm_cut_alike(&one, &two))
            return false;
    }
    return true;
}

static bool same(const void *context, const int64_t *a, const int64_t *b)
{
    const gemm_options one = gemm_options_from(a), two = gemm_options_from(b);
    return gemm_alike(context, &one, &two);
}

static const sb_parameter *const parameters[GEMM_PARAMETERS] = { GEMM_PARAMETER_TABLE };

static naming naming_of(const gemm_setting *own)
{
    return (naming) { parameters, GEMM_PARAMETERS, same, own };
}

bool gemm_valid(const gemm_setting *own, const int64_t *values)
{
    const naming by = naming_of(own);
    return is_smallest_name(&by, values);
}

/* The least value that the parameter may take and that covers `extent`. */
static int64_t most(const sb_parameter *parameter, int64_t extent)
{
    int64_t value = parameter->kind == SB_POWER_OF_TWO ? power_of_two_from(extent)
                                                       : round_up(extent, parameter->step);
    return clamp(value, parameter->min, parameter->max);
}

void gemm_set_defaults(const gemm_setting *own, int64_t threads, int64_t *values)
{
    const conv b = gemm_main_step(own->problem);
    const gemm_options o = gemm_defaults(&b, own->cpu, threads);
    const naming by = naming_of(own);
    values[GEMM_DEPTH] = most(&gemm_depth_parameter, o.depth);
    values[GEMM_OUTPUTS] = most(&gemm_outputs_parameter, o.outputs);
    values[GEMM_COLUMNS] = most(&gemm_columns_parameter, o.columns);
    values[GEMM_VECTORS] = o.vectors;
    values[GEMM_LOWERING] = o.lowering;
    use_smallest_name(&by, values);
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
