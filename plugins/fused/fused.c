/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fused: computes the depthwise and the pointwise step in one pass. A thread computes a few rows of
 * the depthwise step, with all channels, into its scratch memory, and multiplies them by the
 * pointwise weights while they are in its caches. The tensor between the two steps is never stored
 * as a whole, and nothing is computed twice. In a bottleneck, the first step is a separate stage.
 */
#include "common/chain_threads.h"
#include "common/names.h"
#include "common/trim.h"
#include "engine/options.h"
#include "engine/share.h"
#include "engine/stages.h"

#include <string.h>

/* Indices into the array of values; the first three are those of options.h. */
enum {
    FUSED_LAYOUT = OPT_LAYOUT,
    FUSED_VECTORS = OPT_VECTORS,
    FUSED_PIXELS = OPT_PIXELS,
    FUSED_DW,
    FUSED_ROWS = FUSED_DW + OPT_DW_COUNT,
    FUSED_FETCH,
    FUSED_COUNT,
    FUSED_EXPAND = FUSED_COUNT, /* OPT_DENSE_COUNT parameters of the step before these two */
    FUSED_EXPAND_END = FUSED_EXPAND + OPT_DENSE_COUNT
};

/* -------------------------------------------------------------------------------------- steps */

/* The problem, and its steps. */
typedef struct setting {
    const sb_problem *problem;
    const sb_cpu *cpu;
    bool expands;       /* a step comes before the two fused ones */
    conv expand;        /* that step; set only if `expands` */
    conv first, second; /* the two fused steps: depthwise, pointwise */
} setting;

static setting setting_of(const sb_problem *problem, const sb_cpu *cpu)
{
    const uint32_t last = problem->step_count - 1;
    setting own = {
        .problem = problem,
        .cpu = cpu,
        .expands = last > 1,
        .first = conv_of(problem, last - 1),
        .second = conv_of(problem, last),
    };
    if (own.expands)
        own.expand = conv_of(problem, 0);
    return own;
}

/* The scratch holds blocks of channels. */
static bool layout_serves(const sb_problem *problem, int64_t layout)
{
    return layout != LAYOUT_NCHW && options_layout_serves(problem, layout);
}

/* Few channels leave most lanes empty: so much that two passes in vectors of pixels are faster. So
 * are two passes that compute small images together. */
static int supports(const sb_problem *given_problem, const sb_cpu *cpu, sb_why *why)
{
    sb_problem small;
    const sb_problem *problem = trim_problem(given_problem, &small);
    const bool few = options_default_layout(problem, cpu) == LAYOUT_NCHW;
    const bool tiny = options_has_tiny_images(problem);
    if (few)
        refuse(why, "so few channels are faster in vectors of pixels, which it does not have");
    if (tiny)
        refuse(why, "so small images are faster together, but it computes one at a time");
    return !few && !tiny;
}

/* The layout of the tensor that the fused steps read. */
static uint32_t input_layout(const setting *own, const int64_t *values)
{
    return own->expands ? options_before_depthwise(options_isa(own->cpu, values))
                        : options_layouts(values).input;
}

static dense_blocking blocking_of(const setting *own, const int64_t *values)
{
    return (dense_blocking) {
        .vectors = (int)values[FUSED_VECTORS],
        .pixels = (int)values[FUSED_PIXELS],
        .channels = own->second.c,
        .panels = 1,
        .tiles = 1,
    };
}

/* -------------------------------------------------------------------------------- parameters */

static const sb_parameter rows_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "rows",
    .summary = "rows of output that pass through the scratch at a time",
    .min = 1,
    .max = 64,
    .step = 1,
    .initial = 1,
};

static const sb_parameter fetch_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_FLAG,
    .id = "fetch",
    .summary = "fetch the input of the next rows while these are multiplied",
};

#define PARAMETERS                                                                            \
    &options[OPT_LAYOUT], &options[OPT_VECTORS], &options[OPT_PIXELS], &options[OPT_DW_ROWS], \
        &options[OPT_DW_COLS], &rows_parameter, &fetch_parameter

static const sb_parameter *const parameters[FUSED_COUNT + 1] = { PARAMETERS };
static const sb_parameter *const bottleneck_parameters[FUSED_EXPAND_END + 1] = {
    PARAMETERS,
    OPT_DENSE_TABLE(OPT_EXPAND),
};

/* Do two sets of values multiply a block of this many rows in the same way? */
static bool same_product(const setting *own, int64_t rows, const int64_t *one, const int64_t *other)
{
    const isa *set = options_isa(own->cpu, one);
    conv block = own->second;
    block.h = block.p = rows;
    return rows == 0 ||
           dense_alike(&block, set, depthwise_best_output(&own->first, input_layout(own, one)),
                       blocking_of(own, one), blocking_of(own, other));
}

