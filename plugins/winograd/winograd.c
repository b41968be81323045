/* SPDX-License-Identifier: Apache-2.0 */
/* winograd: convolutions by F(2x2), F(4x4) or F(6x6): filters of 3 x 3 and others, with stride 1
 * and 2. Each is a kernel with an arithmetic class, and so an error bound, of its own. */
#include "common/chain.h"
#include "common/names.h"
#include "engine/share.h"
#include "engine/stages.h"
#include "winograd/pays.h"
#include "winograd/wino.h"

/* -------------------------------------------------------------------------------- parameters */

enum { LAYOUT, VECTORS, TILES, PARAMETERS };

static const char *const layout_choices[] = { "nchw16c", "nhwc", NULL };

static const sb_parameter layout_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "layout",
    .summary = "layout of input and output",
    .max = 1,
    .choices = layout_choices,
};
static const sb_parameter vectors_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "vectors",
    .summary = "vectors of output channels in a register tile",
    .min = 1,
    .max = GEMM_MAX_VECTORS,
    .step = 1,
    .initial = 2,
};
static const sb_parameter tiles_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "tiles",
    .summary = "tiles of output pixels in a block that stays in cache",
    .min = 2,
    .max = 896,
    .step = 2,
    .initial = 28,
};

static const sb_parameter *const parameters[PARAMETERS + 1] = {
    [LAYOUT] = &layout_parameter,
    [VECTORS] = &vectors_parameter,
    [TILES] = &tiles_parameter,
};

static sb_layout layout_of(const int64_t *values)
{
    return values[LAYOUT] == 0 ? SB_NCHW16C : SB_NHWC;
}

/* The context of same(). */
typedef struct setting {
    conv conv;
    wino_cut cut;
    int lanes;
} setting;

static setting setting_of(const sb_problem *problem, const sb_cpu *cpu, int out)
{
    setting own = { .conv = conv_of(problem, 0), .lanes = isa_select(cpu, WINO_BLOCK)->lanes };
    (void)wino_cut_find(&own.conv, out, &own.cut); /* supported problems have one */
    return own;
}

static bool same(const void *context, const int64_t *one, const int64_t *other)
{
    const setting *own = context;
    const int64_t vectors = divide_up(own->conv.k, WINO_BLOCK) * WINO_BLOCK / own->lanes;
    const int64_t tiles = wino_tiles(&own->conv, &own->cut);
    return one[LAYOUT] == other[LAYOUT] &&
           smaller(one[VECTORS], vectors) == smaller(other[VECTORS], vectors) &&
           divide_up(tiles, one[TILES]) == divide_up(tiles, other[TILES]);
}

static naming naming_of(const setting *own)
{
    return (naming) { parameters, PARAMETERS, same, own };
}

/* ------------------------------------------------------------------------------------ kernel */

/* Why the problem cannot be computed, or NULL if it can. */
static const char *objection(const sb_step *b)
{
    if (b->dilation_h != 1 || b->dilation_w != 1)
        return "only dilation 1";
    if (b->groups != 1)
        return "groups > 1 are not supported";
    /* Then some outputs are sums of no products and must be exactly 0. The transforms combine such
     * an output with its neighbours, so it would come out as a rounding error. */
    if (larger(b->pad_top, b->pad_bottom) >= b->r || larger(b->pad_left, b->pad_right) >= b->s)
        return "padding as wide as the filter: some outputs are zero, and Winograd does not yield "
               "them exactly";
    return NULL;
}

static int supports(const sb_problem *problem, const sb_cpu *cpu, int out, sb_why *why)
{
    const conv b = conv_of(problem, 0);
    const char *reason = objection(&problem->steps[0]);
    wino_cut cut;
    if (reason == NULL && !wino_cut_find(&b, out, &cut))
        reason = "no transform for this filter, stride and tile";
    if (reason != NULL)
        refuse(why, "%s", reason);
    return reason == NULL && wino_pays(&b, cpu, &cut, isa_select(cpu, WINO_BLOCK)->lanes, why);
}

/* Smaller tiles round less. Where they also need no more products, larger ones have no use. */
static bool saves_over(const sb_problem *problem, int out, int smaller, sb_why *why)
{
    const conv b = conv_of(problem, 0);
    wino_cut large, small;
    return !wino_cut_find(&b, smaller, &small) || !wino_cut_find(&b, out, &large) ||
           wino_saves(&b, &large, &small, why);
}

/*
 * F(6x6) amplifies rounding errors. The error bound of an output is relative to its own sum of
 * products, but its error also comes from the other outputs of the tile. An output of few products
 * beside outputs of many may therefore miss the bound: we have seen 1.1 times the bound with up to
 * 3 channels, and at a corner that sees only one of the nine taps.
 */
static int supports_large(const sb_problem *problem, const sb_cpu *cpu, int out, sb_why *why)
{
    const sb_step *b = &problem->steps[0];
    if (!supports(problem, cpu, out, why))
        return 0;
    if (larger(larger(b->pad_top, b->pad_bottom), larger(b->pad_left, b->pad_right)) > 1)
        refuse(why, "padding over 1: F(6x6) may miss its error bound at the border");
    else if (b->c < 16)
        refuse(why, "fewer than 16 channels: F(6x6) may miss its error bound");
    else
        return saves_over(problem, out, 4, why);
    return 0;
}

