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

sb_problem gemm_main_step(const sb_problem *problem)
{
    sb_problem step = problem->operation == SB_SEPARABLE ? pointwise_step(problem) : *problem;
    return flatten(&step);
}

static int64_t depth_of(const sb_problem *b)
{
    return b->c / b->groups * b->r * b->s;
}

/* The least value that the parameter may take and that covers `extent`. */
static int64_t most(const sb_parameter *parameter, int64_t extent)
{
    int64_t value = parameter->kind == SB_POWER_OF_TWO ? power_of_two_from(extent)
                                                       : round_up(extent, parameter->step);
    return clamp(value, parameter->min, parameter->max);
}

int gemm_valid(const sb_problem *problem, const int64_t *values)
{
    sb_problem b = gemm_main_step(problem);
    return values[GEMM_DEPTH] <= most(&gemm_depth_parameter, depth_of(&b)) &&
           values[GEMM_OUTPUTS] <= most(&gemm_outputs_parameter, b.k / b.groups) &&
           values[GEMM_COLUMNS] <= most(&gemm_columns_parameter, b.p * b.q) &&
           (values[GEMM_LOWERING] == GEMM_IMPLICIT || !is_plain_pointwise(&b));
}

void gemm_set_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    sb_problem b = gemm_main_step(problem);
    gemm_options o = gemm_defaults(&b, cpu, problem->threads);
    values[GEMM_DEPTH] = most(&gemm_depth_parameter, o.depth);
    values[GEMM_OUTPUTS] = smaller(most(&gemm_outputs_parameter, o.outputs),
                                   most(&gemm_outputs_parameter, b.k / b.groups));
    values[GEMM_COLUMNS] =
        smaller(most(&gemm_columns_parameter, o.columns), most(&gemm_columns_parameter, b.p * b.q));
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
