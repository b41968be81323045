/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiled: direct convolution in tiles that fit in cache, on one thread. The loops are in
 * common/tile_stage.c, which the openmp plugin uses too. A problem of several steps runs them once
 * for each step and keeps the tensors between the steps in memory.
 */
#include "common/names.h"
#include "common/tile_options.h"

static const sb_parameter *const parameters[TILE_PARAMETERS + 1] = { TILE_PARAMETER_TABLE };

/* The steps of the problem, and the tiling that one set of parameter values leads to. same()
 * compares other sets of values with it. */
typedef struct setting {
    step_list list;
    tile_meaning meaning;
} setting;

static bool same(const void *context, const int64_t *known, const int64_t *other)
{
    const setting *own = context;
    const tile_options options = tile_options_from(other);
    const tile_meaning meaning = tile_mean(&own->list, &options);
    (void)known;
    return tile_alike(&own->meaning, &meaning);
}

static naming naming_of(setting *own, const int64_t *values)
{
    const tile_options options = tile_options_from(values);
    own->meaning = tile_mean(&own->list, &options);
    return (naming) { parameters, TILE_PARAMETERS, same, own };
}

static void ranges(const sb_problem *problem, const sb_cpu *cpu, sb_range *to)
{
    const step_list list = list_steps(problem, cpu);
    tile_narrow(&list, to);
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    setting own = { .list = list_steps(problem, cpu) };
    tile_set_defaults(&own.list, 1, values);
    const naming by = naming_of(&own, values);
    use_smallest_name(&by, values);
}

static int valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    setting own = { .list = list_steps(problem, cpu) };
    if (!are_within(&own.list, parameters, tile_narrow, values))
        return 0;
    const naming by = naming_of(&own, values);
    return is_smallest_name(&by, values);
}

static stage *make(const stage_order *order, sb_why *why)
{
    const tile_options options = tile_options_from(order->values);
    (void)why;
    return tile_stage_for(order, &options);
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    return chain_plan(host, problem, values, weights, 1, make, out, why);
}

#define TILED_KERNEL(need, id_, summary_)                                                          \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .id = id_, .technique = "tiled", .summary = summary_, .parameters = parameters,            \
        .supports = supports_all, .ranges = ranges, .defaults = defaults, .valid = valid,          \
        .plan = plan, .run = chain_run, .destroy = chain_destroy, .describe = chain_describe,      \
    }

static const sb_kernel standard =
    TILED_KERNEL(SB_NEED_STANDARD, "standard", "standard convolution, cache-blocked direct loops");
static const sb_kernel separable =
    TILED_KERNEL(SB_NEED_SEPARABLE, "separable",
                 "depthwise, then pointwise convolution, cache-blocked direct loops");
static const sb_kernel bottleneck =
    TILED_KERNEL(SB_NEED_BOTTLENECK, "bottleneck",
                 "pointwise, depthwise, pointwise convolution, cache-blocked direct loops");

static const sb_kernel *const kernels[] = { &standard, &separable, &bottleneck, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "tiled",
    .version = "0.1.0",
    .summary = "cache-blocked direct loops",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
