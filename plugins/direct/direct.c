/* SPDX-License-Identifier: Apache-2.0 */
/*
 * direct: convolution that reads the input tensor directly, without lowering it to a matrix. The
 * micro-kernels use the compiler's vector extensions; they are compiled once for each instruction
 * set, and the best one is picked at run time. Each step is a separate stage that writes a whole
 * tensor for the next one.
 */
#include "common/chain_threads.h"
#include "common/names.h"
#include "common/tile_stage.h"
#include "common/trim.h"
#include "engine/options.h"
#include "engine/pairs.h"
#include "engine/patches.h"
#include "engine/stages.h"

#include <string.h>

/* -------------------------------------------------------------------------------------- steps */

/* The index of the first parameter of a step. In a problem of three steps a dense step comes before
 * the depthwise one; it has parameters of its own. */
static int place_of(const sb_problem *problem, uint32_t step)
{
    return is_depthwise(problem, step)            ? OPT_DW
           : step == 0 && problem->step_count > 2 ? OPT_EXPAND
                                                  : OPT_DENSE;
}

/* Are the inputs copied by patches.h? */
static bool has_patches(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    const conv b = conv_of(problem, 0);
    return problem->step_count == 1 && values[OPT_LAYOUT] == LAYOUT_NHWC &&
           !is_depthwise(problem, 0) && patches_pay(&b, cpu);
}

/* Are the pixels of all images one row in every pointwise step? */
static bool joins_images(const sb_problem *problem, const int64_t *values)
{
    return values[OPT_LAYOUT] == LAYOUT_NHWC && options_has_tiny_images(problem);
}

/* One row with the pixels of all images. */
static conv join_pixels(const conv *b)
{
    conv all = *b;
    all.w = all.q = b->n * b->h * b->w;
    all.n = all.h = all.p = 1;
    return all;
}

/* A problem of one step has rows as long as possible: in NHWC a plain pointwise convolution becomes
 * a single row with the pixels of all images, and so do short rows; a column becomes a row. */
static conv only_step(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    conv b = conv_of(problem, 0);
    if (has_patches(problem, cpu, values))
        return patches_conv(&b);
    if (is_depthwise(problem, 0))
        b = flatten(&b);
    else if (values[OPT_LAYOUT] == LAYOUT_NHWC && is_plain_pointwise(&b))
        b = join_pixels(&b);
    return is_column(&b) ? turn(&b) : b;
}

/* The convolution as it is computed. */
static conv step_of(const sb_problem *problem, const sb_cpu *cpu, uint32_t step,
                    const int64_t *values)
{
    const conv b = conv_of(problem, step);
    if (problem->step_count == 1)
        return only_step(problem, cpu, values);
    return joins_images(problem, values) && !is_depthwise(problem, step) ? join_pixels(&b) : b;
}

/* The layout of a step's output. Between two steps it is the one that suits the depthwise step
 * best. */
static uint32_t layout_after(const sb_problem *problem, uint32_t step, const isa *set,
                             const int64_t *values, uint32_t input)
{
    const conv b = conv_of(problem, step);
    if (step == problem->step_count - 1 || values[OPT_LAYOUT] == LAYOUT_NCHW)
        return options_layouts(values).output;
    if (joins_images(problem, values))
        return SB_NHWC;
    if (is_depthwise(problem, step))
        return depthwise_best_output(&b, input);
    return options_before_depthwise(set);
}

/* -------------------------------------------------------------------------------- parameters */

#define PARAMETERS \
    &options[OPT_LAYOUT], OPT_DENSE_TABLE(OPT_DENSE), &options[OPT_DW_ROWS], &options[OPT_DW_COLS]

static const sb_parameter *const parameters[OPT_COUNT + 1] = { PARAMETERS };
static const sb_parameter *const bottleneck_parameters[OPT_EXPAND_END + 1] = {
    PARAMETERS,
    OPT_DENSE_TABLE(OPT_EXPAND),
};

/* The context of same(). */
typedef struct setting {
    const sb_problem *problem;
    const sb_cpu *cpu;
} setting;

/* Do the values of the parameters from `at` on give the same computation of a step? */
static bool same_step(const setting *own, uint32_t step, uint32_t layout, const int64_t *one,
                      const int64_t *other)
{
    const int at = place_of(own->problem, step);
    const size_t size = (at == OPT_DW ? OPT_DW_COUNT : OPT_DENSE_COUNT) * sizeof *one;
    if (memcmp(one + at, other + at, size) == 0)
        return true;
    const isa *set = options_isa(own->cpu, one);
    const conv b = step_of(own->problem, own->cpu, step, one);
    return at == OPT_DW ? options_depthwise_alike(&b, set, layout, b.p, one + at, other + at)
                        : options_dense_alike(&b, set, layout, one + at, other + at);
}