static void defaults_of(const sb_problem *problem, const sb_cpu *cpu, int64_t *values, int out)
{
    const setting own = setting_of(problem, cpu, out);
    const naming by = naming_of(&own);
    const wino_choice choice = wino_default(&own.conv, cpu, &own.cut, own.lanes);
    values[VECTORS] = choice.vectors;
    values[TILES] = clamp(round_up(choice.tiles, 2), tiles_parameter.min, tiles_parameter.max);
    use_smallest_name(&by, values);
}

static int is_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values, int out)
{
    const setting own = setting_of(problem, cpu, out);
    const naming by = naming_of(&own);
    return is_smallest_name(&by, values);
}

static void layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                    sb_layouts *out)
{
    (void)problem;
    (void)cpu;
    out->input = out->output = layout_of(values);
}

/* -------------------------------------------------------------------------------------- plan */

typedef struct wino_stage {
    stage base;
    wino wino;
} wino_stage;

/* Starts the threads itself. Threads may have to wait for one another within a block, so the work
 * cannot be a set of independent tasks as in other stages. */
static int run_stage(stage *base, const tensors *t, sb_why *why)
{
    const wino *own = &((wino_stage *)base)->wino;
    (void)why;
    if (own->conv.threads == 1) {
        wino_run(own, t);
        return 0;
    }
#pragma omp parallel num_threads((int)own->conv.threads)
    wino_run(own, t);
    return 0;
}

static void destroy_stage(stage *base, const sb_host *host)
{
    wino_release(&((wino_stage *)base)->wino, host);
    host->free(host, base);
}

static stage *make_stage(const stage_order *order, const isa *set, int out)
{
    const sb_layout layout = layout_of(order->values);
    const wino_choice choice = { (int)order->values[VECTORS], order->values[TILES] };
    char text[DESCRIPTION];
    wino_cut cut;
    if (!wino_cut_find(&order->conv, out, &cut))
        return NULL;
    wino_stage *own = order->host->alloc(order->host, sizeof *own);
    if (own == NULL)
        return NULL;
    own->base = (stage) {
        .run = run_stage,
        .destroy = destroy_stage,
        .input = layout,
        .output = layout,
    };
    if (wino_plan(&own->wino, order->host, &order->conv, set, &cut, layout, choice, order->weights,
                  order->bias) < 0) {
        order->host->free(order->host, own);
        return NULL;
    }
    wino_describe(&own->wino, text, sizeof text);
    stage_describe(&own->base, text);
    return &own->base;
}

static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, int tile, void **out, sb_why *why)
{
    const isa *set = isa_select(host->cpu, WINO_BLOCK);
    chain *own = chain_new(host, 1, why);
    if (own == NULL)
        return -1;
    stage_order order = order_of(host, problem, values, weights, 0, layout_of(values));
    order.conv.threads = worthwhile_threads(problem, set->lanes);
    chain_add(own, problem, 0, make_stage(&order, set, tile));
    return chain_finish(own, out, why);
}

/* ------------------------------------------------------------------------------------ plugin */

#define KERNEL(m, supports_)                                                                      \
    static int f##m##_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)         \
    {                                                                                             \
        return supports_(problem, cpu, m, why);                                                   \
    }                                                                                             \
    static void f##m##_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)    \
    {                                                                                             \
        defaults_of(problem, cpu, values, m);                                                     \
    }                                                                                             \
    static int f##m##_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)  \
    {                                                                                             \
        return is_valid(problem, cpu, values, m);                                                 \
    }                                                                                             \
    static int f##m##_plan(const sb_host *host, const sb_problem *problem, const int64_t *values, \
                           const sb_weights *weights, void **out, sb_why *why)                    \
    {                                                                                             \
        return make_plan(host, problem, values, weights, m, out, why);                            \
    }                                                                                             \
    static const sb_kernel f##m = {                                                               \
        .size = sizeof(sb_kernel),                                                                \
        .arithmetic = SB_WINOGRAD_F##m,                                                           \
        .handles = SB_NEED_STANDARD | SB_NEED_EPILOGUES,                                          \
        .flags = SB_KERNEL_THREADED,                                                              \
        .id = "f" #m,                                                                             \
        .technique = "winograd",                                                                  \
        .summary = "Winograd's F(" #m "x" #m "), blocks of tiles kept in cache",                  \
        .parameters = parameters,                                                                 \
        .supports = f##m##_supports,                                                              \
        .defaults = f##m##_defaults,                                                              \
        .valid = f##m##_valid,                                                                    \
        .layouts = layouts,                                                                       \
        .plan = f##m##_plan,                                                                      \
        .run = chain_run,                                                                         \
        .destroy = chain_destroy,                                                                 \
        .describe = chain_describe,                                                               \
    };

KERNEL(2, supports)
KERNEL(4, supports)
KERNEL(6, supports_large)

static const sb_kernel *const kernels[] = { &f2, &f4, &f6, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "winograd",
    .version = "0.1.0",
    .summary = "Winograd convolution",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
};
