/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fused: depthwise and pointwise step in one pass. A thread computes a few rows of the depthwise
 * step, all channels, into a scratch, and multiplies them by the pointwise weights while they are
 * in its caches: the tensor between the steps never exists, and nothing is computed twice.
 */
#include "engine/options.h"
#include "engine/share.h"

/* Places in the array of values; the first three are those of options.h. */
enum {
    FUSED_LAYOUT = OPT_LAYOUT,
    FUSED_VECTORS = OPT_VECTORS,
    FUSED_PIXELS = OPT_PIXELS,
    FUSED_DW_ROWS,
    FUSED_DW_COLS,
    FUSED_ROWS,
    FUSED_FETCH
};

typedef struct plan {
    const sb_host *host;
    depthwise depthwise;
    dense pointwise;
    float *scratch; /* of each thread: the rows between the steps */
    int64_t rows;
    bool fetch; /* the next rows while this block is multiplied */
    int threads;
    char text[192];
} plan;

/*
 * With a stride there are several input pixels for each output pixel, and too little to compute in
 * the depthwise step to wait for them: where the input does not stay in L2, it pays to fetch it
 * before. Without one the processor's own prefetching is in time.
 */
static bool should_fetch(const sb_problem *problem, const sb_cpu *cpu)
{
    return problem->stride_h > 1 && problem->c * problem->h * problem->w > l2_floats(cpu) / 2;
}

/*
 * The more rows the more often weights are used once they are loaded, as long as the scratch stays
 * in a part of L2: half of it where the weights come from L3 anyway, or where the input that is
 * fetched for the next rows is counted, else a quarter. Every thread wants rows of its own.
 */
static int64_t default_rows(const sb_problem *problem, const sb_cpu *cpu, bool fetch)
{
    const int64_t l2 = l2_floats(cpu);
    const int64_t channels = problem->c * problem->multiplier;
    const int64_t part = fetch || channels * problem->k > l2 / 2 ? l2 / 2 : l2 / 4;
    const int64_t fetched = fetch ? problem->c * problem->stride_h * problem->w : 0;
    const int64_t row = round_up(channels, 16) * problem->q + fetched;
    const int64_t each = divide_up(problem->n * problem->p, problem->threads);
    const int64_t most = smaller(each, problem->p);
    const int64_t rows = divide_up(most, divide_up(most, clamp(part / row, 1, most)));
    return smaller(round_up(rows, DW_LOW_ROWS), problem->p);
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const sb_problem first = depthwise_step(problem), second = pointwise_step(problem);
    values[FUSED_LAYOUT] = options_default_layout(problem, cpu);
    const isa *set = options_isa(cpu, values);
    const dense_blocking blocking = dense_default(&second, cpu, set);
    options_set_depthwise(&first, cpu, set, &values[FUSED_DW_ROWS], &values[FUSED_DW_COLS]);
    values[FUSED_VECTORS] = blocking.vectors;
    values[FUSED_PIXELS] = blocking.pixels;
    values[FUSED_FETCH] = should_fetch(problem, cpu);
    values[FUSED_ROWS] = clamp(default_rows(problem, cpu, values[FUSED_FETCH]), 1, 64);
}

static int valid(const sb_problem *problem, const int64_t *values)
{
    const sb_problem first = depthwise_step(problem);
    return values[FUSED_LAYOUT] != LAYOUT_PLANAR &&
           options_tile_valid(values[FUSED_VECTORS], values[FUSED_PIXELS]) &&
           options_depthwise_valid(&first, values[FUSED_DW_ROWS], values[FUSED_DW_COLS]) &&
           values[FUSED_ROWS] <= problem->p;
}

static void layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    (void)problem;
    const sb_layouts chosen = options_layouts(values);
    out->input = chosen.input;
    out->output = chosen.output;
}

/* --------------------------------------------------------------------------------------- plan */

static void destroy(void *memory)
{
    plan *own = memory;
    depthwise_release(&own->depthwise, own->host);
    dense_release(&own->pointwise, own->host);
    own->host->free(own->host, own->scratch);
    own->host->free(own->host, own);
}

static void describe_plan(plan *own)
{
    size_t used = depthwise_describe(&own->depthwise, own->text, sizeof own->text / 2);
    used += (size_t)snprintf(own->text + used, sizeof own->text - used, ", ");
    dense_describe(&own->pointwise, own->text + used, sizeof own->text - used);
}

