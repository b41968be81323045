/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openmp: the tiled and matrix-product kernels with their tasks shared among threads. Each thread
 * has a scratch of its own; between the steps of a problem all wait for one another.
 */
#include "common/chain_threads.h"
#include "common/gemm_options.h"
#include "common/names.h"
#include "common/tile_options.h"

#include <omp.h>
#include <string.h>

/* -------------------------------------------------------------------------------- parameters */

/* Places in the array of values, after those of the technique. */
enum { SHARING_SCHEDULE, SHARING_CHUNK, SHARING_SPLIT, SHARING_PARAMETERS };

enum { SCHEDULE_STATIC, SCHEDULE_DYNAMIC, SCHEDULE_GUIDED };

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

enum {
    TILED = TILE_PARAMETERS + SHARING_PARAMETERS,
    PRODUCT = GEMM_PARAMETERS + SHARING_PARAMETERS
};

static const sb_parameter *const tiled_parameters[TILED + 1] = {
    TILE_PARAMETER_TABLE,
    [TILE_PARAMETERS + SHARING_SCHEDULE] = &schedule_parameter,
    [TILE_PARAMETERS + SHARING_CHUNK] = &chunk_parameter,
    [TILE_PARAMETERS + SHARING_SPLIT] = &split_parameter,
};

static const sb_parameter *const product_parameters[PRODUCT + 1] = {
    GEMM_PARAMETER_TABLE,
    [GEMM_PARAMETERS + SHARING_SCHEDULE] = &schedule_parameter,
    [GEMM_PARAMETERS + SHARING_CHUNK] = &chunk_parameter,
    [GEMM_PARAMETERS + SHARING_SPLIT] = &split_parameter,
};

/* ------------------------------------------------------------------------------------ sharing */

/*
 * Are tasks handed out alike? A static schedule gives each thread one piece, in order, and a single
 * thread takes them all: there a chunk means nothing, nor does one that is larger than all tasks.
 */
static bool shared_alike(int64_t threads, int64_t tasks, const int64_t *a, const int64_t *b)
{
    if (threads == 1)
        return true;
    if (a[SHARING_SCHEDULE] != b[SHARING_SCHEDULE])
        return false;
    return a[SHARING_SCHEDULE] == SCHEDULE_STATIC ||
           smaller(a[SHARING_CHUNK], tasks) == smaller(b[SHARING_CHUNK], tasks);
}

static void set_sharing(int64_t parts, int64_t *shared)
{
    shared[SHARING_SCHEDULE] = SCHEDULE_STATIC;
    shared[SHARING_CHUNK] = 1;
    shared[SHARING_SPLIT] = smaller(power_of_two_from(parts), 16);
}

static int finish_plan(chain *own, const int64_t *shared)
{
    const int64_t schedule = shared[SHARING_SCHEDULE];
    own->schedule = schedule == SCHEDULE_STATIC    ? 0
                    : schedule == SCHEDULE_DYNAMIC ? (int)omp_sched_dynamic
                                                   : (int)omp_sched_guided;
    own->chunk = (int)shared[SHARING_CHUNK];
    const size_t used = strlen(own->text);
    snprintf(own->text + used, sizeof own->text - used, ", %s", schedule_choices[schedule]);
    return 0;
}

/* -------------------------------------------------------------------------------------- tiled */

static tile_options tiled_options(const int64_t *values)
{
    tile_options options = tile_options_from(values);
    options.parts = values[TILE_PARAMETERS + SHARING_SPLIT];
    return options;
}

/* The tasks of the step that has the most. */
static int64_t tiled_tasks(const tile_setting *own, const tile_options *options)
{
    int64_t most = 1;
    for (uint32_t i = 0; i < own->problem->step_count; i++) {
        const conv step = conv_of(own->problem, i);
        const tile_cut cut = tile_cut_step(own, i, options);
        most = larger(most, tile_tasks(&step, &cut));
    }
    return most;
}

static bool tiled_same(const void *context, const int64_t *a, const int64_t *b)
{
    const tile_setting *own = context;
    const tile_options one = tiled_options(a), two = tiled_options(b);
    return tile_alike(own, &one, &two) &&
           shared_alike(own->problem->threads, tiled_tasks(own, &one), a + TILE_PARAMETERS,
                        b + TILE_PARAMETERS);
}

static int tiled_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    const tile_setting setting = { problem, cpu };
    const naming by = { tiled_parameters, TILED, tiled_same, &setting };
    return is_smallest_name(&by, values);
}

static void tiled_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const tile_setting setting = { problem, cpu };
    const naming by = { tiled_parameters, TILED, tiled_same, &setting };
    const conv step = tile_main_step(problem);
    tile_set_defaults(&setting, problem->threads, values);
    set_sharing(tile_defaults(&step, cpu, problem->threads).parts, values + TILE_PARAMETERS);
    use_smallest_name(&by, values);
}

static stage *make_tiled(const stage_order *order, sb_why *why)
{
    const tile_options options = tiled_options(order->values);
    (void)why;
    return tile_stage_for(order, &options);
}

