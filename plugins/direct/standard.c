/* SPDX-License-Identifier: Apache-2.0 */
/* direct/standard: one convolution, depthwise or dense. */
#include "direct/kernels.h"
#include "engine/options.h"

typedef struct plan {
    const sb_host *host;
    bool is_depthwise;
    depthwise depthwise;
    dense dense;
    int threads;
    char text[96];
} plan;

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    values[OPT_LAYOUT] = options_default_layout(problem, cpu);
    const isa *set = options_isa(cpu, values);
    if (is_depthwise(problem))
        options_set_depthwise(problem, cpu, set, &values[OPT_DW_ROWS], &values[OPT_DW_COLS]);
    else
        options_set_dense(problem, dense_default(problem, cpu, set), values);
}

static int valid(const sb_problem *problem, const int64_t *values)
{
    if (!options_layout_serves(problem, values[OPT_LAYOUT]))
        return 0;
    if (is_depthwise(problem))
        return options_dense_unused(values) &&
               options_depthwise_valid(problem, values[OPT_DW_ROWS], values[OPT_DW_COLS]);
    return options_depthwise_unused(values) && options_dense_valid(problem, values);
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
    dense_release(&own->dense, own->host);
    own->host->free(own->host, own);
}

static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, void **out, sb_why *why)
{
    const sb_layouts chosen = options_layouts(values);
    const isa *set = options_isa(host->cpu, values);
    const sb_problem shared = with_worthwhile_threads(problem, set->lanes), *b = &shared;
    const view input = view_of(chosen.input, b->c, b->h, b->w);
    const view output = view_of(chosen.output, b->k, b->p, b->q);
    plan *own = host->alloc(host, sizeof *own);
    int rc;
    if (own == NULL)
        return refuse(why, "no memory for the plan");
    own->host = host;
    own->threads = (int)b->threads;
    own->is_depthwise = is_depthwise(b);
    if (own->is_depthwise) {
        rc = depthwise_plan(&own->depthwise, host, b, set, input, output, (int)values[OPT_DW_ROWS],
                            (int)values[OPT_DW_COLS], weights->standard);
        depthwise_describe(&own->depthwise, own->text, sizeof own->text);
    } else {
        rc = dense_plan(&own->dense, host, b, set, input, output, options_dense(values),
                        weights->standard);
        dense_describe(&own->dense, own->text, sizeof own->text);
    }
    if (rc != 0) {
        destroy(own);
        return refuse(why, "no memory for the packed weights");
    }
    *out = own;
    return 0;
}

static void run_share(const void *memory, const float *input, float *output)
{
    const plan *own = memory;
    if (own->is_depthwise)
        depthwise_run(&own->depthwise, input, output);
    else
        dense_run(&own->dense, input, output);
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

const sb_kernel direct_standard = {
    .size = sizeof(sb_kernel),
    .operation = SB_STANDARD,
    .arithmetic = SB_DIRECT,
    .flags = SB_KERNEL_THREADED,
    .id = "standard",
    .technique = "direct",
    .summary = "register tiles straight from the tensor, vectors over output channels",
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
