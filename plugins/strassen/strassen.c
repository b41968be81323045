/* SPDX-License-Identifier: Apache-2.0 */
/* strassen: computes a pointwise convolution, or the pointwise step of a separable one, with one
 * or two levels of Strassen's matrix product. See product.h. */
#include "common/chain_threads.h"
#include "common/names.h"
#include "engine/options.h"
#include "engine/stages.h"
#include "strassen/product.h"

/* Indices into the array of values; a standard convolution has no depthwise step. */
enum { VECTORS, PIXELS, PAIRS, STANDARD_COUNT, DW = STANDARD_COUNT, COUNT = DW + OPT_DW_COUNT };

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

static const sb_parameter *const standard_parameters[STANDARD_COUNT + 1] = {
    &options[OPT_VECTORS],
    &options[OPT_PIXELS],
    &pairs_parameter,
};

static const sb_parameter *const separable_parameters[COUNT + 1] = {
    &options[OPT_VECTORS], &options[OPT_PIXELS],  &pairs_parameter,
    &options[OPT_DW_ROWS], &options[OPT_DW_COLS],
};

/* The step that is computed as a matrix product. */
static conv product_step(const sb_problem *problem)
{
    return conv_of(problem, problem->step_count - 1);
}

static int supports(const sb_problem *problem, const sb_cpu *cpu, int levels, sb_why *why)
{
    const conv b = product_step(problem);
    (void)cpu;
    if (b.r > b.stride_h || b.s > b.stride_w || b.groups != 1 || is_padded(&b))
        refuse(why, "only kernels up to the size of their stride, without padding, of one group");
    else if (b.c % SUMS_BLOCK != 0)
        refuse(why, "the channels must be multiples of 16");
    else if (b.c * b.r * b.s % strassen_multiple(levels) != 0 ||
             b.k % strassen_multiple(levels) != 0)
        refuse(why, "%s of the channels must be multiples of 16",
               levels == 1 ? "halves" : "quarters");
    else if (!strassen_pays(&b, levels))
        refuse(why, "too few pixels or channels for %s to save time",
               levels == 1 ? "it" : "a second level");
    else
        return 1;
    return 0;
}

/* The context of same(). */
typedef struct setting {
    const isa *set;
    int levels;
    bool separable;
    conv depthwise, product;
} setting;

static setting setting_of(const sb_problem *problem, const sb_cpu *cpu, int levels)
{
    setting own = { .set = isa_select(cpu, SUMS_BLOCK),
                    .levels = levels,
                    .separable = problem->step_count > 1,
                    .depthwise = conv_of(problem, 0),
                    .product = product_step(problem) };
    own.depthwise.threads = own.product.threads = worthwhile_threads(problem, own.set->lanes);
    return own;
}

static strassen_blocking blocking_of(const int64_t *values)
{
    return (strassen_blocking) { (int)values[VECTORS], (int)values[PIXELS], values[PAIRS] };
}

static bool same(const void *context, const int64_t *one, const int64_t *other)
{
    const setting *own = context;
    const conv *b = &own->depthwise;
    return strassen_alike(&own->product, own->set, own->levels, blocking_of(one),
                          blocking_of(other)) &&
           (!own->separable ||
            options_depthwise_alike(b, own->set, SB_NCHW16C, b->p, one + DW, other + DW));
}

static naming naming_of(const setting *own)
{
    return own->separable ? (naming) { separable_parameters, COUNT, same, own }
                          : (naming) { standard_parameters, STANDARD_COUNT, same, own };
}

static void defaults(const sb_problem *problem, const sb_cpu *cpu, int levels, int64_t *values)
{
    const setting own = setting_of(problem, cpu, levels);
    const naming by = naming_of(&own);
    const strassen_blocking blocking = strassen_default(&own.product, cpu, own.set, levels);
    values[VECTORS] = blocking.vectors;
    values[PIXELS] = blocking.pixels;
    values[PAIRS] = clamp(round_up(blocking.pairs, pairs_parameter.step), pairs_parameter.min,
                          pairs_parameter.max);
    if (own.separable)
        options_set_depthwise(&own.depthwise, cpu, own.set, SB_NCHW16C, own.depthwise.p,
                              values + DW);
    use_smallest_name(&by, values);
}

static int valid(const sb_problem *problem, const sb_cpu *cpu, int levels, const int64_t *values)
{
    const setting own = setting_of(problem, cpu, levels);
    const naming by = naming_of(&own);
    return is_smallest_name(&by, values);
}

static void layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                    sb_layouts *out)
{
    (void)problem;
    (void)cpu;
    (void)values;
    out->input = out->output = SB_NCHW16C;
}

/* --------------------------------------------------------------------------------------- plan */

typedef struct strassen_stage {
    stage base;
    strassen product;
} strassen_stage;

static void run_stage(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    strassen_run(&((const strassen_stage *)base)->product, t, scratch, index, base->tasks);
}