static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, void **out, sb_why *why)
{
    const sb_layouts chosen = options_layouts(values);
    const isa *set = options_isa(host->cpu, values);
    const sb_problem shared = with_worthwhile_threads(problem, set->lanes), *b = &shared;
    const sb_problem first = depthwise_step(b), second = pointwise_step(b);
    const uint32_t between = depthwise_best_output(&first, chosen.input);
    const view middle = view_of_scratch(between, first.k, values[FUSED_ROWS], first.q);
    const dense_blocking blocking = {
        .vectors = (int)values[FUSED_VECTORS],
        .pixels = (int)values[FUSED_PIXELS],
        .channels = second.c,
        .panels = 1,
        .tiles = 1,
    };
    plan *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return refuse(why, "no memory for the plan");
    own->host = host;
    own->threads = (int)b->threads;
    own->rows = values[FUSED_ROWS];
    own->fetch = values[FUSED_FETCH];
    own->scratch = alloc_scratches(host, middle.image, b->threads);
    if (own->scratch == NULL ||
        depthwise_plan(&own->depthwise, host, &first, set, view_of(chosen.input, b->c, b->h, b->w),
                       middle, (int)values[FUSED_DW_ROWS], (int)values[FUSED_DW_COLS],
                       weights->depthwise) != 0 ||
        dense_plan(&own->pointwise, host, &second, set, middle,
                   view_of(chosen.output, b->k, b->p, b->q), blocking, weights->pointwise) != 0) {
        destroy(own);
        return refuse(why, "no memory for the packed weights and the scratch");
    }
    describe_plan(own);
    *out = own;
    return 0;
}

/* ---------------------------------------------------------------------------------------- run */

/* The row of input after the last one that output rows up to p, exclusive, are computed from. */
static int64_t input_end(const sb_problem *b, int64_t p)
{
    return clamp((p - 1) * b->stride_h - b->pad_top + (b->r - 1) * b->dilation_h + 1, 0, b->h);
}

/* The input of output rows p0..p1-1, less what the rows before have seen. */
static dense_stream rows_to_come(const depthwise *d, const float *image, int64_t p0, int64_t p1)
{
    const sb_problem *b = &d->problem;
    const int64_t from = input_end(b, p0), to = input_end(b, smaller(p1, b->p));
    return (dense_stream) {
        .plane = image + from * d->input.row,
        .length = (to - from) * d->input.row,
        .pitch = d->input.block,
        .planes = p0 < b->p ? divide_up(b->c, d->input.per_block) : 0,
    };
}

/* The rows of all images, split over the threads, in blocks. */
static void run_share(const void *memory, const float *input, float *output)
{
    const plan *own = memory;
    const depthwise *first = &own->depthwise;
    const dense *second = &own->pointwise;
    const sb_problem *b = &first->problem;
    const share mine = my_share(b->n * b->p);
    float *scratch = own->scratch + omp_get_thread_num() * scratch_pitch(first->output.image);

    for (int64_t i = mine.from; i < mine.to;) {
        const int64_t p0 = i % b->p, p1 = smaller(b->p, p0 + smaller(own->rows, mine.to - i));
        const float *image = input + i / b->p * first->input.image;
        float *rows = output + i / b->p * second->output.image + p0 * b->q * second->output.pixel;
        dense_stream next = rows_to_come(first, image, p1, p1 + own->rows);
        depthwise_rows(first, image, scratch, 0, first->vectors, p0, p1);
        dense_pixels(second, scratch, rows, (p1 - p0) * b->q, 0, second->panel_count,
                     (dense_from) { 0 }, own->fetch ? &next : NULL);
        i += p1 - p0;
    }
}

static int run(void *memory, const float *input, float *output)
{
    const plan *own = memory;
    return run_by_threads(own->threads, run_share, own, input, output);
}

static const char *describe(const void *memory)
{
    return ((const plan *)memory)->text;
}

/* ------------------------------------------------------------------------------------- tables */

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

static const sb_parameter *const parameters[] = {
    &options[OPT_LAYOUT],  &options[OPT_VECTORS], &options[OPT_PIXELS], &options[OPT_DW_ROWS],
    &options[OPT_DW_COLS], &rows_parameter,       &fetch_parameter,     NULL,
};

static const sb_kernel separable = {
    .size = sizeof(sb_kernel),
    .operation = SB_SEPARABLE,
    .arithmetic = SB_DIRECT,
    .flags = SB_KERNEL_THREADED,
    .id = "separable",
    .technique = "fused",
    .summary = "depthwise and pointwise step in one pass over rows that stay in cache",
    .parameters = parameters,
    .supports = supports_all,
    .defaults = defaults,
    .valid = valid,
    .layouts = layouts,
    .plan = make_plan,
    .run = run,
    .destroy = destroy,
    .describe = describe,
};

static const sb_kernel *const kernels[] = { &separable, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "fused",
    .version = "0.1.0",
    .summary = "depthwise-separable convolution without a tensor between the steps",
    .license = "Apache-2.0",
    .kernels = kernels,
};
