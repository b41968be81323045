/* SPDX-License-Identifier: Apache-2.0 */
/* The default layout: rules that count multiplications, empty lanes and copies. */
#include "common/simd.h"
#include "engine/depthwise_cut.h"
#include "engine/options.h"
#include "engine/patches.h"

#include <math.h>

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

/* Does an image have one output, of all its pixels? In NHWC the pixels of all images can share a
 * register tile; of one alone, the weights are read in wider panels and longer runs, which is
 * faster where they come from beyond L2. */
static bool has_one_output(const sb_problem *problem)
{
    const conv b = conv_of(problem, 0);
    return problem->step_count == 1 && b.p * b.q == 1 && b.r == b.h && b.s == b.w &&
           !is_padded(&b) && b.groups == 1;
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

/* Do the channels of the first step, a depthwise one, leave half of a vector of 16 lanes empty?
 * That decides if there is no other step, or if it computes more for each pixel than a dense step
 * of so few channels, which stores more vectors then. */
static bool has_few_channels(const sb_problem *problem)
{
    const conv b = conv_of(problem, 0), last = conv_of(problem, problem->step_count - 1);
    const bool decides = problem->step_count == 1 || last.k <= 8 * b.r * b.s;
    return problem->step_count < 3 && is_depthwise(problem, 0) && b.groups == b.c && b.k <= 8 &&
           decides;
}

/* Is the depthwise step before the last one, if any, nearly as fast with 8 lanes? It has only 16
 * registers then, which is enough for filters up to 5 x 5. Twice as many vectors are started, which
 * takes longer than all of a short row. */
static bool has_light_depthwise(const sb_problem *problem)
{
    const conv b = conv_of(problem, problem->step_count > 1 ? problem->step_count - 2 : 0);
    return problem->step_count == 1 || (b.r * b.s <= 25 && b.q >= 14);
}

/* Are vectors of 8 lanes faster than those of 16? */
static bool wants_eight_lanes(const sb_problem *problem, const sb_cpu *cpu)
{
    const bool few =
        has_few_channels(problem) || (has_few_outputs(problem) && has_light_depthwise(problem) &&
                                      is_dense_with_eight_lanes(problem, cpu));
    return few && options_layout_serves(problem, LAYOUT_NCHW8C) && isa_halves(cpu);
}

/* The lines that vectors of pixels copy of each plane: of the rows that taps use, strided pixels in
 * as many strips as there are phases. */
static int64_t count_lines(const conv *b)
{
    const int64_t span = (b->p - 1) * b->stride_h + (b->r - 1) * b->dilation_h + 1;
    return is_plain_pointwise(b) ? 0 : smaller(span, b->p * b->r) * smaller(b->stride_w, b->s);
}

/*
 * A depthwise step in vectors of pixels, in the unit above. Their loads cross cache lines, which
 * takes longer than the multiply-add unless an input has several outputs. Tiles are four vectors of
 * any rows. Starting and storing them, copying lines and changing planes have a cost as well.
 */
static double depthwise_pixels_cost(const conv *b, int lanes)
{
    const int64_t tiles = divide_up(b->p * divide_up(b->q, lanes), SIMD_MAX_VECTORS);
    const double outputs = (double)(b->k / b->groups), each = outputs > 2.2 ? outputs : 2.2;
    const double tile = SIMD_MAX_VECTORS * (double)(b->r * b->s) * each + 25 + 20 * outputs;
    return (double)b->groups * ((double)tiles * tile + 30 * (double)count_lines(b) + 150);
}

/* Does the step have tiles of several rows and columns, or only rows of outputs? */
static bool has_tiles(const conv *b, const sb_cpu *cpu)
{
    const view blocked = view_of(SB_NCHW16C, b->c, b->h, b->w);
    return depthwise_way_of(b, isa_select(cpu, 16), &blocked) == DW_BY_TILES;
}

/* A depthwise step in one vector of channels, in the unit above. Tiles of 3 x 3 are up to seven
 * rows high, so that they start less often, and each phase of a dilation starts anew; rows with a
 * dilation load every input for each tap. */
static double depthwise_vector_cost(const conv *b, bool tiles)
{
    const bool dilated = b->dilation_h > 1 || b->dilation_w > 1;
    const double each = tiles ? 1 : dilated ? 1.5 : 1.2;
    const double pixel = tiles && !dilated && b->r == 3 ? 1 : 4;
    const double phases = tiles ? (double)(b->dilation_h * b->dilation_w) : 1;
    return (double)b->p * (each * vector_cost(b) + pixel * (double)b->q) + 300 * phases;
}

/* What vectors of 8 lanes take, as a part of what those of 16 do, if those take twice as long. They
 * have fewer registers, and where inputs are spread over several outputs only rows of some taps
 * gain anything. */
static double eight_lanes_part(const conv *b, bool tiles)
{
    const bool spread = b->k != b->c, some = b->s >= 3 && b->s <= 5;
    return tiles ? 0.58 : !spread || some ? 0.75 : 1;
}

/* A depthwise step in vectors of channels. */
static double depthwise_channels_cost(const sb_problem *problem, const conv *b, const sb_cpu *cpu)
{
    const bool tiles = has_tiles(b, cpu);
    const int64_t vectors = divide_up(b->k, isa_select(cpu, 16)->lanes);
    return (double)vectors * depthwise_vector_cost(b, tiles) *
           (wants_eight_lanes(problem, cpu) ? eight_lanes_part(b, tiles) : 1);
}

/* A dense step by vectors of pixels, or by vectors of channels. */
static double dense_pixels_cost(const conv *b, int lanes)
{
    return pixel_vectors_cost(b, lanes) + copy_cost(b, lanes);
}

static double dense_channels_cost(const sb_problem *problem, const conv *b, const sb_cpu *cpu)
{
    const double whole = channel_vectors_cost(b, isa_select(cpu, 16)->lanes);
    return wants_eight_lanes(problem, cpu) ? fmin(whole, short_vectors_cost(b)) : whole;
}

/* After a depthwise step, a dense one has so few inputs that storing takes most of its time; to
 * planes far apart it takes longer. */
static double far_stores_cost(const conv *b, int lanes)
{
    return 2 * (double)(b->k * b->p * divide_up(b->q, lanes));
}

/* By how much vectors of pixels are slower, in a step. */
static double pixels_cost_more(const sb_problem *problem, uint32_t step, const sb_cpu *cpu)
{
    const conv given = conv_of(problem, step), flat = flatten(&given);
    const conv b = is_column(&flat) ? turn(&flat) : flat;
    const int lanes = isa_select(cpu, 16)->lanes;
    if (is_depthwise(problem, step))
        return depthwise_pixels_cost(&b, lanes) - depthwise_channels_cost(problem, &b, cpu);
    const double stores = step > 0 ? far_stores_cost(&b, lanes) : 0;
    return stores + (double)b.c * (double)b.p *
                        (dense_pixels_cost(&b, lanes) - dense_channels_cost(problem, &b, cpu));
}

/* Are the outputs of a group so few that vectors of pixels are faster than those of channels, in
 * spite of copying? */
static bool wants_pixel_vectors(const sb_problem *problem, const sb_cpu *cpu)
{
    const conv first = conv_of(problem, 0);
    double more = 0;
    if (!options_layout_serves(problem, LAYOUT_NCHW) ||
        first.k / first.groups >= 2 * isa_select(cpu, 16)->lanes)
        return false;
    for (uint32_t i = 0; i < problem->step_count; i++)
        more += pixels_cost_more(problem, i, cpu);
    return more < 0;
}

/* Are rows so short that their inputs are copied? */
static bool wants_patches(const sb_problem *problem, const sb_cpu *cpu)
{
    const conv b = conv_of(problem, 0);
    return problem->step_count == 1 && !is_depthwise(problem, 0) && patches_pay(&b, cpu);
}

/* Are there so few input channels that most of a block would be empty? */
static bool has_few_inputs(const sb_problem *problem)
{
    return options_layout_serves(problem, LAYOUT_PLANAR) && problem->steps[0].c < 8;
}

/* In NHWC a whole filter row is one run of inputs. But without the masks of 16 lanes, the last
 * vector of output channels, if it is partial, is stored through a buffer, which costs more than
 * the empty part of a block does. A single channel is a run of inputs in the planar layout too. A
 * pointwise layer has no longer runs in NHWC, where several panels, or a partial vector, write
 * parts of cache lines. */
static option_layout layout_for_few_inputs(const sb_problem *problem, const sb_cpu *cpu)
{
    const conv b = conv_of(problem, 0);
    const int lanes = isa_select(cpu, 16)->lanes;
    if (b.c == 1 && b.k % 16 != 0)
        return LAYOUT_PLANAR;
    if (is_plain_pointwise(&b) && (lanes < 16 || b.k > 64 || b.k % 16 != 0))
        return LAYOUT_NCHW16C;
    return lanes == 16 || b.k % lanes == 0 ? LAYOUT_NHWC : LAYOUT_NCHW8C;
}

/* A register tile of one or two pixels reads a weight for each of them. */
bool options_has_tiny_images(const sb_problem *problem)
{
    const conv b = conv_of(problem, problem->step_count - 1);
    return problem->step_count > 1 && b.n > 1 && b.p * b.q <= 2;
}

option_layout options_default_layout(const sb_problem *problem, const sb_cpu *cpu)
{
    if (has_one_output(problem) || options_has_tiny_images(problem) ||
        wants_wide_blocks(problem, cpu))
        return LAYOUT_NHWC;
    if (wants_pixel_vectors(problem, cpu))
        return LAYOUT_NCHW;
    if (wants_patches(problem, cpu))
        return LAYOUT_NHWC;
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