static bool same(const void *context, const int64_t *one, const int64_t *other)
{
    const setting *own = context;
    const isa *set = options_isa(own->cpu, one);
    uint32_t layout = options_layouts(one).input;
    bool alike = one[OPT_LAYOUT] == other[OPT_LAYOUT];
    if (one[OPT_LAYOUT] == LAYOUT_NCHW)
        return alike;
    for (uint32_t i = 0; i < own->problem->step_count && alike; i++) {
        alike = same_step(own, i, layout, one, other);
        if (i + 1 < own->problem->step_count)
            layout = layout_after(own->problem, i, set, one, layout);
    }
    return alike;
}

static naming naming_of(const setting *own)
{
    return own->problem->step_count > 2
               ? (naming) { bottleneck_parameters, OPT_EXPAND_END, same, own }
               : (naming) { parameters, OPT_COUNT, same, own };
}

static void set_dense(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t layout,
                      uint32_t given, int64_t *values)
{
    const dense_blocking known = options_dense_given(given, values);
    options_set_dense(dense_default(b, cpu, set, layout, false, &known), values);
}

static void complete(const sb_problem *given_problem, const sb_cpu *cpu, uint32_t given,
                     int64_t *values)
{
    sb_problem small;
    const sb_problem *problem = trim_problem(given_problem, &small);
    const setting own = { problem, cpu };
    const naming by = naming_of(&own);
    int64_t best[OPT_EXPAND_END];
    memcpy(best, values, (size_t)by.count * sizeof *best);
    if (!(given & 1U << OPT_LAYOUT))
        best[OPT_LAYOUT] = options_default_layout(problem, cpu);
    if (!options_layout_serves(problem, best[OPT_LAYOUT]))
        return; /* no values are valid */
    const isa *set = options_isa(cpu, best);
    uint32_t layout = options_layouts(best).input;
    for (uint32_t i = 0; i < problem->step_count && best[OPT_LAYOUT] != LAYOUT_NCHW; i++) {
        const conv b = step_of(problem, cpu, i, best);
        const int at = place_of(problem, i);
        if (at == OPT_DW)
            options_set_depthwise(&b, cpu, set, layout, b.p, best + at);
        else
            set_dense(&b, cpu, set, layout, given >> at, best + at);
        layout = layout_after(problem, i, set, best, layout);
    }
    set_others(given, by.count, best, values);
    use_smallest_name_with(&by, given, values);
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    complete(problem, cpu, 0, values);
}

/* Are the channels of every dense step split into blocks of about the same size? */
static bool is_balanced(const sb_problem *problem, const int64_t *values)
{
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv b = conv_of(problem, i);
        const int at = place_of(problem, i);
        if (at != OPT_DW && !options_dense_balanced(&b, values + at))
            return false;
    }
    return true;
}

/* Parameters of steps that the problem does not have do nothing. */
static void ranges(const sb_problem *given_problem, const sb_cpu *cpu, sb_range *to)
{
    sb_problem small;
    const sb_problem *problem = trim_problem(given_problem, &small);
    bool used[OPT_EXPAND_END] = { false };
    const int count = problem->step_count > 2 ? OPT_EXPAND_END : OPT_COUNT;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv b = conv_of(problem, i);
        const int at = place_of(problem, i);
        used[at] = true;
        (at == OPT_DW ? options_narrow_depthwise : options_narrow_dense)(&b, cpu, to + at);
    }
    for (int i = OPT_DENSE; i < count; i++)
        if (!used[i < OPT_DW ? OPT_DENSE : i < OPT_EXPAND ? OPT_DW : OPT_EXPAND])
            to[i].max = to[i].min;
}

static int valid(const sb_problem *given_problem, const sb_cpu *cpu, const int64_t *values)
{
    sb_problem small;
    const sb_problem *problem = trim_problem(given_problem, &small);
    const setting own = { problem, cpu };
    const naming by = naming_of(&own);
    return options_layout_serves(problem, values[OPT_LAYOUT]) && is_balanced(problem, values) &&
           is_smallest_name(&by, values);
}

/* --------------------------------------------------------------------------------------- plan */

/*
 * Should each thread continue with the rows that it computed in the step before? Data that another
 * core has just written is slow to read. This needs enough rows for an even share.
 */
static bool keeps_rows(const sb_problem *problem, const conv *b)
{
    return problem->step_count > 1 && b->n * b->p >= 4 * b->threads;
}

