/* SPDX-License-Identifier: Apache-2.0 */
#include "common/tile_options.h"

#include "common/names.h"

const sb_parameter tile_outputs_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "outputs",
    .summary = "output channels of a tile; the first order has all of them in one",
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

conv tile_main_step(const sb_problem *problem)
{
    return conv_of(problem, problem->step_count - 1);
}

tile_options tile_depthwise_options(const conv *b, int64_t rows)
{
    const int64_t multiplier = b->k / b->groups;
    return (tile_options) {
        .outputs = multiplier,
        .inputs = 1,
        .rows = rows,
        .columns = 1024,
        .vectors = multiplier == 1 ? 4 : 2,
        .parts = 1,
    };
}

/* Of several steps the depthwise one takes the rows alone. */
static tile_options options_for(const conv *b, uint32_t step, uint32_t steps,
                                const tile_options *options)
{
    return is_depthwise_step(step, steps) ? tile_depthwise_options(b, options->rows) : *options;
}

tile_cut tile_cut_step(const tile_setting *own, uint32_t step, const tile_options *options)
{
    const conv b = conv_of(own->problem, step);
    const tile_options o = options_for(&b, step, own->problem->step_count, options);
    return tile_cut_options(&b, simd_select(own->cpu), &o);
}

stage *tile_stage_for(const stage_order *order, const tile_options *options)
{
    const tile_options o = options_for(&order->conv, order->step, order->steps, options);
    return tile_stage_new(order, &o);
}

bool tile_alike(const tile_setting *own, const tile_options *a, const tile_options *b)
{
    for (uint32_t i = 0; i < own->problem->step_count; i++) {
        const tile_cut one = tile_cut_step(own, i, a), two = tile_cut_step(own, i, b);
        if (!tile_cut_alike(&one, &two))
            return false;
    }
    return true;
}

static bool same(const void *context, const int64_t *a, const int64_t *b)
{
    const tile_options one = tile_options_from(a), two = tile_options_from(b);
    return tile_alike(context, &one, &two);
}

static const sb_parameter *const parameters[TILE_PARAMETERS] = { TILE_PARAMETER_TABLE };

bool tile_valid(const tile_setting *own, const int64_t *values)
{
    const naming by = { parameters, TILE_PARAMETERS, same, own };
    return is_smallest_name(&by, values);
}

/* The least power of two that the parameter may take and that covers `extent`. */
static int64_t most(const sb_parameter *parameter, int64_t extent)
{
    return clamp(power_of_two_from(extent), parameter->min, parameter->max);
}

/* The largest power of two up to `value` that the parameter may take. */
static int64_t least(const sb_parameter *parameter, int64_t value)
{
    int64_t power = power_of_two_from(value);
    return clamp(power > value ? power / 2 : power, parameter->min, parameter->max);
}

/* The step that `rows` speaks of. */
static conv rows_step(const sb_problem *problem)
{
    return conv_of(problem, problem->step_count > 1 ? problem->step_count - 2 : 0);
}

void tile_set_defaults(const tile_setting *own, int64_t threads, int64_t *values)
{
    const conv b = tile_main_step(own->problem), first = rows_step(own->problem);
    const tile_options o = tile_defaults(&b, own->cpu, threads);
    const tile_options rows = tile_defaults(&first, own->cpu, threads);
    const naming by = { parameters, TILE_PARAMETERS, same, own };
    values[TILE_OUTPUTS] = least(&tile_outputs_parameter, o.outputs);
    values[TILE_INPUTS] = least(&tile_inputs_parameter, o.inputs);
    values[TILE_ROWS] = clamp(rows.rows, 1, tile_rows_parameter.max);
    values[TILE_COLUMNS] = most(&tile_columns_parameter, o.columns);
    values[TILE_VECTORS] = o.vectors;
    values[TILE_ORDER] = o.order;
    use_smallest_name(&by, values);
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
