/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xnnpack: a peer that wraps XNNPACK. The layout is NHWC, and the library packs the weights when it
 * creates an operator. XNNPACK handles bias, relu and relu6 itself. A residual and the other
 * activations take another pass over the result, as they would in a program that uses XNNPACK.
 */
#include "common/chain.h"
#include "common/simd.h"
#include "peers/library.h"

#include <math.h>
#include <pthreadpool.h>
#include <stdlib.h>
#include <xnnpack.h>

#define FUNCTIONS(F)                      \
    F(xnn_initialize)                     \
    F(xnn_create_convolution2d_nhwc_f32)  \
    F(xnn_setup_convolution2d_nhwc_f32)   \
    F(xnn_run_operator)                   \
    F(xnn_delete_operator)                \
    F(pthreadpool_create)                 \
    F(pthreadpool_parallelize_1d_tile_1d) \
    F(pthreadpool_destroy)

#define POINTER(name) __typeof__(name) *name;
static struct {
    FUNCTIONS(POINTER)
    void *handle; /* NULL until the library is loaded */
} xnn;

#define SYMBOL(name) { #name, &xnn.name },
static const library_symbol symbols[] = { FUNCTIONS(SYMBOL) { NULL, NULL } };
static const char *const files[] = { "libXNNPACK.so.0", "libXNNPACK.so", NULL };

static int load(const sb_cpu *cpu, sb_why *why)
{
    if (xnn.handle != NULL)
        return 0;
    void *handle;
    if (library_exceeds(cpu->features))
        return refuse(why, "XNNPACK cannot be kept to an instruction set");
    if (library_load(files, symbols, &handle, why) < 0)
        return -1;
    if (xnn.xnn_initialize(NULL) != xnn_status_success)
        return refuse(why, "XNNPACK does not run on this processor");
    xnn.handle = handle;
    return 0;
}

/* -------------------------------------------------------------------------------------- threads */

/* All operators with the same number of threads share one pool. The threads of a second pool would
 * spin on the same cores while they wait for work. */
typedef struct pool {
    struct pool *next;
    int64_t threads;
    pthreadpool_t pool;
} pool;

static pool *pools;

/* Returns NULL if there is no memory or no threads can be started. */
static pthreadpool_t pool_of(int64_t threads)
{
    for (const pool *at = pools; at != NULL; at = at->next)
        if (at->threads == threads)
            return at->pool;
    pool *made = malloc(sizeof *made);
    if (made == NULL)
        return NULL;
    *made = (pool) { pools, threads, xnn.pthreadpool_create((size_t)threads) };
    if (made->pool == NULL) {
        free(made);
        return NULL;
    }
    pools = made;
    return made->pool;
}

static void destroy_pools(void)
{
    while (pools != NULL) {
        pool *first = pools;
        pools = first->next;
        xnn.pthreadpool_destroy(first->pool);
        free(first);
    }
}

/* ---------------------------------------------------------------------------------------- stage */

typedef struct xnn_stage {
    stage base;
    xnn_operator_t operator;
    pthreadpool_t pool; /* NULL for the caller's thread alone */
    size_t n, h, w;
    const float *input; /* the tensors that the operator is set up for */
    float *output;
    const simd *simd;
    size_t floats;         /* elements of the output */
    uint32_t activation;   /* applied in the pass after the operator */
    const tensors *passed; /* the tensors of the current pass */
} xnn_stage;

static int setup(xnn_stage *own, const float *input, float *output)
{
    if (xnn.xnn_setup_convolution2d_nhwc_f32(own->operator, own->n, own->h, own->w, input, output,
                                             own->pool) != xnn_status_success)
        return -1;
    own->input = input;
    own->output = output;
    return 0;
}

/*
 * Sets the operator up once, with a stand-in for the tensors, so that it allocates its memory here
 * and not in a timed run. XNNPACK stores the addresses of the pixels as they are now, and later
 * adds the distance to the actual tensor. It recognises padding by the address of its block of
 * zeros. So the stand-in must be as large as the tensor: those zeros might lie just past the end of
 * a smaller one, and a pixel would be taken for padding. The stand-in is never touched, so it uses
 * no pages.
 */
static int warm_up(xnn_stage *own, const conv *b)
{
    float *stand_in =
        malloc((size_t)(b->n * b->c * b->h * b->w) * sizeof *stand_in + XNN_EXTRA_BYTES);
    int rc = stand_in != NULL ? setup(own, stand_in, stand_in) : -1;
    free(stand_in);
    own->input = own->output = NULL; /* a later tensor may have the same address */
    return rc;
}

/* Does the pass for `count` floats from `first` on. */
static void pass_part(void *memory, size_t first, size_t count)
{
    const xnn_stage *own = memory;
    const tensors *t = own->passed;
    own->simd->pass(&(simd_pass) {
        .out = t->output + first,
        .residual = t->residual != NULL ? t->residual + first : NULL,
        .activation = own->activation,
        .rows = 1,
        .count = (int64_t)count,
    });
}

static int run(stage *base, const tensors *t, sb_why *why)
{
    enum { PASS_FLOATS = 16384 };
    xnn_stage *own = (xnn_stage *)base;
    if ((t->input != own->input || t->output != own->output) && setup(own, t->input, t->output) < 0)
        return refuse(why, "XNNPACK could not set up the convolution");
    if (xnn.xnn_run_operator(own->operator, own->pool) != xnn_status_success)
        return refuse(why, "XNNPACK could not run the convolution");
    if (t->residual == NULL && own->activation == SB_ACTIVATION_NONE)
        return 0;
    own->passed = t;
    xnn.pthreadpool_parallelize_1d_tile_1d(own->pool, pass_part, own, own->floats, PASS_FLOATS, 0);
    return 0;
}