static int tiled_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                      const sb_weights *weights, void **out, sb_why *why)
{
    return chain_plan(host, problem, values, weights, problem->threads, make_tiled, out, why) < 0
               ? -1
               : finish_plan(*out, values + TILE_PARAMETERS);
}

/* -------------------------------------------------------------------------------------- gemm */

static gemm_options product_options(const int64_t *values)
{
    gemm_options options = gemm_options_from(values);
    options.parts = values[GEMM_PARAMETERS + SHARING_SPLIT];
    return options;
}

/* How the depthwise step is cut, among others. */
static tile_options depthwise_options(const conv *step, const sb_cpu *cpu)
{
    return tile_depthwise_options(step, tile_defaults(step, cpu, step->threads).rows);
}

static int64_t product_tasks(const gemm_setting *own, const gemm_options *options)
{
    const simd *isa = simd_select(own->cpu);
    int64_t most = 1;
    for (uint32_t i = 0; i < own->problem->step_count; i++) {
        const conv step = conv_of(own->problem, i);
        if (is_depthwise_step(i, own->problem->step_count)) {
            const tile_options direct = depthwise_options(&step, own->cpu);
            const tile_cut cut = tile_cut_options(&step, isa, &direct);
            most = larger(most, tile_tasks(&step, &cut));
        } else {
            const gemm_cut cut = gemm_cut_options(&step, isa, options);
            most = larger(most, gemm_tasks(&step, &cut));
        }
    }
    return most;
}

static bool product_same(const void *context, const int64_t *a, const int64_t *b)
{
    const gemm_setting *own = context;
    const gemm_options one = product_options(a), two = product_options(b);
    return gemm_alike(own, &one, &two) &&
           shared_alike(own->problem->threads, product_tasks(own, &one), a + GEMM_PARAMETERS,
                        b + GEMM_PARAMETERS);
}

static int product_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    const gemm_setting setting = { .problem = problem, .cpu = cpu };
    const naming by = { product_parameters, PRODUCT, product_same, &setting };
    return is_smallest_name(&by, values);
}

static void product_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const gemm_setting setting = { .problem = problem, .cpu = cpu };
    const naming by = { product_parameters, PRODUCT, product_same, &setting };
    const conv step = gemm_main_step(problem);
    gemm_set_defaults(&setting, problem->threads, values);
    set_sharing(gemm_defaults(&step, cpu, problem->threads).parts, values + GEMM_PARAMETERS);
    use_smallest_name(&by, values);
}

static stage *make_product(const stage_order *order, sb_why *why)
{
    (void)why;
    if (is_depthwise_step(order->step, order->steps)) {
        const tile_options direct = depthwise_options(&order->conv, order->host->cpu);
        return tile_stage_new(order, &direct);
    }
    const gemm_options options = product_options(order->values);
    return gemm_stage_new(order, &options);
}

static int product_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                        const sb_weights *weights, void **out, sb_why *why)
{
    return chain_plan(host, problem, values, weights, problem->threads, make_product, out, why) < 0
               ? -1
               : finish_plan(*out, values + GEMM_PARAMETERS);
}

/* ------------------------------------------------------------------------------------- tables */

/* `way` is the prefix of the functions and parameters above. */
#define OPENMP_KERNEL(way, need, id_, summary_)                                                    \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "openmp", .summary = summary_,        \
        .parameters = way##_parameters, .supports = supports_all, .defaults = way##_defaults,      \
        .valid = way##_valid, .plan = way##_plan, .run = chain_run_threads,                        \
        .destroy = chain_destroy, .describe = chain_describe,                                      \
    }

static const sb_kernel standard_tiled =
    OPENMP_KERNEL(tiled, SB_NEED_STANDARD, "standard_tiled",
                  "standard convolution, cache-blocked direct loops, many threads");
static const sb_kernel standard_gemm =
    OPENMP_KERNEL(product, SB_NEED_STANDARD, "standard_gemm",
                  "standard convolution as a matrix product, many threads");
static const sb_kernel separable_tiled =
    OPENMP_KERNEL(tiled, SB_NEED_SEPARABLE, "separable_tiled",
                  "depthwise, then pointwise, cache-blocked direct loops, many threads");
static const sb_kernel separable_gemm =
    OPENMP_KERNEL(product, SB_NEED_SEPARABLE, "separable_gemm",
                  "depthwise, then pointwise as a matrix product, many threads");
static const sb_kernel bottleneck_tiled =
    OPENMP_KERNEL(tiled, SB_NEED_BOTTLENECK, "bottleneck_tiled",
                  "pointwise, depthwise, pointwise, cache-blocked direct loops, many threads");
static const sb_kernel bottleneck_gemm =
    OPENMP_KERNEL(product, SB_NEED_BOTTLENECK, "bottleneck_gemm",
                  "depthwise between two pointwise matrix products, many threads");

static const sb_kernel *const kernels[] = {
    &standard_tiled,  &standard_gemm, &separable_tiled, &separable_gemm, &bottleneck_tiled,
    &bottleneck_gemm, NULL,
};

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "openmp",
    .version = "1.0",
    .summary = "tiled and matrix-product kernels on many threads",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
