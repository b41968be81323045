/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openmp: the kernels of the tiled and im2col_gemm plugins, with their tasks shared among threads.
 * Each thread has its own scratch memory. The threads meet at a barrier after each step.
 */
#include "common/chain_threads.h"
#include "common/gemm_options.h"
#include "common/names.h"
#include "common/tile_options.h"

#include <omp.h>
#include <string.h>

/* -------------------------------------------------------------------------------- parameters */

/* Indices of the parameters that control sharing. They come after the technique's parameters. */
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
 * Do two settings hand out this many tasks in the same way? A single thread takes all tasks
 * whatever the schedule. A static schedule gives each thread one contiguous piece, so the chunk has
 * no effect, and a chunk larger than the number of tasks acts like one of exactly that size.
 */
static bool shared_alike(int64_t threads, int64_t tasks, const int64_t *one, const int64_t *other)
{
    if (threads == 1)
        return true;
    if (one[SHARING_SCHEDULE] != other[SHARING_SCHEDULE])
        return false;
    return one[SHARING_SCHEDULE] == SCHEDULE_STATIC ||
           smaller(one[SHARING_CHUNK], tasks) == smaller(other[SHARING_CHUNK], tasks);
}

static bool may_be_shared(int64_t threads, const int64_t *shared)
{
    return shared[SHARING_CHUNK] == 1 ||
           (threads > 1 && shared[SHARING_SCHEDULE] != SCHEDULE_STATIC);
}

static void narrow_sharing(const step_list *list, sb_range *shared)
{
    int64_t outputs = 1;
    for (uint32_t i = 0; i < list->count; i++)
        outputs = larger(outputs, list->steps[i].k / list->steps[i].groups);
    shared[SHARING_SPLIT].max = smaller(power_of_two_from(outputs), split_parameter.max);
    if (list->threads == 1)
        shared[SHARING_CHUNK].max = 1;
}

static void set_sharing(int64_t parts, int64_t *shared)
{
    shared[SHARING_SCHEDULE] = SCHEDULE_STATIC;
    shared[SHARING_CHUNK] = 1;
    shared[SHARING_SPLIT] = smaller(power_of_two_from(parts), split_parameter.max);
}

static int finish_plan(chain *own, const int64_t *shared)
{
    const int64_t schedule = shared[SHARING_SCHEDULE];
    const size_t used = strlen(own->text);
    own->schedule = schedule == SCHEDULE_STATIC    ? 0
                    : schedule == SCHEDULE_DYNAMIC ? (int)omp_sched_dynamic
                                                   : (int)omp_sched_guided;
    own->chunk = (int)shared[SHARING_CHUNK];
    if (own->schedule == 0)
        snprintf(own->text + used, sizeof own->text - used, ", static");
    else
        snprintf(own->text + used, sizeof own->text - used, ", %s in chunks of %d",
                 schedule_choices[schedule], own->chunk);
    return 0;
}

/* -------------------------------------------------------------------------------------- tiled */

/* The steps of the problem, and the tiling that one set of parameter values leads to.
 * tiled_same() compares other sets of values with it. */
typedef struct tiled_setting {
    step_list list;
    tile_meaning meaning;
} tiled_setting;

static tile_meaning tiled_mean(const step_list *list, const int64_t *values)
{
    tile_options options = tile_options_from(values);
    options.parts = values[TILE_PARAMETERS + SHARING_SPLIT];
    return tile_mean(list, &options);
}

static bool tiled_same(const void *context, const int64_t *known, const int64_t *other)
{
    const tiled_setting *own = context;
    const tile_meaning meaning = tiled_mean(&own->list, other);
    return tile_alike(&own->meaning, &meaning) &&
           shared_alike(own->list.threads, meaning.tasks, known + TILE_PARAMETERS,
                        other + TILE_PARAMETERS);
}

static naming tiled_naming(tiled_setting *own, const int64_t *values)
{
    own->meaning = tiled_mean(&own->list, values);
    return (naming) { tiled_parameters, TILED, tiled_same, own };
}

static void tiled_narrow(const step_list *list, sb_range *to)
{
    tile_narrow(list, to);
    narrow_sharing(list, to + TILE_PARAMETERS);
}

static void tiled_ranges(const sb_problem *problem, const sb_cpu *cpu, sb_range *to)
{
    const step_list list = list_steps(problem, cpu);
    tiled_narrow(&list, to);
}

