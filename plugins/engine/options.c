/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/options.h"

static const char *const layout_choices[] = { "nchw16c", "nhwc", "nchw8c", "planar", NULL };

const sb_parameter options[OPT_COUNT] = {
    [OPT_LAYOUT] = {
        .size = sizeof(sb_parameter),
        .kind = SB_CHOICE,
        .id = "layout",
        .summary = "layout of input and output; planar: NCHW in, NCHW16c out",
        .max = 3,
        .choices = layout_choices,
    },
    [OPT_VECTORS] = {
        .size = sizeof(sb_parameter),
        .kind = SB_INTEGER,
        .id = "vectors",
        .summary = "vectors of output channels in a register tile",
        .min = 1,
        .max = GEMM_MAX_VECTORS,
        .step = 1,
        .initial = 2,
    },
    [OPT_PIXELS] = {
        .size = sizeof(sb_parameter),
        .kind = SB_INTEGER,
        .id = "pixels",
        .summary = "most output pixels in a register tile",
        .min = 1,
        .max = GEMM_MAX_PIXELS,
        .step = 1,
        .initial = 6,
    },
    [OPT_CHANNELS] = {
        .size = sizeof(sb_parameter),
        .kind = SB_INTEGER,
        .id = "channels",
        .summary = "input channels between two visits to the output",
        .min = 16,
        .max = 8192,
        .step = 16,
        .initial = 128,
    },
    [OPT_PANELS] = {
        .size = sizeof(sb_parameter),
        .kind = SB_POWER_OF_TWO,
        .id = "panels",
        .summary = "panels of output channels for one block of tiles",
        .min = 1,
        .max = 1024,
        .initial = 1,
    },
    [OPT_TILES] = {
        .size = sizeof(sb_parameter),
        .kind = SB_POWER_OF_TWO,
        .id = "tiles",
        .summary = "register tiles in a block of pixels",
        .min = 1,
        .max = 4096,
        .initial = 1,
    },
    [OPT_DW_ROWS] = {
        .size = sizeof(sb_parameter),
        .kind = SB_INTEGER,
        .id = "tile_rows",
        .summary = "rows of the depthwise tile: 1, 2 or 7",
        .min = 1,
        .max = DW_MAX_ROWS,
        .step = 1,
        .initial = DW_MAX_ROWS,
    },
    [OPT_DW_COLS] = {
        .size = sizeof(sb_parameter),
        .kind = SB_INTEGER,
        .id = "tile_cols",
        .summary = "most columns of the depthwise tile",
        .min = 1,
        .max = DW_MAX_COLS,
        .step = 1,
        .initial = DW_MAX_COLS,
    },
};

/* ------------------------------------------------------------------------------------ layouts */

static const struct {
    uint32_t input, output;
    int lanes; /* most that a vector may have */
} layouts[] = {
    [LAYOUT_NCHW16C] = { SB_NCHW16C, SB_NCHW16C, 16 },
    [LAYOUT_NHWC] = { SB_NHWC, SB_NHWC, 16 },
    [LAYOUT_NCHW8C] = { SB_NCHW8C, SB_NCHW8C, 8 },
    [LAYOUT_PLANAR] = { SB_NCHW, SB_NCHW16C, 16 },
};

sb_layouts options_layouts(const int64_t *values)
{
    const int64_t i = values[OPT_LAYOUT];
    return (sb_layouts) {
        .size = sizeof(sb_layouts),
        .input = layouts[i].input,
        .output = layouts[i].output,
    };
}

const isa *options_isa(const sb_cpu *cpu, const int64_t *values)
{
    return isa_select(cpu, layouts[values[OPT_LAYOUT]].lanes);
}

bool is_depthwise(const sb_problem *problem)
{
    return problem->groups == problem->c && problem->groups > 1;
}

bool options_layout_serves(const sb_problem *b, int64_t layout)
{
    const bool plain = b->operation == SB_STANDARD && !is_depthwise(b);
    if (layout == LAYOUT_PLANAR)
        return plain && b->groups == 1 && b->c < 16;
    return !plain || dense_fits(b, layouts[layout].input, layouts[layout].output);
}

/* The depthwise step goes through an image once for each vector of channels: of blocks that hold
 * more it reads every cache line as often, which shows where a block of the image does not stay
 * near, in an eighth of L2. */
static bool wants_small_blocks(const sb_problem *b, const sb_cpu *cpu)
{
    return (b->operation == SB_SEPARABLE || is_depthwise(b)) && isa_select(cpu, 16)->lanes <= 8 &&
           16 * (b->h * b->w + b->p * b->q) > l2_floats(cpu) / 8;
}