static void destroy(stage *base, const sb_host *host)
{
    xnn_stage *own = (xnn_stage *)base;
    if (own->operator!= NULL)
        xnn.xnn_delete_operator(own->operator);
    host->free(host, own);
}

/* Converts filters to [k][r][s][c / groups], which XNNPACK accepts for depthwise ones too. */
static float *to_nhwc(const sb_host *host, const conv *b, const float *weights)
{
    const int64_t depth = b->c / b->groups, taps = b->r * b->s;
    float *to = alloc_floats(host, b->k * depth * taps);
    for (int64_t k = 0; to != NULL && k < b->k; k++)
        for (int64_t c = 0; c < depth; c++)
            for (int64_t t = 0; t < taps; t++)
                to[(k * taps + t) * depth + c] = weights[(k * depth + c) * taps + t];
    return to;
}

/* Can the operator apply the activation itself? It can clamp its output, but a residual would have
 * to be added before that. */
static bool is_clamped(const conv *b)
{
    return !b->residual && (b->activation == SB_RELU || b->activation == SB_RELU6);
}

static enum xnn_status create(xnn_stage *own, const conv *b, const float *kernel, const float *bias)
{
    const float low = is_clamped(b) ? 0 : -INFINITY;
    const float high = is_clamped(b) && b->activation == SB_RELU6 ? 6 : INFINITY;
    return xnn.xnn_create_convolution2d_nhwc_f32(
        (uint32_t)b->pad_top, (uint32_t)b->pad_right, (uint32_t)b->pad_bottom,
        (uint32_t)b->pad_left, (uint32_t)b->r, (uint32_t)b->s, (uint32_t)b->stride_h,
        (uint32_t)b->stride_w, (uint32_t)b->dilation_h, (uint32_t)b->dilation_w,
        (uint32_t)b->groups, (size_t)(b->c / b->groups), (size_t)(b->k / b->groups), (size_t)b->c,
        (size_t)b->k, kernel, bias, low, high, 0, &own->operator);
}

static stage *make(const stage_order *order, sb_why *why)
{
    const sb_host *host = order->host;
    const conv *b = &order->conv;
    xnn_stage *own = host->alloc(host, sizeof *own);
    float *kernel = to_nhwc(host, b, order->weights);
    if (own == NULL || kernel == NULL)
        goto fail;
    *own = (xnn_stage) {
        .base = { .run = run, .destroy = destroy, .input = SB_NHWC, .output = SB_NHWC },
        .n = (size_t)b->n,
        .h = (size_t)b->h,
        .w = (size_t)b->w,
        .simd = simd_select(host->cpu),
        .floats = (size_t)(b->n * b->k * b->p * b->q),
        .activation = is_clamped(b) ? SB_ACTIVATION_NONE : b->activation,
    };
    const bool pass = b->residual || own->activation != SB_ACTIVATION_NONE;
    snprintf(own->base.text, sizeof own->base.text, "xnn_convolution2d_nhwc_f32%s",
             pass ? ", then a pass" : "");
    refuse(why, "XNNPACK could not create the convolution");
    if (create(own, b, kernel, order->bias) != xnn_status_success)
        goto fail;
    if (b->threads > 1 && (own->pool = pool_of(b->threads)) == NULL)
        goto fail;
    if (warm_up(own, b) < 0)
        goto fail;
    host->free(host, kernel);
    return &own->base;

fail:
    host->free(host, kernel);
    if (own != NULL)
        destroy(&own->base, host);
    return NULL;
}

/* -------------------------------------------------------------------------------------- kernels */

static void layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                    sb_layouts *out)
{
    (void)problem;
    (void)cpu;
    (void)values;
    out->input = out->output = SB_NHWC;
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    return load(host->cpu, why) < 0 ? -1
                                    : chain_plan(host, problem, values, weights, 1, make, out, why);
}

#define XNNPACK_KERNEL(need, id_, summary_)                                                        \
    {                                                                                              \
        .size = sizeof(sb_kernel), .arithmetic = SB_DIRECT, .handles = (need) | SB_NEED_EPILOGUES, \
        .flags = SB_KERNEL_THREADED, .id = id_, .technique = "xnnpack", .summary = summary_,       \
        .input_slack = XNN_EXTRA_BYTES, .supports = supports_all, .layouts = layouts,              \
        .plan = plan, .run = chain_run, .destroy = chain_destroy, .describe = chain_describe,      \
    }

static const sb_kernel standard =
    XNNPACK_KERNEL(SB_NEED_STANDARD, "standard", "XNNPACK's convolution");
static const sb_kernel separable = XNNPACK_KERNEL(
    SB_NEED_SEPARABLE, "separable", "XNNPACK's depthwise, then its pointwise convolution");
static const sb_kernel bottleneck = XNNPACK_KERNEL(
    SB_NEED_BOTTLENECK, "bottleneck", "XNNPACK's pointwise, depthwise and pointwise convolutions");

static const sb_kernel *const kernels[] = { &standard, &separable, &bottleneck, NULL };

static int init(const sb_host *host, sb_why *why)
{
    return load(host->cpu, why);
}

/* XNNPACK cannot tell its version, so this names the file that was loaded. */
static const char *libraries(void)
{
    static char text[160];
    library_identify(xnn.handle, "xnn_initialize", "XNNPACK", text, sizeof text);
    return text;
}

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .flags = SB_PLUGIN_PEER,
    .id = "xnnpack",
    .version = "0.1.0",
    .summary = "XNNPACK, for comparison",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
    .init = init,
    .deinit = destroy_pools,
    .libraries = libraries,
};
