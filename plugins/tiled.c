/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiled: direct convolution in cache-sized tiles, one thread. The work is in common/tile_stage.c,
 * which the openmp plugin shares; the separable kernel runs it twice, with a tensor between.
 */
#include "common/tile_options.h"

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    tile_options options = tile_options_from(values);
    stage_pair stages = tile_stages(host, problem, &options, weights);
    chain *own = NULL;
    if (chain_new(host, problem, stages.first, stages.second, 1, &own, why) < 0)
        return -1;
    *out = own;
    return 0;
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    sb_problem alone = *problem;
    alone.threads = 1;
    tile_set_defaults(&alone, cpu, values);
}

static const sb_parameter *const parameters[TILE_PARAMETERS + 1] = { TILE_PARAMETER_TABLE };

#define TILED_KERNEL(operation_, id_, summary_)                                                 \
    {                                                                                           \
        .size = sizeof(sb_kernel), .operation = operation_, .arithmetic = SB_DIRECT, .id = id_, \
        .technique = "tiled", .summary = summary_, .parameters = parameters,                    \
        .supports = supports_all, .defaults = defaults, .valid = tile_valid, .plan = plan,      \
        .run = chain_run, .destroy = chain_destroy,                                             \
    }

static const sb_kernel standard =
    TILED_KERNEL(SB_STANDARD, "standard", "standard convolution, cache-blocked direct loops");
static const sb_kernel separable = TILED_KERNEL(
    SB_SEPARABLE, "separable", "depthwise, then pointwise convolution, cache-blocked direct loops");

static const sb_kernel *const kernels[] = { &standard, &separable, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "tiled",
    .version = "1.0",
    .summary = "cache-blocked direct loops",
    .license = "Apache-2.0",
    .kernels = kernels,
};
