/* SPDX-License-Identifier: Apache-2.0 */
/*
 * im2col_gemm: lowers the convolution to a matrix product, on one thread. The product is our own
 * (common/gemm_stage.c), or cblas_sgemm of a library if configure found one.
 *
 * In a depthwise step each sum takes its inputs from a single channel. As a matrix product, this is
 * one row times a matrix of r s rows, and lowering writes each input up to r s times. Programs that
 * use im2col therefore compute depthwise steps directly, and so does this kernel by default
 * (common/tile_stage.c). With depthwise=lowered it shows what the pure technique costs.
 */
#include "common/gemm_options.h"
#include "common/names.h"
#include "common/tile_options.h"
#include "im2col_gemm/cblas_stage.h"

#include <limits.h>
#include <string.h>

/* Indices into the array of values, after the parameters that all matrix-product kernels share. */
enum {
    GEMM = GEMM_PARAMETERS,
    STANDARD_PARAMETERS,
    DEPTHWISE = STANDARD_PARAMETERS,
    SEVERAL_PARAMETERS
};

typedef enum gemm_choice { GEMM_OWN, GEMM_CBLAS } gemm_choice;
typedef enum depthwise_choice { DEPTHWISE_DIRECT, DEPTHWISE_LOWERED } depthwise_choice;

/* --------------------------------------------------------------------------------- parameters */

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

/* ------------------------------------------------------------------------------------ helpers */

/* The steps of the problem, and the blocking that one set of parameter values leads to. same()
 * compares other sets of values with it. Only the parameters of the matrix product, which come
 * first in both tables, are compared: every value of the others has an effect of its own. */
typedef struct setting {
    step_list list;
    bool lowers_depthwise; /* the depthwise step is lowered to a matrix product too */
    gemm_meaning meaning;
} setting;

static setting setting_of(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    return (setting) {
        .list = list_steps(problem, cpu),
        .lowers_depthwise = problem->step_count > 1 && values[DEPTHWISE] == DEPTHWISE_LOWERED,
    };
}

static gemm_meaning mean(const setting *own, const int64_t *values)
{
    const gemm_options options = gemm_options_from(values);
    return gemm_mean(&own->list, own->lowers_depthwise, &options);
}

static bool same(const void *context, const int64_t *known, const int64_t *other)
{
    const setting *own = context;
    const gemm_meaning meaning = mean(own, other);
    (void)known;
    return gemm_alike(&own->meaning, &meaning);
}

static naming naming_of(setting *own, const int64_t *values)
{
    own->meaning = mean(own, values);
    return (naming) { standard_parameters, GEMM_PARAMETERS, same, own };
}

/* cblas_sgemm takes its dimensions as int. */
static bool fits_int(const step_list *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const conv *b = &list->steps[i];
        if (b->p * b->q > INT_MAX || b->c * b->r * b->s > INT_MAX)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------------------- kernel */

static void ranges(const sb_problem *problem, const sb_cpu *cpu, sb_range *to)
{
    const step_list list = list_steps(problem, cpu);
    gemm_narrow(&list, to);
}

static void set_usual(setting *own, int64_t *values)
{
    own->lowers_depthwise = false;
    gemm_set_defaults(&own->list, 1, values);
    const naming by = naming_of(own, values);
    use_smallest_name(&by, values);
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    setting own = setting_of(problem, cpu, values);
    set_usual(&own, values);
}

/* With gemm=cblas the other matrix-product parameters have no effect, so only their default values
 * are valid. */
static int valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    setting own = setting_of(problem, cpu, values);
    int64_t usual[GEMM_PARAMETERS];
    if (!are_within(&own.list, standard_parameters, gemm_narrow, values))
        return 0;
    if (values[GEMM] == GEMM_CBLAS) {
        set_usual(&own, usual);
        return cblas_built() && fits_int(&own.list) && memcmp(usual, values, sizeof usual) == 0;
    }
    const naming by = naming_of(&own, values);
    return is_smallest_name(&by, values);
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

#define IM2COL_KERNEL(need, id_, parameters_, summary_)                                            \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .id = id_, .technique = "im2col_gemm", .summary = summary_, .parameters = parameters_,     \
        .supports = supports_all, .ranges = ranges, .defaults = defaults, .valid = valid,          \
        .plan = plan, .run = chain_run, .destroy = chain_destroy, .describe = chain_describe,      \
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
    .version = "0.1.0",
    .summary = "lowering and a matrix product",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