static bool same(const void *context, const int64_t *one, const int64_t *other)
{
    const setting *own = context;
    const isa *set = options_isa(own->cpu, one);
    const int64_t rows = one[FUSED_ROWS], p = own->first.p;
    return one[FUSED_LAYOUT] == other[FUSED_LAYOUT] && rows == other[FUSED_ROWS] &&
           (one[FUSED_FETCH] == other[FUSED_FETCH] || rows >= p) &&
           same_product(own, rows, one, other) && same_product(own, p % rows, one, other) &&
           options_depthwise_alike(&own->first, set, input_layout(own, one), rows, one + FUSED_DW,
                                   other + FUSED_DW) &&
           (!own->expands || options_dense_alike(&own->expand, set, options_layouts(one).input,
                                                 one + FUSED_EXPAND, other + FUSED_EXPAND));
}

static naming naming_of(const setting *own)
{
    return own->expands ? (naming) { bottleneck_parameters, FUSED_EXPAND_END, same, own }
                        : (naming) { parameters, FUSED_COUNT, same, own };
}

/* Floats that one more row of a block takes: in the scratch, and of input to prefetch. */
static int64_t row_floats(const setting *own, bool fetch)
{
    const conv *first = &own->first, *second = &own->second;
    return round_up(second->c, 16) * second->q +
           (fetch ? first->c * first->stride_h * first->w : 0);
}

/*
 * Should the input of the next rows be prefetched? With a stride above 1, each output pixel needs
 * several input pixels, and the depthwise step computes too little to hide the time they take to
 * arrive, unless its filter is large. Prefetching pays if the input does not fit in L2, but a few
 * rows of it do. With stride 1 the hardware prefetcher is fast enough. Rows and columns between
 * filters that do not touch each other would be prefetched in vain.
 */
static bool should_fetch(const setting *own)
{
    const conv *b = &own->first;
    const int64_t l2 = l2_floats(own->cpu), few = 3, large = 8; /* taps for each input pixel */
    const bool whole = b->r >= b->stride_h && b->s >= b->stride_w;
    return b->stride_h > 1 && whole && b->c * b->h * b->w > l2 / 2 &&
           b->r * b->s < large * b->stride_h * b->stride_w && few * row_floats(own, true) <= l2 / 2;
}

/*
 * The default number of rows in a block. More rows use each loaded weight more often, but the
 * scratch must stay in L2. It gets half of L2 if the weights do not fit there anyway, or if the
 * prefetched input is counted as well; otherwise a quarter. There must be rows for every thread.
 */
static int64_t default_rows(const setting *own, bool fetch)
{
    const conv *first = &own->first, *second = &own->second;
    const int64_t l2 = l2_floats(own->cpu);
    const int64_t part = fetch || second->c * second->k > l2 / 2 ? l2 / 2 : l2 / 4;
    const int64_t row = row_floats(own, fetch);
    const int64_t each = divide_up(first->n * first->p, first->threads);
    const int64_t most = smaller(each, first->p);
    const int64_t rows = divide_up(most, divide_up(most, clamp(part / row, 1, most)));
    return smaller(round_up(rows, DW_LOW_ROWS), first->p);
}

/* Sets the values of the pointwise step, which has two of those of a dense one. */
static void set_pointwise(const setting *own, const isa *set, uint32_t given, int64_t *values)
{
    const uint32_t middle = depthwise_best_output(&own->first, input_layout(own, values));
    const dense_blocking known = {
        .vectors = given & 1U << FUSED_VECTORS ? (int)values[FUSED_VECTORS] : 0,
        .pixels = given & 1U << FUSED_PIXELS ? (int)values[FUSED_PIXELS] : 0,
    };
    const dense_blocking blocking =
        dense_default(&own->second, own->cpu, set, middle, true, &known);
    values[FUSED_VECTORS] = blocking.vectors;
    values[FUSED_PIXELS] = blocking.pixels;
}

static void set_expand(const setting *own, const isa *set, uint32_t given, int64_t *values)
{
    const dense_blocking known = options_dense_given(given >> FUSED_EXPAND, values + FUSED_EXPAND);
    options_set_dense(
        dense_default(&own->expand, own->cpu, set, options_layouts(values).input, false, &known),
        values + FUSED_EXPAND);
}

