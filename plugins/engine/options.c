/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/options.h"

#include "common/names.h"

#include <string.h>

static const char *const layout_choices[] = { "nchw16c", "nhwc", "nchw8c", "planar", "nchw", NULL };

/* The parameters of one dense step. Their ids begin with `prefix`, their summaries end with `of`.
 */
#define DENSE(at, prefix, of) \
    [at + OPT_VECTORS - OPT_DENSE] = {                                              \
        .size = sizeof(sb_parameter),                                               \
        .kind = SB_INTEGER,                                                         \
        .id = prefix "vectors",                                                     \
        .summary = "vectors of output channels in a register tile" of,              \
        .min = 1,                                                                   \
        .max = GEMM_MAX_VECTORS,                                                    \
        .step = 1,                                                                  \
        .initial = 2,                                                               \
    },                                                                              \
    [at + OPT_PIXELS - OPT_DENSE] = {                                               \
        .size = sizeof(sb_parameter),                                               \
        .kind = SB_INTEGER,                                                         \
        .id = prefix "pixels",                                                      \
        .summary = "most output pixels in a register tile" of,                      \
        .min = 1,                                                                   \
        .max = GEMM_MAX_PIXELS,                                                     \
        .step = 1,                                                                  \
        .initial = 6,                                                               \
    },                                                                              \
    [at + OPT_CHANNELS - OPT_DENSE] = {                                             \
        .size = sizeof(sb_parameter),                                               \
        .kind = SB_INTEGER,                                                         \
        .id = prefix "channels",                                                    \
        .summary = "input channels between two visits to the output" of,            \
        .min = 16,                                                                  \
        .max = 8192,                                                                \
        .step = 16,                                                                 \
        .initial = 128,                                                             \
    },                                                                              \
    [at + OPT_PANELS - OPT_DENSE] = {                                               \
        .size = sizeof(sb_parameter),                                               \
        .kind = SB_POWER_OF_TWO,                                                    \
        .id = prefix "panels",                                                      \
        .summary = "panels of output channels for one block of tiles" of,           \
        .min = 1,                                                                   \
        .max = 1024,                                                                \
        .initial = 1,                                                               \
    },                                                                              \
    [at + OPT_TILES - OPT_DENSE] = {                                                \
        .size = sizeof(sb_parameter),                                               \
        .kind = SB_POWER_OF_TWO,                                                    \
        .id = prefix "tiles",                                                       \
        .summary = "register tiles in a block of pixels" of,                        \
        .min = 1,                                                                   \
        .max = 4096,                                                                \
        .initial = 1,                                                               \
    }

const sb_parameter options[OPT_EXPAND_END] = {
    [OPT_LAYOUT] = {
        .size = sizeof(sb_parameter),
        .kind = SB_CHOICE,
        .id = "layout",
        .summary = "layout of input and output; planar: NCHW in, NCHW16c out; nchw: vectors of pixels",
        .max = LAYOUT_NCHW,
        .choices = layout_choices,
    },
    DENSE(OPT_DENSE, "", ""),
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
        .max = GEMM_MAX_PIXELS,
        .step = 1,
        .initial = DW_MAX_COLS,
    },
    DENSE(OPT_EXPAND, "expand_", ", of the first step"),
};

/* ------------------------------------------------------------------------------------ layouts */

static const struct {
    uint32_t input, output;
    int lanes; /* the most lanes that a vector may have */
} layouts[] = {
    [LAYOUT_NCHW16C] = { SB_NCHW16C, SB_NCHW16C, 16 },
    [LAYOUT_NHWC] = { SB_NHWC, SB_NHWC, 16 },
    [LAYOUT_NCHW8C] = { SB_NCHW8C, SB_NCHW8C, 8 },
    [LAYOUT_PLANAR] = { SB_NCHW, SB_NCHW16C, 16 },
    [LAYOUT_NCHW] = { SB_NCHW, SB_NCHW, 16 },
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

void options_tell_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                          sb_layouts *out)
{
    const sb_layouts chosen = options_layouts(values);
    (void)problem;
    (void)cpu;
    out->input = chosen.input;
    out->output = chosen.output;
}

const isa *options_isa(const sb_cpu *cpu, const int64_t *values)
{
    return isa_select(cpu, layouts[values[OPT_LAYOUT]].lanes);
}

bool is_depthwise(const sb_problem *problem, uint32_t step)
{
    const conv b = conv_of(problem, step);
    return is_depthwise_step(step, problem->step_count) || depthwise_serves(&b);
}

bool options_layout_serves(const sb_problem *problem, int64_t layout)
{
    const bool depthwise_first = is_depthwise(problem, 0),
               plain = problem->step_count == 1 && !depthwise_first;
    const conv b = conv_of(problem, 0);
    if (layout == LAYOUT_NCHW)
        return plain || (problem->step_count < 3 && depthwise_first && b.groups == b.c);
    if (layout == LAYOUT_PLANAR)
        return plain && b.groups == 1 && b.c < 16;
    return !plain || dense_fits(&b, layouts[layout].input, layouts[layout].output);
}

uint32_t options_before_depthwise(const isa *set)
{
    return set->lanes > 8 ? SB_NCHW16C : SB_NCHW8C;
}

/* ---------------------------------------------------------------------------------- the others */