/* Few channels leave most of a block empty. NHWC makes one run of a filter row; but it stores the
 * last channels of a partial vector one tile at a time, which costs more than many short runs. */
option_layout options_default_layout(const sb_problem *problem, const sb_cpu *cpu)
{
    if (wants_small_blocks(problem, cpu))
        return LAYOUT_NCHW8C;
    if (options_layout_serves(problem, LAYOUT_PLANAR) && problem->c < 8)
        return problem->k % 16 == 0 ? LAYOUT_NHWC : LAYOUT_PLANAR;
    return options_layout_serves(problem, LAYOUT_NCHW16C) ? LAYOUT_NCHW16C : LAYOUT_NHWC;
}

/* ---------------------------------------------------------------------------------- the others */

dense_blocking options_dense(const int64_t *values)
{
    return (dense_blocking) {
        .vectors = (int)values[OPT_VECTORS],
        .pixels = (int)values[OPT_PIXELS],
        .channels = values[OPT_CHANNELS],
        .panels = values[OPT_PANELS],
        .tiles = values[OPT_TILES],
    };
}

/* The largest power of two up to `value`, in the range of a parameter. */
static int64_t power_within(int64_t value, const sb_parameter *range)
{
    int64_t power = power_of_two_from(value);
    return clamp(power > value ? power / 2 : power, range->min, range->max);
}

/* What holds all panels of a group, whatever the instruction set's vectors are. */
static int64_t most_panels(const sb_problem *b, const int64_t *values)
{
    const int64_t fewest_lanes = 4;
    return power_of_two_from(divide_up(b->k / b->groups, values[OPT_VECTORS] * fewest_lanes));
}

/* What holds all tiles of an image. */
static int64_t most_tiles(const sb_problem *problem, const int64_t *values)
{
    const sb_problem b = flatten(problem);
    return power_of_two_from(b.p * divide_up(b.q, values[OPT_PIXELS]));
}

void options_set_dense(const sb_problem *problem, dense_blocking blocking, int64_t *values)
{
    values[OPT_VECTORS] = blocking.vectors;
    values[OPT_PIXELS] = blocking.pixels;
    values[OPT_CHANNELS] = clamp(round_up(blocking.channels, 16), options[OPT_CHANNELS].min,
                                 options[OPT_CHANNELS].max);
    values[OPT_PANELS] = clamp(power_of_two_from(blocking.panels), 1, options[OPT_PANELS].max);
    values[OPT_TILES] =
        smaller(power_within(blocking.tiles, &options[OPT_TILES]), most_tiles(problem, values));
}

void options_set_depthwise(const sb_problem *problem, const sb_cpu *cpu, const isa *set,
                           int64_t *rows, int64_t *cols)
{
    *rows = smaller(depthwise_default_rows(problem, cpu, set), depthwise_height_for(problem->p));
    *cols = divide_up(problem->q, divide_up(problem->q, depthwise_max_cols(problem, set)));
}

static bool unused(const int64_t *values, int from, int to)
{
    for (int i = from; i < to; i++) {
        if (values[i] != options[i].initial)
            return false;
    }
    return true;
}

bool options_dense_unused(const int64_t *values)
{
    return unused(values, OPT_VECTORS, OPT_TILES + 1);
}

bool options_depthwise_unused(const int64_t *values)
{
    return unused(values, OPT_DW_ROWS, OPT_DW_COLS + 1);
}

/* ------------------------------------------------------------------------------------ validity */

/* Of the multiples of `step` that cut `extent` into as many pieces: is it the least? */
static bool is_least_cut(int64_t value, int64_t extent, int64_t step)
{
    return value <= step || divide_up(extent, value) < divide_up(extent, value - step);
}

bool options_tile_valid(int64_t vectors, int64_t pixels)
{
    static const int most[] = { 28, 14, 9, 6 };
    return pixels <= most[vectors - 1];
}

bool options_dense_valid(const sb_problem *problem, const int64_t *values)
{
    return options_tile_valid(values[OPT_VECTORS], values[OPT_PIXELS]) &&
           is_least_cut(values[OPT_CHANNELS], problem->c / problem->groups, 16) &&
           values[OPT_PANELS] <= most_panels(problem, values) &&
           values[OPT_TILES] <= most_tiles(problem, values);
}

bool options_depthwise_valid(const sb_problem *problem, int64_t rows, int64_t cols)
{
    if (!depthwise_is_tiled(problem))
        return rows == 1 && cols == 1;
    return depthwise_is_height(rows) && rows <= depthwise_height_for(problem->p) &&
           is_least_cut(cols, problem->q, 1);
}