static void complete(const sb_problem *given_problem, const sb_cpu *cpu, uint32_t given,
                     int64_t *values)
{
    sb_problem small;
    const sb_problem *problem = trim_problem(given_problem, &small);
    const setting own = setting_of(problem, cpu);
    const naming by = naming_of(&own);
    int64_t best[FUSED_EXPAND_END];
    memcpy(best, values, (size_t)by.count * sizeof *best);
    if (!(given & 1U << FUSED_LAYOUT))
        best[FUSED_LAYOUT] = options_default_layout(problem, cpu);
    if (!layout_serves(problem, best[FUSED_LAYOUT]))
        return; /* no values are valid */
    const isa *set = options_isa(cpu, best);
    set_pointwise(&own, set, given, best);
    if (!(given & 1U << FUSED_FETCH))
        best[FUSED_FETCH] = should_fetch(&own);
    if (!(given & 1U << FUSED_ROWS))
        best[FUSED_ROWS] = clamp(default_rows(&own, best[FUSED_FETCH]), 1, rows_parameter.max);
    options_set_depthwise(&own.first, cpu, set, input_layout(&own, best), best[FUSED_ROWS],
                          best + FUSED_DW);
    if (own.expands)
        set_expand(&own, set, given, best);
    set_others(given, by.count, best, values);
    use_smallest_name_with(&by, given, values);
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    complete(problem, cpu, 0, values);
}

static void ranges(const sb_problem *given_problem, const sb_cpu *cpu, sb_range *to)
{
    sb_problem small;
    const sb_problem *problem = trim_problem(given_problem, &small);
    const setting own = setting_of(problem, cpu);
    sb_range product[OPT_DENSE_COUNT] = { { 0, 0 } };
    memcpy(product, to + FUSED_VECTORS, (FUSED_DW - FUSED_VECTORS) * sizeof *to);
    options_narrow_dense(&own.second, cpu, product);
    memcpy(to + FUSED_VECTORS, product, (FUSED_DW - FUSED_VECTORS) * sizeof *to);
    options_narrow_depthwise(&own.first, cpu, to + FUSED_DW);
    to[FUSED_ROWS].max = smaller(to[FUSED_ROWS].max, own.first.p);
    if (own.expands)
        options_narrow_dense(&own.expand, cpu, to + FUSED_EXPAND);
}

static int valid(const sb_problem *given_problem, const sb_cpu *cpu, const int64_t *values)
{
    sb_problem small;
    const sb_problem *problem = trim_problem(given_problem, &small);
    const setting own = setting_of(problem, cpu);
    const naming by = naming_of(&own);
    return layout_serves(problem, values[FUSED_LAYOUT]) && values[FUSED_ROWS] <= own.first.p &&
           (!own.expands || options_dense_balanced(&own.expand, values + FUSED_EXPAND)) &&
           is_smallest_name(&by, values);
}

/* ---------------------------------------------------------------------------------------- run */

/* The two fused steps. */
typedef struct fused_stage {
    stage base;
    depthwise depthwise;
    dense pointwise;
    int64_t rows;
    bool fetch; /* prefetch the input of the next block while this one is multiplied */
} fused_stage;

/* One past the last input row that output rows 0..p-1 need. */
static int64_t input_end(const conv *b, int64_t p)
{
    return clamp((p - 1) * b->stride_h - b->pad_top + (b->r - 1) * b->dilation_h + 1, 0, b->h);
}

/* The input rows that output rows p0..p1-1 need and the rows before them did not. */
static dense_stream rows_to_come(const depthwise *d, const float *image, int64_t p0, int64_t p1)
{
    const conv *b = &d->conv;
    const int64_t from = input_end(b, p0), to = input_end(b, smaller(p1, b->p));
    return (dense_stream) {
        .plane = image + from * d->input.row,
        .length = (to - from) * d->input.row,
        .pitch = d->input.block,
        .planes = p0 < b->p ? divide_up(b->c, d->input.per_block) : 0,
    };
}

/* Computes one thread's share of the rows of all images, block by block. */
static void run_rows(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    const fused_stage *own = (const fused_stage *)base;
    const depthwise *first = &own->depthwise;
    const dense *second = &own->pointwise;
    const conv *b = &first->conv;
    const share mine = share_of(b->n * b->p, index, base->tasks);

    for (int64_t i = mine.from; i < mine.to;) {
        const int64_t p0 = i % b->p, p1 = smaller(b->p, p0 + smaller(own->rows, mine.to - i));
        const tensors at =
            tensors_at(t, i / b->p * first->input.image,
                       i / b->p * second->output.image + p0 * b->q * second->output.pixel);
        const tensors rows = { .input = at.input, .output = scratch };
        const dense_from from = { .residual = at.residual };
        dense_stream next = rows_to_come(first, at.input, p1, p1 + own->rows);
        depthwise_rows(first, &rows, 0, first->vectors, p0, p1);
        dense_pixels(second, scratch, at.output, (p1 - p0) * b->q, 0, second->panel_count, &from,
                     own->fetch ? &next : NULL);
        i += p1 - p0;
    }
}

/* --------------------------------------------------------------------------------------- plan */

