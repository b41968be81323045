/* SPDX-License-Identifier: Apache-2.0 */
/* strassen: pointwise convolution, and the pointwise step of separable convolution, with one level
 * of Strassen's matrix product. See product.h. */
#include "engine/options.h"
#include "strassen/product.h"

/* Places in the array of values; a standard convolution has no depthwise step. */
enum { VECTORS, PIXELS, PAIRS, DW_ROWS, DW_COLS };

typedef struct plan {
    const sb_host *host;
    bool separable;
    depthwise depthwise;
    float *middle; /* NCHW16c, between the steps */
    strassen product;
    int threads;
    char text[192];
} plan;

static const sb_parameter pairs_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "pairs",
    .summary = "pairs of pixels, one of either half of an image, that go through at a time",
    .min = 7,
    .max = 896,
    .step = 7,
    .initial = 98,
};

static sb_problem product_step(const sb_problem *problem)
{
    return problem->operation == SB_SEPARABLE ? pointwise_step(problem) : *problem;
}

/* The least value of the parameter that means all pairs. */
static int64_t all_pairs(const sb_problem *step)
{
    return clamp(round_up(strassen_pairs(step), pairs_parameter.step), pairs_parameter.min,
                 pairs_parameter.max);
}

static int supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    const sb_problem step = product_step(problem);
    (void)cpu;
    if (!is_plain_pointwise(&step) || step.groups != 1)
        refuse(why, "only 1 x 1 kernels with stride 1, no padding and one group");
    else if (step.c % STRASSEN_MULTIPLE != 0 || step.k % STRASSEN_MULTIPLE != 0)
        refuse(why, "halves of the channels must be multiples of 16");
    else
        return 1;
    return 0;
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const isa *set = isa_select(cpu, SUMS_BLOCK);
    const sb_problem step = product_step(problem);
    const strassen_blocking blocking = strassen_default(&step, cpu, set);
    values[VECTORS] = blocking.vectors;
    values[PIXELS] = blocking.pixels;
    values[PAIRS] = smaller(round_up(blocking.pairs, pairs_parameter.step), all_pairs(&step));
    if (problem->operation == SB_SEPARABLE) {
        const sb_problem first = depthwise_step(problem);
        options_set_depthwise(&first, cpu, set, &values[DW_ROWS], &values[DW_COLS]);
    }
}

static int valid(const sb_problem *problem, const int64_t *values)
{
    const sb_problem step = product_step(problem);
    if (!options_tile_valid(values[VECTORS], values[PIXELS]) || values[PAIRS] > all_pairs(&step))
        return 0;
    if (problem->operation != SB_SEPARABLE)
        return 1;
    const sb_problem first = depthwise_step(problem);
    return options_depthwise_valid(&first, values[DW_ROWS], values[DW_COLS]);
}

static void layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    (void)problem;
    (void)values;
    out->input = out->output = SB_NCHW16C;
}

/* --------------------------------------------------------------------------------------- plan */

static void destroy(void *memory)
{
    plan *own = memory;
    strassen_release(&own->product, own->host);
    depthwise_release(&own->depthwise, own->host);
    own->host->free(own->host, own->middle);
    own->host->free(own->host, own);
}

static int plan_depthwise(plan *own, const sb_problem *problem, const isa *set,
                          const int64_t *values, const float *weights)
{
    const sb_problem first = depthwise_step(problem);
    const view input = view_of(SB_NCHW16C, first.c, first.h, first.w);
    const view middle = view_of(SB_NCHW16C, first.k, first.p, first.q);
    own->middle = alloc_floats(own->host, first.n * middle.image);
    return own->middle == NULL
               ? -1
               : depthwise_plan(&own->depthwise, own->host, &first, set, input, middle,
                                (int)values[DW_ROWS], (int)values[DW_COLS], weights);
}

static void describe_plan(plan *own)
{
    size_t used = 0;
    if (own->separable) {
        used = depthwise_describe(&own->depthwise, own->text, sizeof own->text / 2);
        used += (size_t)snprintf(own->text + used, sizeof own->text - used, ", ");
    }
    strassen_describe(&own->product, own->text + used, sizeof own->text - used);
}

/*
 * Where there are rows enough, each thread multiplies about those pixels that it has computed, a
 * part of either half of the image: what another core has written is slow to come.
 */
static void share_alike(plan *own, const sb_problem *b)
{
    if (own->threads > 1 && own->product.panel_parts == 1 && b->p >= 4 * b->threads)
        own->depthwise.row_pieces = own->product.images == 1 ? 2 : 1;
}

static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, void **out, sb_why *why)
{
    const isa *set = isa_select(host->cpu, SUMS_BLOCK);
    const sb_problem shared = with_worthwhile_threads(problem, set->lanes), *b = &shared;
    const bool separable = b->operation == SB_SEPARABLE;
    const sb_problem step = product_step(b);
    const strassen_blocking blocking = { (int)values[VECTORS], (int)values[PIXELS], values[PAIRS] };
    plan *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return refuse(why, "no memory for the plan");
    *own = (plan) { .host = host, .separable = separable, .threads = (int)b->threads };
    if ((separable && plan_depthwise(own, b, set, values, weights->depthwise) != 0) ||
        strassen_plan(&own->product, host, &step, set, blocking,
                      separable ? weights->pointwise : weights->standard) != 0) {
        destroy(own);
        return refuse(why, "no memory for the packed weights and the sums");
    }
    if (separable)
        share_alike(own, b);
    describe_plan(own);
    *out = own;
    return 0;
}

/* ---------------------------------------------------------------------------------------- run */

static void run_share(const void *memory, const float *input, float *output)
{
    const plan *own = memory;
    if (own->separable) {
        depthwise_run(&own->depthwise, input, own->middle);
#pragma omp barrier
    }
    strassen_run(&own->product, own->separable ? own->middle : input, output);
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

static const sb_parameter *const standard_parameters[] = {
    &options[OPT_VECTORS],
    &options[OPT_PIXELS],
    &pairs_parameter,
    NULL,
};

static const sb_parameter *const separable_parameters[] = {
    &options[OPT_VECTORS], &options[OPT_PIXELS],  &pairs_parameter,
    &options[OPT_DW_ROWS], &options[OPT_DW_COLS], NULL,
};

#define KERNEL(operation_, id_, summary_)                                                      \
    {                                                                                          \
        .size = sizeof(sb_kernel), .operation = operation_, .arithmetic = SB_STRASSEN,         \
        .flags = SB_KERNEL_THREADED, .id = #id_, .technique = "strassen", .summary = summary_, \
        .parameters = id_##_parameters, .supports = supports, .defaults = defaults,            \
        .valid = valid, .layouts = layouts, .plan = make_plan, .run = run, .destroy = destroy, \
        .describe = describe,                                                                  \
    }

static const sb_kernel standard_kernel =
    KERNEL(SB_STANDARD, standard, "pointwise convolution with 7/8 of the multiplications");
static const sb_kernel separable_kernel =
    KERNEL(SB_SEPARABLE, separable, "depthwise step, then a pointwise step of 7/8 of the products");

static const sb_kernel *const kernels[] = { &standard_kernel, &separable_kernel, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "strassen",
    .version = "0.1.0",
    .summary = "pointwise convolution by Strassen's matrix product",
    .license = "Apache-2.0",
    .kernels = kernels,
};
