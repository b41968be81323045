/* SPDX-License-Identifier: Apache-2.0 */
/* winograd: 3 x 3 convolution with stride 1 by F(2x2), F(4x4) and F(6x6), each with the error bound
 * of its class. */
#include "engine/share.h"
#include "winograd/wino.h"

typedef struct plan {
    const sb_host *host;
    wino wino;
    char text[64];
} plan;

/* ------------------------------------------------------------------------------------- parameters
 */

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

/* The smallest legal number of tiles that means all of them. */
static int64_t all_tiles(const sb_problem *problem, int size)
{
    return clamp(round_up(wino_tiles(problem, size), 2), 2, tiles_parameter.max);
}

/* ----------------------------------------------------------------------------------------- kernel
 */

/* The first reason against a problem, or NULL. */
static const char *objection(const sb_problem *b)
{
    if (b->r != 3 || b->s != 3)
        return "only 3 x 3 kernels";
    if (b->stride_h != 1 || b->stride_w != 1)
        return "only stride 1";
    if (b->dilation_h != 1 || b->dilation_w != 1)
        return "only dilation 1";
    if (b->groups != 1)
        return "groups > 1 are not supported";
    /* A tile mixes its outputs: one whose sum is empty would come out as a rounding error. */
    if (larger(larger(b->pad_top, b->pad_bottom), larger(b->pad_left, b->pad_right)) > 2)
        return "padding over 2: some outputs are zero, and Winograd does not yield them exactly";
    return NULL;
}

static int supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    const char *reason = objection(problem);
    (void)cpu;
    if (reason != NULL)
        refuse(why, "%s", reason);
    return reason == NULL;
}

/*
 * F(6x6) multiplies errors so much that an output of few products beside outputs of many is not
 * always within the bound of its class, which is relative to the output's own sum: with up to 3
 * channels, or a corner that sees one tap of nine, 1.1 times the bound was seen.
 */
static int large_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    const sb_problem *b = problem;
    if (!supports(problem, cpu, why))
        return 0;
    if (larger(larger(b->pad_top, b->pad_bottom), larger(b->pad_left, b->pad_right)) > 1)
        refuse(why, "padding over 1: F(6x6) may miss its error bound at the border");
    else if (b->c < 16)
        refuse(why, "fewer than 16 channels: F(6x6) may miss its error bound");
    else
        return 1;
    return 0;
}

static void defaults_of(const sb_problem *problem, const sb_cpu *cpu, int64_t *values, int size)
{
    const wino_choice choice = wino_default(problem, cpu, size, isa_select(cpu, WINO_BLOCK)->lanes);
    values[VECTORS] = choice.vectors;
    values[TILES] = smaller(round_up(choice.tiles, 2), all_tiles(problem, size));
}

static void layouts(const sb_problem *problem, const int64_t *values, sb_layouts *out)
{
    (void)problem;
    out->input = out->output = layout_of(values);
}

static int make_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, int size, void **out, sb_why *why)
{
    const isa *set = isa_select(host->cpu, WINO_BLOCK);
    const sb_problem shared = with_worthwhile_threads(problem, set->lanes), *b = &shared;
    const wino_choice choice = { size, (int)values[VECTORS], values[TILES] };
    plan *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return refuse(why, "no memory for the plan");
    own->host = host;
    if (wino_plan(&own->wino, host, b, set, view_of(layout_of(values), b->c, b->h, b->w),
                  view_of(layout_of(values), b->k, b->p, b->q), choice, weights->standard) < 0) {
        host->free(host, own);
        return refuse(why, "no memory for the transformed weights");
    }
    const int out_size = own->wino.transform->out;
    snprintf(own->text, sizeof own->text, "F(%dx%d,3x3) %s, %lld blocks", out_size, out_size,
             set->name, (long long)own->wino.block_count);
    *out = own;
    return 0;
}

static void run_share(const void *memory, const float *input, float *output)
{
    const plan *own = memory;
    wino_run(&own->wino, input, output);
}

static int run(void *memory, const float *input, float *output)
{
    const plan *own = memory;
    return run_by_threads((int)own->wino.problem.threads, run_share, own, input, output);
}

static void destroy(void *memory)
{
    plan *own = memory;
    wino_release(&own->wino, own->host);
    own->host->free(own->host, own);
}

static const char *describe(const void *memory)
{
    return ((const plan *)memory)->text;
}

/* ----------------------------------------------------------------------------------------- plugin
 */

#define KERNEL(m, supports_)                                                                      \
    static void f##m##_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)    \
    {                                                                                             \
        defaults_of(problem, cpu, values, WINO_F##m);                                             \
    }                                                                                             \
    static int f##m##_valid(const sb_problem *problem, const int64_t *values)                     \
    {                                                                                             \
        return values[TILES] <= all_tiles(problem, WINO_F##m);                                    \
    }                                                                                             \
    static int f##m##_plan(const sb_host *host, const sb_problem *problem, const int64_t *values, \
                           const sb_weights *weights, void **out, sb_why *why)                    \
    {                                                                                             \
        return make_plan(host, problem, values, weights, WINO_F##m, out, why);                    \
    }                                                                                             \
    static const sb_kernel f##m = {                                                               \
        .size = sizeof(sb_kernel),                                                                \
        .operation = SB_STANDARD,                                                                 \
        .arithmetic = SB_WINOGRAD_F##m,                                                           \
        .flags = SB_KERNEL_THREADED,                                                              \
        .id = "f" #m,                                                                             \
        .technique = "winograd",                                                                  \
        .summary = "Winograd's F(" #m "x" #m ", 3x3), blocks of tiles kept in cache",             \
        .parameters = parameters,                                                                 \
        .supports = supports_,                                                                    \
        .defaults = f##m##_defaults,                                                              \
        .valid = f##m##_valid,                                                                    \
        .layouts = layouts,                                                                       \
        .plan = f##m##_plan,                                                                      \
        .run = run,                                                                               \
        .destroy = destroy,                                                                       \
        .describe = describe,                                                                     \
    };

KERNEL(2, supports)
KERNEL(4, supports)
KERNEL(6, large_supports)

static const sb_kernel *const kernels[] = { &f2, &f4, &f6, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "winograd",
    .version = "1.0",
    .summary = "Winograd convolution",
    .license = "Apache-2.0",
    .kernels = kernels,
};