static void destroy_stage(stage *base, const sb_host *host)
{
    fused_stage *own = (fused_stage *)base;
    depthwise_release(&own->depthwise, host);
    dense_release(&own->pointwise, host);
    host->free(host, own);
}

static void describe_stage(fused_stage *own)
{
    char text[DESCRIPTION];
    size_t used = depthwise_describe(&own->depthwise, text, sizeof text / 2);
    used += (size_t)snprintf(text + used, sizeof text - used, ", ");
    used += dense_describe(&own->pointwise, text + used, sizeof text - used);
    snprintf(text + used, sizeof text - used, ", %d rows%s", (int)own->rows,
             own->fetch ? ", fetched" : "");
    stage_describe(&own->base, text);
}

/* `first` and `second` order the depthwise and the pointwise step. */
static stage *make_fused(const setting *own, const int64_t *values, const stage_order *first,
                         const stage_order *second)
{
    const sb_host *host = first->host;
    const isa *set = options_isa(host->cpu, values);
    const conv *b = &first->conv;
    const view input = view_of(first->input, b->c, b->h, b->w);
    const view middle =
        view_of_scratch(depthwise_best_output(b, first->input), b->k, values[FUSED_ROWS], b->q);
    const uint32_t output = options_layouts(values).output;
    fused_stage *made = host->alloc(host, sizeof *made);
    if (made == NULL)
        return NULL;
    *made = (fused_stage) {
        .base = { .task = run_rows,
                  .tasks = b->threads,
                  .scratch = middle.image,
                  .destroy = destroy_stage,
                  .input = first->input,
                  .output = output },
        .rows = values[FUSED_ROWS],
        .fetch = values[FUSED_FETCH],
    };
    if (depthwise_plan(&made->depthwise, host, b, set, input, middle,
                       options_tiles(b, set, first->input, values[FUSED_ROWS], values + FUSED_DW),
                       first->weights, first->bias) != 0 ||
        dense_plan(&made->pointwise, host, &second->conv, set, middle,
                   view_of(output, second->conv.k, b->p, b->q), blocking_of(own, values),
                   second->weights, second->bias) != 0) {
        destroy_stage(&made->base, host);
        return NULL;
    }
    describe_stage(made);
    return &made->base;
}

/* The first step of a bottleneck. It is shared by rows, so that in the next stage each thread reads
 * mostly rows that it has written itself. */
static stage *make_expand(const stage_order *order, const int64_t *values)
{
    const isa *set = options_isa(order->host->cpu, values);
    dense_stage *made = dense_stage_new(order, set, options_before_depthwise(set),
                                        options_dense(values + FUSED_EXPAND));
    if (made == NULL)
        return NULL;
    made->dense.tile_parts = order->conv.threads;
    made->dense.panel_parts = 1;
    return &made->base;
}

static int plan_trimmed(const sb_host *host, const sb_problem *problem, const int64_t *values,
                        const sb_weights *weights, void **out, sb_why *why)
{
    const uint32_t last = problem->step_count - 1;
    sb_problem shared;
    sb_problem_copy(&shared, problem);
    shared.threads = worthwhile_threads(problem, options_isa(host->cpu, values)->lanes);
    const setting own = setting_of(&shared, host->cpu);
    chain *made = chain_new(host, shared.threads, why);
    if (made == NULL)
        return -1;
    if (own.expands) {
        const stage_order expand =
            order_of(host, &shared, values, weights, 0, options_layouts(values).input);
        chain_add(made, &shared, 0, make_expand(&expand, values));
    }
    const uint32_t layout = input_layout(&own, values);
    const stage_order first = order_of(host, &shared, values, weights, last - 1, layout);
    const stage_order second = order_of(host, &shared, values, weights, last, layout);
    chain_add(made, &shared, last, make_fused(&own, values, &first, &second));
    return chain_finish(made, out, why);
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
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "fused", .summary = summary_,         \
        .parameters = parameters_, .supports = supports, .ranges = ranges, .defaults = defaults,   \
        .valid = valid, .layouts = options_tell_layouts, .plan = plan, .run = chain_run_threads,   \
        .destroy = chain_destroy, .describe = chain_describe, .complete = complete,                \
    }

static const sb_kernel separable =
    KERNEL(SB_NEED_SEPARABLE, "separable", parameters,
           "depthwise and pointwise step in one pass over rows that stay in cache");
static const sb_kernel bottleneck =
    KERNEL(SB_NEED_BOTTLENECK, "bottleneck", bottleneck_parameters,
           "the first step into a tensor, then the others in one pass");

static const sb_kernel *const kernels[] = { &separable, &bottleneck, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "fused",
    .version = "0.1.0",
    .summary = "depthwise-separable convolution without a tensor between the steps",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
