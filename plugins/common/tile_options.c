/* SPDX-License-Identifier: Apache-2.0 */
#include "common/tile_options.h"

const sb_parameter tile_outputs_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "outputs",
    .summary = "output channels of a tile",
    .min = 8,
    .max = 1024,
    .initial = 64,
};

const sb_parameter tile_inputs_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "inputs",
    .summary = "input channels that are summed at a time",
    .min = 8,
    .max = 1024,
    .initial = 64,
};

const sb_parameter tile_rows_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "rows",
    .summary = "output rows of a tile; of the depthwise step, where there are two",
    .min = 1,
    .max = 128,
    .step = 1,
    .initial = 4,
};

const sb_parameter tile_columns_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "columns",
    .summary = "output columns of a tile; for a 1x1 kernel, pixels",
    .min = 16,
    .max = 4096,
    .initial = 256,
};

const sb_parameter tile_vectors_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "vectors",
    .summary = "vectors of pixels in a register tile",
    .min = 1,
    .max = SIMD_MAX_VECTORS,
    .step = 1,
    .initial = 2,
};

static const char *const orders[] = {
    [TILE_PIXELS_INPUTS_OUTPUTS] = "pixels_inputs_outputs",
    [TILE_PIXELS_OUTPUTS_INPUTS] = "pixels_outputs_inputs",
    [TILE_OUTPUTS_PIXELS_INPUTS] = "outputs_pixels_inputs",
    [TILE_OUTPUTS_PIXELS_INPUTS + 1] = NULL,
};

const sb_parameter tile_order_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "order",
    .summary = "nest of the loops over tiles, outermost first",
    .max = TILE_OUTPUTS_PIXELS_INPUTS,
    .step = 1,
    .initial = TILE_PIXELS_INPUTS_OUTPUTS,
    .choices = orders,
};

sb_problem tile_main_step(const sb_problem *problem)
{
    sb_problem step = problem->operation == SB_SEPARABLE ? pointwise_step(problem) : *problem;
    return flatten(&step);
}

static int64_t rows_of(const sb_problem *problem)
{
    return problem->operation == SB_SEPARABLE ? problem->p : flatten(problem).p;
}

/* The least power of two that the parameter may take and that covers `extent`. */
static int64_t most(const sb_parameter *parameter, int64_t extent)
{
    return clamp(power_of_two_from(extent), parameter->min, parameter->max);
}

int tile_valid(const sb_problem *problem, const int64_t *values)
{
    sb_problem b = tile_main_step(problem);
    return values[TILE_OUTPUTS] <= most(&tile_outputs_parameter, b.k / b.groups) &&
           values[TILE_INPUTS] <= most(&tile_inputs_parameter, b.c / b.groups) &&
           values[TILE_ROWS] <= rows_of(problem) &&
           values[TILE_COLUMNS] <= most(&tile_columns_parameter, b.q);
}

/* The largest power of two up to `value` that the parameter may take. */
static int64_t least(const sb_parameter *parameter, int64_t value)
{
    int64_t power = power_of_two_from(value);
    return clamp(power > value ? power / 2 : power, parameter->min, parameter->max);
}

void tile_set_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    sb_problem b = tile_main_step(problem);
    sb_problem first = problem->operation == SB_SEPARABLE ? depthwise_step(problem) : *problem;
    tile_options o = tile_defaults(&b, cpu, problem->threads);
    tile_options rows = tile_defaults(&first, cpu, problem->threads);
    values[TILE_OUTPUTS] = smaller(most(&tile_outputs_parameter, b.k / b.groups),
                                   least(&tile_outputs_parameter, o.outputs));
    values[TILE_INPUTS] = smaller(most(&tile_inputs_parameter, b.c / b.groups),
                                  larger(least(&tile_inputs_parameter, o.inputs), 8));
    values[TILE_ROWS] = clamp(rows.rows, 1, smaller(rows_of(problem), tile_rows_parameter.max));
    values[TILE_COLUMNS] = most(&tile_columns_parameter, o.columns);
    values[TILE_VECTORS] = o.vectors;
    values[TILE_ORDER] = o.order;
}

stage *tile_depthwise_stage(const sb_host *host, const sb_problem *problem,
                            const sb_weights *weights, int64_t rows)
{
    sb_problem step = depthwise_step(problem);
    tile_options o = {
        .outputs = problem->multiplier,
        .inputs = 1,
        .rows = rows,
        .columns = 1024,
        .vectors = problem->multiplier == 1 ? 4 : 2,
    };
    return tile_stage_new(host, &step, weights->depthwise, &o);
}

tile_options tile_options_from(const int64_t *values)
{
    return (tile_options) {
        .outputs = values[TILE_OUTPUTS],
        .inputs = values[TILE_INPUTS],
        .rows = values[TILE_ROWS],
        .columns = values[TILE_COLUMNS],
        .vectors = values[TILE_VECTORS],
        .order = (tile_order)values[TILE_ORDER],
        .parts = 1,
    };
}

stage_pair tile_stages(const sb_host *host, const sb_problem *problem, const tile_options *options,
                       const sb_weights *weights)
{
    if (problem->operation == SB_STANDARD)
        return (stage_pair) { tile_stage_new(host, problem, weights->standard, options), NULL };
    sb_problem second = pointwise_step(problem);
    return (stage_pair) {
        tile_depthwise_stage(host, problem, weights, options->rows),
        tile_stage_new(host, &second, weights->pointwise, options),
    };
}