/* Each group is one vector. */
static stage *make_groups(const stage_order *order, const isa *set, uint32_t output, int pixels)
{
    const dense_blocking blocking = { 1, pixels, order->conv.c, 1, 1 };
    dense_stage *made = dense_stage_new(order, set, output, blocking);
    return made != NULL ? &made->base : NULL;
}

static stage *make_depthwise(const stage_order *order, const sb_problem *problem, const isa *set,
                             uint32_t output, const int64_t *chosen)
{
    const conv *b = &order->conv;
    const depthwise_method by = options_tiles(b, set, order->input, b->p, chosen);
    const int pixels = by.columns[0].cols + (by.columns[0].wide > 0); /* of the widest tile */
    if (by.way == DW_BY_PAIRS)
        return pairs_stage_new(order, set, output, pixels);
    if (by.way == DW_BY_GROUPS)
        return make_groups(order, set, output, pixels);
    depthwise_stage *made = depthwise_stage_new(order, set, output, by);
    if (made == NULL)
        return NULL;
    if (keeps_rows(problem, b))
        made->depthwise.row_pieces = 1;
    return &made->base;
}

static stage *make_patches(const stage_order *order, const sb_problem *problem, const isa *set,
                           const int64_t *chosen)
{
    stage_order whole = *order;
    whole.conv = conv_of(problem, 0);
    whole.conv.threads = order->conv.threads;
    return patches_stage_new(&whole, set, options_dense(chosen));
}

static stage *make_dense(const stage_order *order, const sb_problem *problem, const isa *set,
                         uint32_t output, const int64_t *chosen)
{
    if (has_patches(problem, order->host->cpu, order->values))
        return make_patches(order, problem, set, chosen);
    dense_stage *made = dense_stage_new(order, set, output, options_dense(chosen));
    if (made == NULL)
        return NULL;
    if (keeps_rows(problem, &order->conv)) {
        made->dense.tile_parts = order->conv.threads;
        made->dense.panel_parts = 1;
    }
    return &made->base;
}

static stage *make_tiled(const stage_order *order)
{
    const conv *b = &order->conv;
    const tile_options tiles = tile_defaults(b, order->host->cpu, b->threads);
    return tile_stage_new(order, &tiles);
}

static stage *make_stage(const stage_order *order, const sb_problem *problem, const isa *set,
                         uint32_t output, const int64_t *values)
{
    const int at = place_of(problem, order->step);
    if (values[OPT_LAYOUT] == LAYOUT_NCHW)
        return make_tiled(order);
    return at == OPT_DW ? make_depthwise(order, problem, set, output, values + at)
                        : make_dense(order, problem, set, output, values + at);
}

static int plan_trimmed(const sb_host *host, const sb_problem *problem, const int64_t *values,
                        const sb_weights *weights, void **out, sb_why *why)
{
    const isa *set = options_isa(host->cpu, values);
    const int64_t threads = worthwhile_threads(problem, set->lanes);
    uint32_t layout = options_layouts(values).input;
    chain *own = chain_new(host, threads, why);
    if (own == NULL)
        return -1;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const uint32_t output = layout_after(problem, i, set, values, layout);
        stage_order order = order_of(host, problem, values, weights, i, layout);
        order.conv = step_of(problem, host->cpu, i, values);
        order.conv.threads = threads;
        if (chain_add(own, problem, i, make_stage(&order, problem, set, output, values)) < 0)
            break;
        layout = output;
    }
    return chain_finish(own, out, why);
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    return trim_plan(plan_trimmed, host, problem, values, weights, out, why);
}

/* ------------------------------------------------------------------------------------- tables */

#define KERNEL(need, id_, parameters_, summary_)                                                   \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "direct", .summary = summary_,        \
        .parameters = parameters_, .supports = supports_all, .ranges = ranges,                     \
        .defaults = defaults, .valid = valid, .layouts = options_tell_layouts, .plan = plan,       \
        .run = chain_run_threads, .destroy = chain_destroy, .describe = chain_describe,            \
        .complete = complete,                                                                      \
    }

static const sb_kernel standard =
    KERNEL(SB_NEED_STANDARD, "standard", parameters,
           "register tiles straight from the tensor, vectors over output channels");
static const sb_kernel separable =
    KERNEL(SB_NEED_SEPARABLE, "separable", parameters,
           "the depthwise step into a tensor, then the pointwise step");
static const sb_kernel bottleneck = KERNEL(SB_NEED_BOTTLENECK, "bottleneck", bottleneck_parameters,
                                           "each of the three steps into a tensor");

static const sb_kernel *const kernels[] = { &standard, &separable, &bottleneck, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "direct",
    .version = "0.1.0",
    .summary = "SIMD direct convolution with register tiles",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
