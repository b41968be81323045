/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openmp: the tiled and matrix-product kernels with their tasks shared among threads. Each thread
 * has a scratch of its own; between the steps of a separable convolution all wait for one another.
 */
#include "common/gemm_options.h"
#include "common/tile_options.h"

#include <omp.h>

/* ------------------------------------------------------------------------------------ helpers */

/* Places in the array of values, after those of the technique. */
typedef enum sharing { SHARING_SCHEDULE, SHARING_CHUNK, SHARING_SPLIT, SHARING_PARAMETERS } sharing;

enum { SCHEDULE_STATIC, SCHEDULE_DYNAMIC, SCHEDULE_GUIDED };
static const omp_sched_t schedules[] = { omp_sched_static, omp_sched_dynamic, omp_sched_guided };

/* A static schedule gives each thread one piece, in order, so a chunk means nothing to it.
 * Splitting the outputs further than there are any means nothing either. */
static int sharing_valid(const int64_t *values, int64_t outputs)
{
    return (values[SHARING_SCHEDULE] != SCHEDULE_STATIC || values[SHARING_CHUNK] == 1) &&
           values[SHARING_SPLIT] <= outputs;
}

static void sharing_defaults(int64_t parts, int64_t outputs, int64_t *values)
{
    values[SHARING_SCHEDULE] = SCHEDULE_STATIC;
    values[SHARING_CHUNK] = 1;
    values[SHARING_SPLIT] = 1;
    while (values[SHARING_SPLIT] < smaller(parts, 16) && values[SHARING_SPLIT] * 2 <= outputs)
        values[SHARING_SPLIT] *= 2;
}

static int finish_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                       stage_pair stages, void **out, sb_why *why)
{
    chain *own = NULL;
    if (chain_new(host, problem, stages.first, stages.second, problem->threads, &own, why) < 0)
        return -1;
    own->schedule = (int)schedules[values[SHARING_SCHEDULE]];
    own->chunk = values[SHARING_SCHEDULE] == SCHEDULE_STATIC ? 0 : (int)values[SHARING_CHUNK];
    *out = own;
    return 0;
}

/* -------------------------------------------------------------------------------------- tiled */

static int tiled_valid(const sb_problem *problem, const int64_t *values)
{
    sb_problem step = tile_main_step(problem);
    const int64_t *shared = values + TILE_PARAMETERS;
    return tile_valid(problem, values) && sharing_valid(shared, step.k / step.groups) &&
           (values[TILE_ORDER] != TILE_OUTPUTS_PIXELS_INPUTS || shared[SHARING_SPLIT] == 1);
}

static void tiled_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    sb_problem step = tile_main_step(problem);
    tile_options o = tile_defaults(&step, cpu, problem->threads);
    tile_set_defaults(problem, cpu, values);
    sharing_defaults(o.parts, step.k / step.groups, values + TILE_PARAMETERS);
}

static int tiled_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                      const sb_weights *weights, void **out, sb_why *why)
{
    tile_options options = tile_options_from(values);
    options.parts = values[TILE_PARAMETERS + SHARING_SPLIT];
    return finish_plan(host, problem, values + TILE_PARAMETERS,
                       tile_stages(host, problem, &options, weights), out, why);
}

/* --------------------------------------------------------------------------------------- gemm */

static int product_valid(const sb_problem *problem, const int64_t *values)
{
    sb_problem step = gemm_main_step(problem);
    return gemm_valid(problem, values) &&
           sharing_valid(values + GEMM_PARAMETERS, step.k / step.groups);
}

static void product_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    sb_problem step = gemm_main_step(problem);
    gemm_options o = gemm_defaults(&step, cpu, problem->threads);
    gemm_set_defaults(problem, cpu, values);
    sharing_defaults(o.parts, step.k / step.groups, values + GEMM_PARAMETERS);
}

static int product_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                        const sb_weights *weights, void **out, sb_why *why)
{
    gemm_options options = gemm_options_from(values);
    options.parts = values[GEMM_PARAMETERS + SHARING_SPLIT];
    sb_problem step = gemm_main_step(problem);
    stage *last = gemm_stage_new(host, &step, gemm_main_weights(problem, weights), &options);
    stage_pair stages = { last, NULL };
    if (problem->operation == SB_SEPARABLE) {
        sb_problem first = depthwise_step(problem);
        tile_options direct = tile_defaults(&first, host->cpu, problem->threads);
        stages = (stage_pair) { tile_depthwise_stage(host, problem, weights, direct.rows), last };
    }
    return finish_plan(host, problem, values + GEMM_PARAMETERS, stages, out, why);
}

