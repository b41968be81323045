/* SPDX-License-Identifier: Apache-2.0 */
/*
 * im2col_gemm: lowering and a matrix product, one thread. The product is our own
 * (common/gemm_stage.c), or cblas_sgemm of a library where one was found.
 *
 * The depthwise step of the separable kernel has one input channel a sum: as a matrix product it is
 * a row times a matrix of r s rows, and lowering moves r s times the data that it uses. Users of
 * im2col therefore compute it directly, and so does this kernel by default (common/tile_stage.c);
 * depthwise=lowered shows what the pure technique costs.
 */
#include "common/gemm_options.h"
#include "common/tile_options.h"
#include "im2col_gemm/cblas_stage.h"

#include <limits.h>

/* Places in the array of values, after those that all matrix-product kernels share. */
enum {
    GEMM = GEMM_PARAMETERS,
    STANDARD_PARAMETERS,
    DEPTHWISE = STANDARD_PARAMETERS,
    SEPARABLE_PARAMETERS
};

typedef enum gemm_choice { GEMM_OWN, GEMM_CBLAS } gemm_choice;
typedef enum depthwise_choice { DEPTHWISE_DIRECT, DEPTHWISE_LOWERED } depthwise_choice;

/* ------------------------------------------------------------------------------------- stages */

static stage *product_stage(const sb_host *host, const sb_problem *step, const int64_t *values,
                            const float *weights)
{
    if (values[GEMM] == GEMM_CBLAS)
        return cblas_stage_new(host, step, weights);
    gemm_options options = gemm_options_from(values);
    return gemm_stage_new(host, step, weights, &options);
}

static stage *depthwise_stage(const sb_host *host, const sb_problem *problem, const int64_t *values,
                              const sb_weights *weights)
{
    sb_problem step = depthwise_step(problem);
    if (values[DEPTHWISE] == DEPTHWISE_LOWERED)
        return product_stage(host, &step, values, weights->depthwise);
    tile_options direct = tile_defaults(&step, host->cpu, 1);
    return tile_depthwise_stage(host, problem, weights, direct.rows);
}

/* ------------------------------------------------------------------------------------- kernel */

/* cblas_sgemm counts in int. */
static int fits_int(const sb_problem *problem)
{
    const sb_problem *b = problem;
    return b->p * b->q <= INT_MAX && b->c * b->multiplier * b->r * b->s <= INT_MAX;
}

static int valid(const sb_problem *problem, const int64_t *values)
{
    if (values[GEMM] == GEMM_CBLAS && !(cblas_built() && fits_int(problem)))
        return 0;
    return gemm_valid(problem, values);
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    sb_problem alone = *problem;
    alone.threads = 1;
    gemm_set_defaults(&alone, cpu, values);
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    if (values[GEMM] == GEMM_CBLAS && cblas_load(why) < 0)
        return -1;
    sb_problem step = gemm_main_step(problem);
    stage *last = product_stage(host, &step, values, gemm_main_weights(problem, weights));
    stage *first = last;
    if (problem->operation == SB_SEPARABLE)
        first = depthwise_stage(host, problem, values, weights);
    chain *own = NULL;
    if (chain_new(host, problem, first, first == last ? NULL : last, 1, &own, why) < 0)
        return -1;
    *out = own;
    return 0;
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

static const sb_parameter *const separable_parameters[SEPARABLE_PARAMETERS + 1] = {
    GEMM_PARAMETER_TABLE,
    [GEMM] = &gemm_parameter,
    [DEPTHWISE] = &depthwise_parameter,
};

static const sb_kernel standard = {
    .size = sizeof(sb_kernel),
    .operation = SB_STANDARD,
    .arithmetic = SB_DIRECT,
    .id = "standard",
    .technique = "im2col_gemm",
    .summary = "standard convolution as a matrix product",
    .parameters = standard_parameters,
    .supports = supports_all,
    .defaults = defaults,
    .valid = valid,
    .plan = plan,
    .run = chain_run,
    .destroy = chain_destroy,
};

static const sb_kernel separable = {
    .size = sizeof(sb_kernel),
    .operation = SB_SEPARABLE,
    .arithmetic = SB_DIRECT,
    .id = "separable",
    .technique = "im2col_gemm",
    .summary = "depthwise convolution, then pointwise as a matrix product",
    .parameters = separable_parameters,
    .supports = supports_all,
    .defaults = defaults,
    .valid = valid,
    .plan = plan,
    .run = chain_run,
    .destroy = chain_destroy,
};

static const sb_kernel *const kernels[] = { &standard, &separable, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "im2col_gemm",
    .version = "1.0",
    .summary = "lowering and a matrix product",
    .license = "Apache-2.0",
    .kernels = kernels,
};