static int tiled_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    if (!may_be_shared(problem->threads, values + TILE_PARAMETERS))
        return 0;
    tiled_setting own = { .list = list_steps(problem, cpu) };
    if (!are_within(&own.list, tiled_parameters, tiled_narrow, values))
        return 0;
    const naming by = tiled_naming(&own, values);
    return is_smallest_name(&by, values);
}

static void tiled_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    tiled_setting own = { .list = list_steps(problem, cpu) };
    tile_set_defaults(&own.list, problem->threads, values);
    set_sharing(tile_defaults(last_step(&own.list), cpu, problem->threads).parts,
                values + TILE_PARAMETERS);
    const naming by = tiled_naming(&own, values);
    use_smallest_name(&by, values);
}

static stage *make_tiled(const stage_order *order, sb_why *why)
{
    tile_options options = tile_options_from(order->values);
    options.parts = order->values[TILE_PARAMETERS + SHARING_SPLIT];
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

typedef struct product_setting {
    step_list list;
    gemm_meaning meaning;
} product_setting;

static gemm_options product_options(const int64_t *values)
{
    gemm_options options = gemm_options_from(values);
    options.parts = values[GEMM_PARAMETERS + SHARING_SPLIT];
    return options;
}

static gemm_meaning product_mean(const step_list *list, const int64_t *values)
{
    const gemm_options options = product_options(values);
    return gemm_mean(list, false, &options);
}

/* The tile options of a depthwise step. It is computed directly, not as a matrix product. */
static tile_options depthwise_options(const conv *step, const sb_cpu *cpu)
{
    return tile_depthwise_options(step, tile_defaults(step, cpu, step->threads).rows);
}

/* The largest number of tasks of any step. */
static int64_t product_tasks(const step_list *list, const gemm_meaning *meaning)
{
    int64_t most = 1;
    for (uint32_t i = 0; i < list->count; i++) {
        const conv *step = &list->steps[i];
        if (is_depthwise_step(i, list->count)) {
            const tile_options direct = depthwise_options(step, list->cpu);
            const tile_cut cut = tile_cut_options(step, list->isa, &direct);
            most = larger(most, tile_tasks(step, &cut));
        } else {
            most = larger(most, gemm_tasks(step, &meaning->cuts[i]));
        }
    }
    return most;
}

static bool product_same(const void *context, const int64_t *known, const int64_t *other)
{
    const product_setting *own = context;
    const gemm_meaning meaning = product_mean(&own->list, other);
    return gemm_alike(&own->meaning, &meaning) &&
           shared_alike(own->list.threads, product_tasks(&own->list, &meaning),
                        known + GEMM_PARAMETERS, other + GEMM_PARAMETERS);
}

static naming product_naming(product_setting *own, const int64_t *values)
{
    own->meaning = product_mean(&own->list, values);
    return (naming) { product_parameters, PRODUCT, product_same, own };
}

static void product_narrow(const step_list *list, sb_range *to)
{
    gemm_narrow(list, to);
    narrow_sharing(list, to + GEMM_PARAMETERS);
}

static void product_ranges(const sb_problem *problem, const sb_cpu *cpu, sb_range *to)
{
    const step_list list = list_steps(problem, cpu);
    product_narrow(&list, to);
}

static int product_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    if (!may_be_shared(problem->threads, values + GEMM_PARAMETERS))
        return 0;
    product_setting own = { .list = list_steps(problem, cpu) };
    if (!are_within(&own.list, product_parameters, product_narrow, values))
        return 0;
    const naming by = product_naming(&own, values);
    return is_smallest_name(&by, values);
}

static void product_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    product_setting own = { .list = list_steps(problem, cpu) };
    gemm_set_defaults(&own.list, problem->threads, values);
    set_sharing(gemm_defaults(last_step(&own.list), cpu, problem->threads).parts,
                values + GEMM_PARAMETERS);
    const naming by = product_naming(&own, values);
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

/* `way` is "tiled" or "product", the prefix of the functions and parameters above. */
#define OPENMP_KERNEL(way, need, id_, summary_)                                                    \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "openmp", .summary = summary_,        \
        .parameters = way##_parameters, .supports = supports_all, .ranges = way##_ranges,          \
        .defaults = way##_defaults, .valid = way##_valid, .plan = way##_plan,                      \
        .run = chain_run_threads, .destroy = chain_destroy, .describe = chain_describe,            \
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
    .version = "0.1.0",
    .summary = "tiled and matrix-product kernels on many threads",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