/* ---------------------------------------------------------------------------------------- run */

static int run(void *plan, const float *input, float *output)
{
    const chain *own = plan;
    omp_set_schedule((omp_sched_t)own->schedule, own->chunk);
#pragma omp parallel num_threads(own->threads)
    {
        float *scratch = own->scratch + omp_get_thread_num() * own->pitch;
        for (int s = 0; s < CHAIN_STAGES && own->stages[s] != NULL; s++) {
            const stage *step = own->stages[s];
            const float *from = chain_input(own, s, input);
            float *to = chain_output(own, s, output);
#pragma omp for schedule(runtime)
            for (int64_t i = 0; i < step->tasks; i++)
                step->task(step, i, scratch, from, to);
        }
    }
    return 0;
}

/* ------------------------------------------------------------------------------------- tables */

static const char *const schedule_choices[] = {
    [SCHEDULE_STATIC] = "static",
    [SCHEDULE_DYNAMIC] = "dynamic",
    [SCHEDULE_GUIDED] = "guided",
    [SCHEDULE_GUIDED + 1] = NULL,
};

static const sb_parameter schedule_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "schedule",
    .summary = "how OpenMP hands out tasks",
    .max = SCHEDULE_GUIDED,
    .step = 1,
    .initial = SCHEDULE_STATIC,
    .choices = schedule_choices,
};

static const sb_parameter chunk_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "chunk",
    .summary = "tasks handed out at a time, unless the schedule is static",
    .min = 1,
    .max = 64,
    .initial = 1,
};

static const sb_parameter split_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "split",
    .summary =
        "parts that the output channels are split into; images, groups and pixels always are",
    .min = 1,
    .max = 16,
    .initial = 1,
};

static const sb_parameter *const tiled_parameters[TILE_PARAMETERS + SHARING_PARAMETERS + 1] = {
    TILE_PARAMETER_TABLE,
    [TILE_PARAMETERS + SHARING_SCHEDULE] = &schedule_parameter,
    [TILE_PARAMETERS + SHARING_CHUNK] = &chunk_parameter,
    [TILE_PARAMETERS + SHARING_SPLIT] = &split_parameter,
};

static const sb_parameter *const product_parameters[GEMM_PARAMETERS + SHARING_PARAMETERS + 1] = {
    GEMM_PARAMETER_TABLE,
    [GEMM_PARAMETERS + SHARING_SCHEDULE] = &schedule_parameter,
    [GEMM_PARAMETERS + SHARING_CHUNK] = &chunk_parameter,
    [GEMM_PARAMETERS + SHARING_SPLIT] = &split_parameter,
};

/* `way` is the prefix of the functions and parameters above. */
#define OPENMP_KERNEL(way, operation_, id_, summary_)                                         \
    {                                                                                         \
        .size = sizeof(sb_kernel), .operation = operation_, .arithmetic = SB_DIRECT,          \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "openmp", .summary = summary_,   \
        .parameters = way##_parameters, .supports = supports_all, .defaults = way##_defaults, \
        .valid = way##_valid, .plan = way##_plan, .run = run, .destroy = chain_destroy,       \
    }

static const sb_kernel standard_tiled =
    OPENMP_KERNEL(tiled, SB_STANDARD, "standard_tiled",
                  "standard convolution, cache-blocked direct loops, many threads");
static const sb_kernel standard_gemm =
    OPENMP_KERNEL(product, SB_STANDARD, "standard_gemm",
                  "standard convolution as a matrix product, many threads");
static const sb_kernel separable_tiled =
    OPENMP_KERNEL(tiled, SB_SEPARABLE, "separable_tiled",
                  "depthwise, then pointwise, cache-blocked direct loops, many threads");
static const sb_kernel separable_gemm =
    OPENMP_KERNEL(product, SB_SEPARABLE, "separable_gemm",
                  "depthwise, then pointwise as a matrix product, many threads");

static const sb_kernel *const kernels[] = {
    &standard_tiled, &standard_gemm, &separable_tiled, &separable_gemm, NULL,
};

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "openmp",
    .version = "1.0",
    .summary = "tiled and matrix-product kernels on many threads",
    .license = "Apache-2.0",
    .kernels = kernels,
};
