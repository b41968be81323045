/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/options.h"

#include "common/names.h"
#include "engine/depthwise_cut.h"

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
    const bool plain = problem->step_count == 1 && !is_depthwise(problem, 0);
    const conv b = conv_of(problem, 0);
    if (layout == LAYOUT_NCHW)
        return plain || (problem->step_count == 1 && depthwise_is_plain(&b));
    if (layout == LAYOUT_PLANAR)
        return plain && b.groups == 1 && b.c < 16;
    return !plain || dense_fits(&b, layouts[layout].input, layouts[layout].output);
}

/* Should blocks hold 8 channels? The depthwise step goes through the image once for each vector of
 * channels. If a vector has 8 lanes and a block 16 channels, it reads every cache line twice, so
 * that small blocks are better for a step alone. Before or after a dense step, which prefers large
 * blocks, they are so if a block of the image does not stay in cache: if it exceeds an eighth of
 * L2. */
static bool wants_small_blocks(const sb_problem *problem, const sb_cpu *cpu)
{
    const uint32_t step = problem->step_count > 1 ? problem->step_count - 2 : 0;
    const conv b = conv_of(problem, step);
    const int lanes = isa_select(cpu, 16)->lanes;
    const bool alone = problem->step_count == 1 && b.groups == b.c && b.k == b.c;
    return is_depthwise(problem, step) && lanes <= 8 &&
           ((alone && lanes == 8) || 16 * (b.h * b.w + b.p * b.q) > l2_floats(cpu) / 8);
}

/* Do images consist of one pixel? In NHWC the pixels of all images are adjacent and can share a
 * register tile; of one alone, the weights are read in wider panels, which is faster where they
 * come from beyond L2. */
static bool has_images_of_one_pixel(const sb_problem *problem)
{
    const conv b = conv_of(problem, 0);
    return problem->step_count == 1 && b.h * b.w == 1 && is_plain_pointwise(&b) && b.groups == 1;
}

/* Does each input channel have several outputs, such that the inputs of some vector of outputs lie
 * in two blocks? In NHWC they are contiguous. */
static bool wants_wide_blocks(const sb_problem *problem, const sb_cpu *cpu)
{
    const uint32_t step = problem->step_count > 1 ? problem->step_count - 2 : 0;
    const conv b = conv_of(problem, step);
    const view blocked = view_of(SB_NCHW16C, b.c, b.h, b.w), nhwc = view_of(SB_NHWC, b.c, b.h, b.w);
    return step == 0 && is_depthwise(problem, step) && b.k != b.c &&
           !depthwise_can_spread(&b, isa_select(cpu, 16), &blocked) &&
           depthwise_can_spread(&b, isa_select(cpu, 16), &nhwc);
}

/*
 * Is each input read for one tap alone? In NHWC all channels of a pixel are one run of memory,
 * which the hardware prefetches; of the planes of a blocked layout, lines of 16 channels are read
 * with gaps between them.
 */
static bool wants_whole_pixels(const sb_problem *problem)
{
    const conv b = conv_of(problem, 0);
    return problem->step_count == 1 && !is_depthwise(problem, 0) && b.groups == 1 &&
           b.stride_h >= b.r && b.stride_w >= b.s && b.stride_w > 1;
}

/* The taps along an axis that lie in the image, summed over its outputs. */
static int64_t taps_inside(int64_t outputs, int64_t stride, int64_t taps, int64_t dilation,
                           int64_t padding, int64_t extent)
{
    int64_t inside = 0;
    for (int64_t i = 0; i < outputs; i++)
        for (int64_t t = 0; t < taps; t++) {
            const int64_t at = i * stride + t * dilation - padding;
            inside += at >= 0 && at < extent;
        }
    return inside;
}

/* What a row of outputs takes for each input channel, in multiply-adds of vectors: with one vector
 * of output channels. */
static double vector_cost(const conv *b)
{
    const int64_t rows = taps_inside(b->p, b->stride_h, b->r, b->dilation_h, b->pad_top, b->h);
    const int64_t columns = taps_inside(b->q, b->stride_w, b->s, b->dilation_w, b->pad_left, b->w);
    return (double)rows / (double)b->p * (double)columns;
}

/* The same with all of them. Two pixels share the last vector if it is at most half full, which
 * takes more instructions. */
static double channel_vectors_cost(const conv *b, int lanes)
{
    const int64_t halves = larger(divide_up(2 * (b->k / b->groups), lanes), 2);
    return (halves % 2 != 0 ? 1.2 : 1) * vector_cost(b) * (double)halves / 2;
}

/* Where vectors of 8 lanes take half as long as those of 16. A tile of them holds fewer sums, so
 * that starting and storing it takes a larger part of the time. */
static double short_vectors_cost(const conv *b)
{
    return 1.05 * vector_cost(b) * (double)divide_up(b->k / b->groups, 8) / 2;
}

/* The same for vectors of pixels, without copying: a sum waits for the one before it. */
static double pixel_vectors_cost(const conv *b, int lanes)
{
    const int64_t sums = divide_up(b->q, lanes) * (b->k / b->groups), latency = 4;
    return (double)(b->r * b->s * larger(sums, latency));
}

/* Copying the input of a row of outputs, in the same unit. Strided pixels are copied one by one,
 * and of a pointwise layer only those past the last whole vector. */
