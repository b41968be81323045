/* SPDX-License-Identifier: Apache-2.0 */
#include "common/tile_options.h"

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

tile_meaning tile_mean(const step_list *list, const tile_options *options)
{
    tile_meaning meaning = { 0 };
    for (uint32_t i = 0; i < list->count; i++) {
        const conv *b = &list->steps[i];
        const tile_options o = options_for(b, i, list->count, options);
        meaning.cuts[i] = tile_cut_options(b, list->isa, &o);
        meaning.tasks = larger(meaning.tasks, tile_tasks(b, &meaning.cuts[i]));
    }
    return meaning;
}

bool tile_alike(const tile_meaning *one, const tile_meaning *other)
{
    bool alike = true;
    for (uint32_t i = 0; i < SB_MAX_STEPS && alike; i++)
        alike = tile_cut_alike(&one->cuts[i], &other->cuts[i]);
    return alike;
}

stage *tile_stage_for(const stage_order *order, const tile_options *options)
{
    const tile_options o = options_for(&order->conv, order->step, order->steps, options);
    return tile_stage_new(order, &o);
}

/* The least power of two that the parameter may take and that covers `extent`. */
static int64_t most(const sb_parameter *parameter, int64_t extent)
{
    return clamp(power_of_two_from(extent), parameter->min, parameter->max);
}

/* The largest power of two up to `value` that the parameter may take. */
static int64_t least(const sb_parameter *parameter, int64_t value)
{
    return clamp(power_of_two_to(value), parameter->min, parameter->max);
}

void tile_narrow(const step_list *list, sb_range *ranges)
{
    int64_t outputs = 1, inputs = 1, rows = 1, columns = 1;
    for (uint32_t i = 0; i < list->count; i++) {
        const conv *b = &list->steps[i];
        outputs = larger(outputs, b->k / b->groups);
        inputs = larger(inputs, b->c / b->groups);
        rows = larger(rows, b->p);
        columns = larger(columns, b->q);
    }
    /* A tile is a whole number of panels, and half of it must not cover everything. */
    outputs = 2 * power_of_two_to(outputs + SIMD_MAX_ROWS);
    ranges[TILE_OUTPUTS].max = most(&tile_outputs_parameter, outputs);
    ranges[TILE_INPUTS].max = most(&tile_inputs_parameter, inputs);
    ranges[TILE_ROWS].max = smaller(rows, tile_rows_parameter.max);
    ranges[TILE_COLUMNS].max = most(&tile_columns_parameter, columns);
}

/* The step that `rows` applies to. */
static const conv *rows_step(const step_list *list)
{
    return &list->steps[list->count > 1 ? list->count - 2 : 0];
}

void tile_set_defaults(const step_list *list, int64_t threads, int64_t *values)
{
    const tile_options o = tile_defaults(last_step(list), list->cpu, threads);
    const tile_options rows = tile_defaults(rows_step(list), list->cpu, threads);
    values[TILE_OUTPUTS] = least(&tile_outputs_parameter, o.outputs);
    values[TILE_INPUTS] = least(&tile_inputs_parameter, o.inputs);
    values[TILE_ROWS] = clamp(rows.rows, 1, tile_rows_parameter.max);
    values[TILE_COLUMNS] = most(&tile_columns_parameter, o.columns);
    values[TILE_VECTORS] = o.vectors;
    values[TILE_ORDER] = o.order;
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