static void destroy_stage(stage *base, const sb_host *host)
{
    strassen_release(&((strassen_stage *)base)->product, host);
    host->free(host, base);
}

static strassen_stage *make_product(const stage_order *order, const isa *set, int levels)
{
    char text[DESCRIPTION];
    strassen_stage *own = order->host->alloc(order->host, sizeof *own);
    if (own == NULL)
        return NULL;
    if (strassen_plan(&own->product, order->host, &order->conv, set, levels,
                      blocking_of(order->values), order->weights, order->bias) != 0) {
        order->host->free(order->host, own);
        return NULL;
    }
    own->base = (stage) {
        .task = run_stage,
        .tasks = order->conv.threads,
        .scratch = own->product.scratch,
        .destroy = destroy_stage,
        .input = SB_NCHW16C,
        .output = SB_NCHW16C,
    };
    strassen_describe(&own->product, text, sizeof text);
    stage_describe(&own->base, text);
    return own;
}

/*
 * If there are enough rows, makes each thread multiply mostly the pixels that it has computed in
 * the depthwise step, because data that another core has just written is slow to read. The pixels
 * of a thread come from both halves of an image, so a single image is shared in two pieces.
 */
static void share_alike(depthwise *first, const strassen *second)
{
    const conv *b = &first->conv;
    if (b->threads > 1 && second->panel_parts == 1 && b->p >= 4 * b->threads)
        first->row_pieces = second->images == 1 ? 2 : 1;
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, int levels, void **out, sb_why *why)
{
    const setting own = setting_of(problem, host->cpu, levels);
    const uint32_t last = problem->step_count - 1;
    depthwise_stage *first = NULL;
    chain *made = chain_new(host, own.product.threads, why);
    if (made == NULL)
        return -1;
    if (own.separable) {
        stage_order order = order_of(host, problem, values, weights, 0, SB_NCHW16C);
        order.conv = own.depthwise;
        first = depthwise_stage_new(
            &order, own.set, SB_NCHW16C,
            options_tiles(&own.depthwise, own.set, SB_NCHW16C, own.depthwise.p, values + DW));
        chain_add(made, problem, 0, (stage *)first);
    }
    stage_order order = order_of(host, problem, values, weights, last, SB_NCHW16C);
    order.conv = own.product;
    strassen_stage *second = make_product(&order, own.set, levels);
    chain_add(made, problem, last, (stage *)second);
    if (first != NULL && second != NULL)
        share_alike(&first->depthwise, &second->product);
    return chain_finish(made, out, why);
}

/* ------------------------------------------------------------------------------------- tables */

#define LEVELS(n)                                                                              \
    static int supports_##n(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)         \
    {                                                                                          \
        return supports(problem, cpu, n, why);                                                 \
    }                                                                                          \
    static void defaults_##n(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)    \
    {                                                                                          \
        defaults(problem, cpu, n, values);                                                     \
    }                                                                                          \
    static int valid_##n(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)  \
    {                                                                                          \
        return valid(problem, cpu, n, values);                                                 \
    }                                                                                          \
    static int plan_##n(const sb_host *host, const sb_problem *problem, const int64_t *values, \
                        const sb_weights *weights, void **out, sb_why *why)                    \
    {                                                                                          \
        return plan(host, problem, values, weights, n, out, why);                              \
    }

LEVELS(1)
LEVELS(2)

#define KERNEL(levels, class, need, of, id_, summary_)                                            \
    {                                                                                             \
        .size = sizeof(sb_kernel), .arithmetic = (class), .handles = (need) | SB_NEED_EPILOGUES,  \
        .flags = SB_KERNEL_THREADED, .id = (id_), .technique = "strassen", .summary = (summary_), \
        .parameters = of##_parameters, .supports = supports_##levels,                             \
        .defaults = defaults_##levels, .valid = valid_##levels, .layouts = layouts,               \
        .plan = plan_##levels, .run = chain_run_threads, .destroy = chain_destroy,                \
        .describe = chain_describe,                                                               \
    }

static const sb_kernel standard_1 = KERNEL(1, SB_STRASSEN, SB_NEED_STANDARD, standard, "standard",
                                           "pointwise convolution with 7/8 of the multiplications");
static const sb_kernel separable_1 =
    KERNEL(1, SB_STRASSEN, SB_NEED_SEPARABLE, separable, "separable",
           "depthwise step, then a pointwise step of 7/8 of the products");
static const sb_kernel standard_2 =
    KERNEL(2, SB_STRASSEN_2, SB_NEED_STANDARD, standard, "standard_2",
           "pointwise convolution with 49/64 of the multiplications");
static const sb_kernel separable_2 =
    KERNEL(2, SB_STRASSEN_2, SB_NEED_SEPARABLE, separable, "separable_2",
           "depthwise step, then a pointwise step of 49/64 of the products");

static const sb_kernel *const kernels[] = { &standard_1, &separable_1, &standard_2, &separable_2,
                                            NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "strassen",
    .version = "0.1.0",
    .summary = "pointwise convolution by Strassen's matrix product",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
