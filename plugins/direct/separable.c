/* SPDX-License-Identifier: Apache-2.0 */
/* direct/separable: the depthwise step into a tensor of its own, then the pointwise step. */
#include "direct/kernels.h"
#include "engine/options.h"

typedef struct plan {
    const sb_host *host;
    depthwise depthwise;
    dense pointwise;
    float *middle; /* NCHW16c */
    int threads;
    char text[192];
} plan;

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const sb_problem first = depthwise_step(problem), second = pointwise_step(problem);
    values[OPT_LAYOUT] = options_default_layout(problem, cpu);
    const isa *set = options_isa(cpu, values);
    options_set_depthwise(&first, cpu, set, &values[OPT_DW_ROWS], &values[OPT_DW_COLS]);
    options_set_dense(&second, dense_default(&second, cpu, set), values);
}

static int valid(const sb_problem *problem, const int64_t *values)
{
    const sb_problem first = depthwise_step(problem), second = pointwise_step(problem);
    return values[OPT_LAYOUT] != LAYOUT_PLANAR &&
           options_depthwise_valid(&first, values[OPT_DW_ROWS], values[OPT_DW_COLS]) &&
           options_dense_valid(&second, values);
}

static void layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    (void)problem;
    const sb_layouts chosen = options_layouts(values);
    out->input = chosen.input;
    out->output = chosen.output;
}

static void destroy(void *memory)
{
    plan *own = memory;
    depthwise_release(&own->depthwise, own->host);
    dense_release(&own->pointwise, own->host);
    own->host->free(own->host, own->middle);
    own->host->free(own->host, own);
}

/*
 * Where there are rows enough, each thread multiplies about those that it has computed: what
 * another core has written is slow to come.
 */
static void share_alike(plan *own)
{
    const sb_problem *b = &own->depthwise.problem;
    if (b->n * b->p < 4 * b->threads)
        return;
    own->depthwise.row_pieces = 1;
    own->pointwise.tile_parts = b->threads;
    own->pointwise.panel_parts = 1;
}

static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, void **out, sb_why *why)
{
    const sb_layouts chosen = options_layouts(values);
    const isa *set = options_isa(host->cpu, values);
    const sb_problem shared = with_worthwhile_threads(problem, set->lanes), *b = &shared;
    const sb_problem first = depthwise_step(b), second = pointwise_step(b);
    const view middle = view_of(depthwise_best_output(&first, chosen.input), first.k, b->p, b->q);
    plan *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return refuse(why, "no memory for the plan");
    own->host = host;
    own->threads = (int)b->threads;
    own->middle = alloc_floats(host, b->n * middle.image);
    if (own->middle == NULL ||
        depthwise_plan(&own->depthwise, host, &first, set, view_of(chosen.input, b->c, b->h, b->w),
                       middle, (int)values[OPT_DW_ROWS], (int)values[OPT_DW_COLS],
                       weights->depthwise) != 0 ||
        dense_plan(&own->pointwise, host, &second, set, middle,
                   view_of(chosen.output, b->k, b->p, b->q), options_dense(values),
                   weights->pointwise) != 0) {
        destroy(own);
        return refuse(why, "no memory for the packed weights and the tensor between the steps");
    }
    share_alike(own);
    size_t used = depthwise_describe(&own->depthwise, own->text, sizeof own->text / 2);
    used += (size_t)snprintf(own->text + used, sizeof own->text - used, ", ");
    dense_describe(&own->pointwise, own->text + used, sizeof own->text - used);
    *out = own;
    return 0;
}

static void run_share(const void *memory, const float *input, float *output)
{
    const plan *own = memory;
    depthwise_run(&own->depthwise, input, own->middle);
#pragma omp barrier
    dense_run(&own->pointwise, own->middle, output);
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

static const sb_parameter *const parameters[] = {
    &options[OPT_LAYOUT],   &options[OPT_VECTORS], &options[OPT_PIXELS],
    &options[OPT_CHANNELS], &options[OPT_PANELS],  &options[OPT_TILES],
    &options[OPT_DW_ROWS],  &options[OPT_DW_COLS], NULL,
};

const sb_kernel direct_separable = {
    .size = sizeof(sb_kernel),
    .operation = SB_SEPARABLE,
    .arithmetic = SB_DIRECT,
    .flags = SB_KERNEL_THREADED,
    .id = "separable",
    .technique = "direct",
    .summary = "the depthwise step into a tensor, then the pointwise step",
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
