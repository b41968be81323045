/* SPDX-License-Identifier: Apache-2.0 */
/* The default layout: rules that count multiplications, empty lanes and copies. */
#include "engine/depthwise_cut.h"
#include "engine/options.h"

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