static double copy_cost(const conv *b, int lanes)
{
    const int64_t lines = smaller(b->stride_h, b->r), phases = smaller(b->stride_w, b->s);
    if (is_plain_pointwise(b))
        return b->q % lanes != 0 ? 14 : 0;
    return (double)lines * (20 + (b->stride_w > 1 ? 0.75 * (double)(phases * b->q) : 0));
}

/* Does the last step have so few outputs (per group) that at least half of the last vector of 16
 * lanes would be empty, but a panel of vectors of 8 lanes holds them? With more than 24, each panel
 * reads the input again, and GEMM_HALF_... is faster. A panel of one vector needs eight pixels,
 * because two multiply-adds a cycle have a latency of four cycles. */
static bool has_few_outputs(const sb_problem *problem)
{
    const conv b = conv_of(problem, problem->step_count - 1);
    const int64_t outputs = b.k / b.groups;
    return outputs <= 8 ? flatten(&b).q >= 8 : outputs > 16 && outputs <= 24;
}

/* Are the last step's vectors of 8 lanes computed by dense kernels? */
static bool is_dense_with_eight_lanes(const sb_problem *problem, const sb_cpu *cpu)
{
    const uint32_t step = problem->step_count - 1;
    const conv b = conv_of(problem, step);
    const view blocked = view_of(SB_NCHW8C, b.c, b.h, b.w);
    return !is_depthwise(problem, step) ||
           depthwise_way_of(&b, isa_select(cpu, 8), &blocked) == DW_BY_GROUPS;
}

/* Is the depthwise step before the last one, if any, nearly as fast with 8 lanes? It has only 16
 * registers then. Filters up to 5 x 5 are. */
static bool has_small_filter(const sb_problem *problem)
{
    const conv b = conv_of(problem, problem->step_count > 1 ? problem->step_count - 2 : 0);
    return problem->step_count == 1 || b.r * b.s <= 25;
}

/* Are vectors of 8 lanes faster than those of 16? */
static bool wants_eight_lanes(const sb_problem *problem, const sb_cpu *cpu)
{
    return has_few_outputs(problem) && has_small_filter(problem) &&
           options_layout_serves(problem, LAYOUT_NCHW8C) &&
           is_dense_with_eight_lanes(problem, cpu) && isa_halves(cpu);
}

/* Are there so few depthwise channels that vectors of pixels are faster? Each sum has only the taps
 * of one channel, so that starting and storing a tile takes longer than the sums themselves. */
static bool has_few_planes(const conv *b, int lanes)
{
    const double each = pixel_vectors_cost(b, lanes) + copy_cost(b, lanes);
    const double stores = (double)divide_up(b->q, lanes);
    return (double)b->c * (2.4 * each + 2 * stores) <
           vector_cost(b) * (double)divide_up(b->c, lanes);
}

/* Are the outputs of a group so few that vectors of pixels are faster than those of channels, in
 * spite of copying? */
static bool wants_pixel_vectors(const sb_problem *problem, const sb_cpu *cpu)
{
    const conv step = conv_of(problem, 0), flat = flatten(&step);
    const conv b = is_column(&flat) ? turn(&flat) : flat;
    const int lanes = isa_select(cpu, 16)->lanes;
    if (!options_layout_serves(problem, LAYOUT_NCHW) || b.k / b.groups >= 2 * lanes)
        return false;
    if (is_depthwise(problem, 0))
        return has_few_planes(&b, lanes);
    const double pixels = pixel_vectors_cost(&b, lanes) + copy_cost(&b, lanes);
    return pixels < channel_vectors_cost(&b, lanes) &&
           (!wants_eight_lanes(problem, cpu) || pixels < short_vectors_cost(&b));
}

/* Are there so few input channels that most of a block would be empty? */
static bool has_few_inputs(const sb_problem *problem)
{
    return options_layout_serves(problem, LAYOUT_PLANAR) && problem->steps[0].c < 8;
}

/* In NHWC a whole filter row is one run of inputs. But without the masks of 16 lanes, the last
 * vector of output channels, if it is partial, is stored through a buffer, which costs more than
 * the empty part of a block does. A single channel is a run of inputs in the planar layout too. */
static option_layout layout_for_few_inputs(const sb_problem *problem, const sb_cpu *cpu)
{
    const sb_step *b = &problem->steps[0];
    const int lanes = isa_select(cpu, 16)->lanes;
    if (b->c == 1 && b->k % 16 != 0)
        return LAYOUT_PLANAR;
    return lanes == 16 || b->k % lanes == 0 ? LAYOUT_NHWC : LAYOUT_NCHW8C;
}

option_layout options_default_layout(const sb_problem *problem, const sb_cpu *cpu)
{
    if (has_images_of_one_pixel(problem) || wants_wide_blocks(problem, cpu))
        return LAYOUT_NHWC;
    if (wants_pixel_vectors(problem, cpu))
        return LAYOUT_NCHW;
    if (wants_small_blocks(problem, cpu))
        return LAYOUT_NCHW8C;
    if (wants_whole_pixels(problem) && !has_few_inputs(problem))
        return LAYOUT_NHWC;
    if (wants_eight_lanes(problem, cpu))
        return LAYOUT_NCHW8C;
    if (has_few_inputs(problem))
        return layout_for_few_inputs(problem, cpu);
    return options_layout_serves(problem, LAYOUT_NCHW16C) ? LAYOUT_NCHW16C : LAYOUT_NHWC;
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
