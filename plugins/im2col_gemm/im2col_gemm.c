/* SPDX-License-Identifier: Apache-2.0 */
/*
 * im2col_gemm: lowering and a matrix product, one thread. The product is our own
 * (common/gemm_stage.c), or cblas_sgemm of a library where one was found.
 *
 * The depthwise step of a problem with several has one input channel a sum: as a matrix product it
 * is a row times a matrix of r s rows, and lowering moves r s times the data that it uses. Users of
 * im2col therefore compute it directly, and so does this kernel by default (common/tile_stage.c);
 * depthwise=lowered shows what the pure technique costs.
 */
#include "common/gemm_options.h"
#include "common/tile_options.h"
#include "im2col_gemm/cblas_stage.h"

#include <limits.h>
#include <string.h>

/* Places in the array of values, after those that all matrix-product kernels share. */
enum {
    GEMM = GEMM_PARAMETERS,
    STANDARD_PARAMETERS,
    DEPTHWISE = STANDARD_PARAMETERS,
    SEVERAL_PARAMETERS
};

typedef enum gemm_choice { GEMM_OWN, GEMM_CBLAS } gemm_choice;
typedef enum depthwise_choice { DEPTHWISE_DIRECT, DEPTHWISE_LOWERED } depthwise_choice;

/* ------------------------------------------------------------------------------------ helpers */

/* A problem of one step has no depthwise one to choose for. */
static bool lowers_depthwise(const sb_problem *problem, const int64_t *values)
{
    return problem->step_count > 1 && values[DEPTHWISE] == DEPTHWISE_LOWERED;
}

static gemm_setting setting_of(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    return (gemm_setting) { problem, cpu, .all_steps = lowers_depthwise(problem, values) };
}

/* cblas_sgemm counts in int. */
static bool fits_int(const sb_problem *problem)
{
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv b = conv_of(problem, i);
        if (b.p * b.q > INT_MAX || b.c * b.r * b.s > INT_MAX)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------------------- kernel */

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const gemm_setting usual = { .problem = problem, .cpu = cpu };
    gemm_set_defaults(&usual, 1, values);
}

/* With a library's product the other parameters do nothing, and stay what they are by default. */
static int valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    const gemm_setting setting = setting_of(problem, cpu, values);
    const gemm_setting usual = { .problem = problem, .cpu = cpu };
    int64_t idle[GEMM_PARAMETERS];
    if (values[GEMM] == GEMM_OWN)
        return gemm_valid(&setting, values);
    gemm_set_defaults(&usual, 1, idle);
    return cblas_built() && fits_int(problem) && memcmp(idle, values, sizeof idle) == 0;
}

static stage *make(const stage_order *order, sb_why *why)
{
    const int64_t *values = order->values;
    (void)why;
    if (is_depthwise_step(order->step, order->steps) && values[DEPTHWISE] == DEPTHWISE_DIRECT) {
        const int64_t rows = tile_defaults(&order->conv, order->host->cpu, 1).rows;
        const tile_options direct = tile_depthwise_options(&order->conv, rows);
        return tile_stage_new(order, &direct);
    }
    if (values[GEMM] == GEMM_CBLAS)
        return cblas_stage_new(order);
    const gemm_options options = gemm_options_from(values);
    return gemm_stage_new(order, &options);
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    if (values[GEMM] == GEMM_CBLAS && cblas_load(why) < 0)
        return -1;
    return chain_plan(host, problem, values, weights, 1, make, out, why);
}

/* ------------------------------------------------------------------------------------- tables */

static const char *const gemm_choices[] = { [GEMM_OWN] = "own", [GEMM_CBLAS] = "cblas", NULL };

static const sb_parameter gemm_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "gemm",
    .summary = "our own matrix product, or a library's (where the other parameters do nothing)",
    .max = GEMM_CBLAS,
    .step = 1,
    .initial = GEMM_OWN,
    .choices = gemm_choices,
};

static const char *const depthwise_choices[] = {
    [DEPTHWISE_DIRECT] = "direct",
    [DEPTHWISE_LOWERED] = "lowered",
    [DEPTHWISE_LOWERED + 1] = NULL,
};

static const sb_parameter depthwise_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "depthwise",
    .summary = "the depthwise step directly, or lowered to a product for each channel",
    .max = DEPTHWISE_LOWERED,
    .step = 1,
    .initial = DEPTHWISE_DIRECT,
    .choices = depthwise_choices,
};

static const sb_parameter *const standard_parameters[STANDARD_PARAMETERS + 1] = {
    GEMM_PARAMETER_TABLE,
    [GEMM] = &gemm_parameter,
};

static const sb_parameter *const several_parameters[SEVERAL_PARAMETERS + 1] = {
    GEMM_PARAMETER_TABLE,
    [GEMM] = &gemm_parameter,
    [DEPTHWISE] = &depthwise_parameter,
};

#define IM2COL_KERNEL(need, id_, parameters_, summary_)                                            \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .id = id_, .technique = "im2col_gemm", .summary = summary_, .parameters = parameters_,     \
        .supports = supports_all, .defaults = defaults, .valid = valid, .plan = plan,              \
        .run = chain_run, .destroy = chain_destroy, .describe = chain_describe,                    \
    }

static const sb_kernel standard = IM2COL_KERNEL(SB_NEED_STANDARD, "standard", standard_parameters,
                                                "standard convolution as a matrix product");
static const sb_kernel separable =
    IM2COL_KERNEL(SB_NEED_SEPARABLE, "separable", several_parameters,
                  "depthwise convolution, then pointwise as a matrix product");
static const sb_kernel bottleneck =
    IM2COL_KERNEL(SB_NEED_BOTTLENECK, "bottleneck", several_parameters,
                  "depthwise convolution between two pointwise ones as matrix products");

static const sb_kernel *const kernels[] = { &standard, &separable, &bottleneck, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "im2col_gemm",
    .version = "1.0",
    .summary = "lowering and a matrix product",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
