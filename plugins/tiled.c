/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiled: direct convolution in cache-sized tiles, one thread. The work is in common/tile_stage.c,
 * which the openmp plugin shares; problems of several steps run it once for each, with tensors
 * between.
 */
#include "common/tile_options.h"

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const tile_setting setting = { problem, cpu };
    tile_set_defaults(&setting, 1, values);
}

static int valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    const tile_setting setting = { problem, cpu };
    return tile_valid(&setting, values);
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

static const sb_parameter *const parameters[TILE_PARAMETERS + 1] = { TILE_PARAMETER_TABLE };

#define TILED_KERNEL(need, id_, summary_)                                                          \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .id = id_, .technique = "tiled", .summary = summary_, .parameters = parameters,            \
        .supports = supports_all, .defaults = defaults, .valid = valid, .plan = plan,              \
        .run = chain_run, .destroy = chain_destroy, .describe = chain_describe,                    \
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
    .version = "1.0",
    .summary = "cache-blocked direct loops",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