dense_blocking options_dense(const int64_t *chosen)
{
    return (dense_blocking) {
        .vectors = (int)chosen[OPT_VECTORS - OPT_DENSE],
        .pixels = (int)chosen[OPT_PIXELS - OPT_DENSE],
        .channels = chosen[OPT_CHANNELS - OPT_DENSE],
        .panels = chosen[OPT_PANELS - OPT_DENSE],
        .tiles = chosen[OPT_TILES - OPT_DENSE],
    };
}

dense_blocking options_dense_given(uint32_t given, const int64_t *chosen)
{
    static const int64_t none[OPT_DENSE_COUNT] = { 0 };
    int64_t values[OPT_DENSE_COUNT];
    memcpy(values, chosen, sizeof values);
    set_others(given, OPT_DENSE_COUNT, none, values);
    return options_dense(values);
}

/* The largest power of two up to `value`, limited to the range of a parameter. */
static int64_t power_within(int64_t value, const sb_parameter *range)
{
    int64_t power = power_of_two_from(value);
    return clamp(power > value ? power / 2 : power, range->min, range->max);
}

void options_set_dense(dense_blocking blocking, int64_t *chosen)
{
    const sb_parameter *channels = &options[OPT_CHANNELS], *panels = &options[OPT_PANELS];
    chosen[OPT_VECTORS - OPT_DENSE] = blocking.vectors;
    chosen[OPT_PIXELS - OPT_DENSE] = blocking.pixels;
    chosen[OPT_CHANNELS - OPT_DENSE] =
        clamp(round_up(blocking.channels, channels->step), channels->min, channels->max);
    chosen[OPT_PANELS - OPT_DENSE] = smaller(power_of_two_from(blocking.panels), panels->max);
    chosen[OPT_TILES - OPT_DENSE] = power_within(blocking.tiles, &options[OPT_TILES]);
}

void options_set_depthwise(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t input,
                           int64_t rows_at_a_time, int64_t *chosen)
{
    const int rows = depthwise_default_rows(b, cpu, set, input, rows_at_a_time);
    chosen[OPT_DW_ROWS - OPT_DW] = rows;
    chosen[OPT_DW_COLS - OPT_DW] = depthwise_default_cols(b, cpu, set, input, rows);
}

/* ------------------------------------------------------------------------------------ validity */

bool options_dense_balanced(const conv *b, const int64_t *chosen)
{
    const int64_t all = b->c / b->groups, step = options[OPT_CHANNELS].step;
    const int64_t each = chosen[OPT_CHANNELS - OPT_DENSE];
    return each == step || divide_up(all, each) < divide_up(all, each - step);
}

/* The most vectors of outputs: with the shortest vectors of any layout. */
static int64_t most_panels(const conv *b, const sb_cpu *cpu)
{
    return divide_up(b->k / b->groups, isa_select(cpu, 8)->lanes);
}

static void narrow(sb_range *chosen, int64_t most)
{
    chosen->max = clamp(most, chosen->min, chosen->max);
}

/* In NHWC a row may hold the pixels of all images. */
void options_narrow_dense(const conv *b, const sb_cpu *cpu, sb_range *chosen)
{
    const int64_t panels = most_panels(b, cpu), pixels = b->n * b->p * b->q;
    narrow(&chosen[OPT_VECTORS - OPT_DENSE], panels);
    narrow(&chosen[OPT_PIXELS - OPT_DENSE], pixels);
    narrow(&chosen[OPT_CHANNELS - OPT_DENSE],
           round_up(b->c / b->groups, options[OPT_CHANNELS].step));
    narrow(&chosen[OPT_PANELS - OPT_DENSE], power_of_two_from(panels));
    narrow(&chosen[OPT_TILES - OPT_DENSE], power_of_two_from(pixels));
}

/* Tiles may run along columns, and pairs of pointwise groups along the whole image. */
void options_narrow_depthwise(const conv *b, const sb_cpu *cpu, sb_range *chosen)
{
    const int64_t longest = larger(b->p, b->q), row = flatten(b).q;
    const int64_t most = larger(depthwise_max_cols(b, isa_select(cpu, 8)),
                                depthwise_max_cols(b, isa_select(cpu, 16)));
    narrow(&chosen[OPT_DW_ROWS - OPT_DW], longest);
    narrow(&chosen[OPT_DW_COLS - OPT_DW], smaller(larger(longest, row), most));
}

bool options_dense_alike(const conv *b, const isa *set, uint32_t input, const int64_t *one,
                         const int64_t *other)
{
    return memcmp(one, other, OPT_DENSE_COUNT * sizeof *one) == 0 ||
           dense_alike(b, set, input, options_dense(one), options_dense(other));
}

depthwise_method options_tiles(const conv *b, const isa *set, uint32_t layout,
                               int64_t rows_at_a_time, const int64_t *chosen)
{
    const view input = view_of(layout, b->c, b->h, b->w);
    return depthwise_cut(b, set, &input, rows_at_a_time, chosen[OPT_DW_ROWS - OPT_DW],
                         chosen[OPT_DW_COLS - OPT_DW]);
}

bool options_depthwise_alike(const conv *b, const isa *set, uint32_t input, int64_t rows_at_a_time,
                             const int64_t *one, const int64_t *other)
{
    if (memcmp(one, other, OPT_DW_COUNT * sizeof *one) == 0)
        return true;
    const depthwise_method a = options_tiles(b, set, input, rows_at_a_time, one);
    const depthwise_method c = options_tiles(b, set, input, rows_at_a_time, other);
    return depthwise_same(&a, &c);
}
