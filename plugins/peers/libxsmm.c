/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxsmm: a peer that convolves with libxsmm's batch-reduce kernels, which the library generates
 * at run time for the exact sizes. The loops around them are ours. The layout is NHWC. One call of
 * a kernel sums over the taps of the filter, for a run of adjacent output pixels and a block of
 * output channels. All pixels of a run see the same filter columns, so that padding needs no copy
 * and no multiplication by zero. Bias, residual and activation are a pass over each row after its
 * products. libxsmm has no kernels for groups, so depthwise steps are not supported.
 */
#include "common/chain.h"
#include "common/epilogue.h"
#include "common/names.h"
#include "common/simd.h"
#include "common/transpose.h"

#include <libxsmm.h>
#include <omp.h>
#include <string.h>

enum { OUTPUTS, PIXELS, OUTER, PARAMETERS };

/* Adjacent output pixels of a row that see the same filter columns. */
typedef struct run_of_pixels {
    int64_t q, count;
    int64_t s0, columns; /* first filter column inside the image, and how many; may be 0 */
    int64_t list;        /* index of its first offset; they are stored as [r][columns] */
} run_of_pixels;

typedef struct xsmm_stage {
    stage base;
    conv conv;   /* as flatten() returns it */
    bool passes; /* bias, residual or activation need a pass after the products */
    const simd *simd;
    float *bias;   /* [k]; NULL if there is none */
    int64_t block; /* output channels in a block */
    int64_t blocks, run_count;
    bool outputs_outside;
    run_of_pixels *runs;
    libxsmm_smmfunction_reducebatch_offs *kernels;      /* [run][whole block, last block] */
    unsigned long long *input_offsets, *weight_offsets; /* in bytes */
    float *weights;                                     /* [block][r][s][c][outputs of the block] */
} xsmm_stage;

static int64_t outputs_of(const xsmm_stage *own, int64_t block)
{
    return smaller(own->block, own->conv.k - block * own->block);
}

/* ---------------------------------------------------------------------------------------- run */

/* A range [from, to) of filter rows, or of filter columns, that lie inside the image. */
typedef struct filter_rows {
    int64_t from, to;
} filter_rows;

static filter_rows rows_of(const conv *b, int64_t p)
{
    const int64_t y = p * b->stride_h - b->pad_top;
    return (filter_rows) {
        .from = smaller(divide_up(larger(-y, 0), b->dilation_h), b->r),
        .to = smaller(divide_up(larger(b->h - y, 0), b->dilation_h), b->r),
    };
}

static void clear(const xsmm_stage *own, const run_of_pixels *run, int64_t outputs, float *to)
{
    for (int64_t i = 0; i < run->count; i++)
        memset(to + i * own->conv.k, 0, (size_t)outputs * sizeof *to);
}

static void pass(const xsmm_stage *own, int64_t row, int64_t block, const tensors *t)
{
    const conv *b = &own->conv;
    const int64_t k = block * own->block, at = row * b->q * b->k + k;
    own->simd->pass(&(simd_pass) {
        .out = t->output + at,
        .residual = t->residual != NULL ? t->residual + at : NULL,
        .bias = own->bias != NULL ? own->bias + k : NULL,
        .activation = b->activation,
        .rows = b->q,
        .count = outputs_of(own, block),
        .pitch = b->k,
    });
}

/* Computes one block of output channels of one row of output pixels. */
static void run_row(const xsmm_stage *own, int64_t row, int64_t block, const tensors *t)
{
    const conv *b = &own->conv;
    const int64_t image = row / b->p, p = row % b->p, outputs = outputs_of(own, block);
    const filter_rows rows = rows_of(b, p);
    const int64_t y = p * b->stride_h - b->pad_top + rows.from * b->dilation_h;
    const float *weights = own->weights + block * own->block * b->r * b->s * b->c;
    const bool last = outputs != own->block;
    for (int64_t i = 0; i < own->run_count; i++) {
        const run_of_pixels *run = &own->runs[i];
        float *to = t->output + (row * b->q + run->q) * b->k + block * own->block;
        const int64_t x = run->q * b->stride_w - b->pad_left + run->s0 * b->dilation_w;
        const unsigned long long taps =
            rows.from < rows.to ? (unsigned long long)((rows.to - rows.from) * run->columns) : 0;
        if (taps == 0) {
            clear(own, run, outputs, to);
            continue;
        }
        own->kernels[2 * i + last](weights + (rows.from * b->s + run->s0) * b->c * outputs,
                                   t->input + ((image * b->h + y) * b->w + x) * b->c, to, &taps,
                                   own->weight_offsets + 2 * run->list +
                                       (last ? b->r * run->columns : 0),
                                   own->input_offsets + run->list);
    }
    if (own->passes)
        pass(own, row, block, t);
}

static int run(stage *base, const tensors *t, sb_why *why)
{
    const xsmm_stage *own = (const xsmm_stage *)base;
    const int64_t rows = own->conv.n * own->conv.p, blocks = own->blocks;
    const int threads = (int)own->conv.threads;
    (void)why;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t i = 0; i < rows * blocks; i++) {
        if (own->outputs_outside)
            run_row(own, i % rows, i / rows, t);
        else
            run_row(own, i / blocks, i % blocks, t);
    }
    return 0;
}

/* --------------------------------------------------------------------------------------- plan */

static void destroy(stage *base, const sb_host *host)
{
    xsmm_stage *own = (xsmm_stage *)base;
    host->free(host, own->runs);
    host->free(host, own->kernels);
    host->free(host, own->input_offsets);
    host->free(host, own->weight_offsets);
    host->free(host, own->weights);
    host->free(host, own->bias);
    host->free(host, own);
}

/* The filter columns that lie inside the image for output column q. */
static filter_rows columns_of(const conv *b, int64_t q)
{
    const int64_t x = q * b->stride_w - b->pad_left;
    const int64_t from = smaller(divide_up(larger(-x, 0), b->dilation_w), b->s);
    return (filter_rows) {
        .from = from,
        .to = larger(from, smaller(divide_up(larger(b->w - x, 0), b->dilation_w), b->s)),
    };
}

/* Splits a row into runs of at most `pixels` pixels and returns their number. Only counts if `runs`
 * is NULL. */
static int64_t cut_row(const conv *b, int64_t pixels, run_of_pixels *runs)
{
    int64_t count = 0, list = 0;
    for (int64_t q = 0; q < b->q;) {
        const filter_rows columns = columns_of(b, q);
        int64_t end = q;
        for (filter_rows next = columns;
             end < b->q && next.from == columns.from && next.to == columns.to; end++)
            next = columns_of(b, end + 1);
        const int64_t parts = divide_up(end - q, pixels), all = end - q;
        for (int64_t i = 0; i < parts; i++, count++) {
            if (runs != NULL)
                runs[count] = (run_of_pixels) {
                    .q = q + all * i / parts,
                    .count = all * (i + 1) / parts - all * i / parts,
                    .s0 = columns.from,
                    .columns = columns.to - columns.from,
                    .list = list,
                };
            list += b->r * (columns.to - columns.from);
        }
        q = end;
    }
    return count;
}

static void list_offsets(xsmm_stage *own, const run_of_pixels *run)
{
    const conv *b = &own->conv;
    const int64_t taps = b->r * run->columns;
    const int64_t last = outputs_of(own, own->blocks - 1);
    for (int64_t t = 0; t < taps; t++) {
        const int64_t r = t / run->columns, s = t % run->columns;
        const int64_t weight = (r * b->s + s) * b->c;
        const int64_t input = (r * b->dilation_h * b->w + s * b->dilation_w) * b->c;
        own->input_offsets[run->list + t] = (unsigned long long)input * sizeof(float);
        own->weight_offsets[2 * run->list + t] =
            (unsigned long long)(weight * own->block) * sizeof(float);
        own->weight_offsets[2 * run->list + taps + t] =
            (unsigned long long)(weight * last) * sizeof(float);
    }
}

/* libxsmm's matrices are column-major: its m is our output channels, its n our pixels. */
static libxsmm_smmfunction_reducebatch_offs make_kernel(const conv *b, int64_t outputs,
                                                        int64_t pixels)
{
    const libxsmm_blasint lda = (int)outputs, ldb = (int)(b->stride_w * b->c), ldc = (int)b->k;
    const float alpha = 1, beta = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch_reducebatch_offs((int)outputs, (int)pixels, (int)b->c, &lda, &ldb,
                                                &ldc, &alpha, &beta, &flags, &prefetch);
}

static void pack(xsmm_stage *own, const float *weights)
{
    const conv *b = &own->conv;
    const int64_t taps = b->r * b->s, filter = b->c * taps;
    for (int64_t block = 0; block * own->block < b->k; block++) {
        const int64_t outputs = outputs_of(own, block), before = block * own->block * filter;
        pack_filters(&(pack_job) {
            .from = weights + before,
            .filter = filter,
            .filters = outputs,
            .channels = b->c,
            .taps = taps,
            .to = own->weights + before,
            .to_channel = outputs,
            .to_tap = b->c * outputs,
        });
    }
}

static int make_kernels(xsmm_stage *own)
{
    const int64_t last = outputs_of(own, own->blocks - 1);
    for (int64_t i = 0; i < own->run_count; i++) {
        const run_of_pixels *run = &own->runs[i];
        list_offsets(own, run);
        if (run->columns == 0)
            continue;
        own->kernels[2 * i] = make_kernel(&own->conv, own->block, run->count);
        own->kernels[2 * i + 1] = make_kernel(&own->conv, last, run->count);
        if (own->kernels[2 * i] == NULL || own->kernels[2 * i + 1] == NULL)
            return -1;
    }
    return 0;
}

/* The size of a block of output channels. */
static int64_t block_of(const conv *b, int64_t outputs)
{
    return smaller(outputs, b->k);
}

static void describe(xsmm_stage *own, const int64_t *values)
{
    snprintf(own->base.text, sizeof own->base.text,
             "batch-reduce %lldx%lld, target %s, %s outside%s", (long long)own->block,
             (long long)smaller(values[PIXELS], own->conv.q), libxsmm_get_target_arch(),
             own->outputs_outside ? "outputs" : "pixels", own->passes ? ", then a pass" : "");
}

static stage *make(const stage_order *order, sb_why *why)
{
    const sb_host *host = order->host;
    const int64_t *values = order->values;
    xsmm_stage *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return NULL;
    *own = (xsmm_stage) {
        .base = { .run = run, .destroy = destroy, .input = SB_NHWC, .output = SB_NHWC },
        .conv = flatten(&order->conv),
        .simd = simd_select(host->cpu),
        .outputs_outside = values[OUTER] != 0,
    };
    const conv *b = &own->conv;
    own->passes = b->bias || b->residual || b->activation != SB_ACTIVATION_NONE;
    own->run_count = cut_row(b, values[PIXELS], NULL);
    own->block = block_of(b, values[OUTPUTS]);
    own->blocks = divide_up(b->k, own->block);
    const size_t offsets = (size_t)(own->run_count * b->r * b->s);
    own->runs = host->alloc(host, (size_t)own->run_count * sizeof *own->runs);
    own->kernels = host->alloc(host, (size_t)own->run_count * 2 * sizeof *own->kernels);
    own->input_offsets = host->alloc(host, offsets * sizeof *own->input_offsets);
    own->weight_offsets = host->alloc(host, 2 * offsets * sizeof *own->weight_offsets);
    own->weights = alloc_floats(host, b->k * b->c * b->r * b->s);
    if (own->runs == NULL || own->kernels == NULL || own->input_offsets == NULL ||
        own->weight_offsets == NULL || own->weights == NULL ||
        copy_bias(host, b, order->bias, &own->bias) < 0)
        goto fail;
    cut_row(b, values[PIXELS], own->runs);
    if (make_kernels(own) < 0) {
        refuse(why, "libxsmm makes no kernel of this size");
        goto fail;
    }
    pack(own, order->weights);
    describe(own, values);
    return &own->base;

fail:
    destroy(&own->base, host);
    return NULL;
}

static int plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
                const sb_weights *weights, void **out, sb_why *why)
{
    return chain_plan(host, problem, values, weights, 1, make, out, why);
}

/* --------------------------------------------------------------------------------- parameters */

static const sb_parameter outputs_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "outputs",
    .summary = "output channels of a block",
    .min = 16,
    .max = 128,
    .initial = 64,
};
static const sb_parameter pixels_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_INTEGER,
    .id = "pixels",
    .summary = "most output pixels of one product",
    .min = 7,
    .max = 112,
    .step = 7,
    .initial = 28,
};
static const sb_parameter outer_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_FLAG,
    .id = "outputs_outside",
    .summary = "blocks of output channels are the outer loop, pixels the inner",
};

static const sb_parameter *const parameters[PARAMETERS + 1] = {
    [OUTPUTS] = &outputs_parameter,
    [PIXELS] = &pixels_parameter,
    [OUTER] = &outer_parameter,
};

static int supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)cpu;
    if (problem->steps[0].groups == 1)
        return 1;
    refuse(why, "libxsmm has no kernels for groups");
    return 0;
}

/* Do two sets of values split rows into the same runs and channels into the same blocks, and go
 * through them in the same order? */
static bool same(const void *context, const int64_t *one, const int64_t *two)
{
    const conv unflattened = conv_of(context, 0), b = flatten(&unflattened);
    const int64_t block = block_of(&b, one[OUTPUTS]);
    return block == block_of(&b, two[OUTPUTS]) &&
           smaller(one[PIXELS], b.q) == smaller(two[PIXELS], b.q) &&
           (one[OUTER] == two[OUTER] || block == b.k);
}

/* If the weights do not fit in L2 beside the input, makes output channels the outer loop, so that
 * the weights are read only once. */
static void defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const sb_step *b = &problem->steps[0];
    const naming by = { parameters, PARAMETERS, same, problem };
    const int64_t half = l2_floats(cpu) / 2;
    values[OUTER] = b->k > values[OUTPUTS] && b->k * b->c * b->r * b->s > half;
    use_smallest_name(&by, values);
}

static int valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    const naming by = { parameters, PARAMETERS, same, problem };
    (void)cpu;
    return is_smallest_name(&by, values);
}

static void layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                    sb_layouts *out)
{
    (void)problem;
    (void)cpu;
    (void)values;
    out->input = out->output = SB_NHWC;
}

/* ------------------------------------------------------------------------------------- plugin */

static const sb_kernel standard = {
    .size = sizeof(sb_kernel),
    .arithmetic = SB_DIRECT,
    .handles = SB_NEED_STANDARD | SB_NEED_EPILOGUES,
    .flags = SB_KERNEL_THREADED,
    .id = "standard",
    .technique = "libxsmm",
    .summary = "batch-reduce products of libxsmm over the taps of the filter",
    .parameters = parameters,
    .supports = supports,
    .defaults = defaults,
    .valid = valid,
    .layouts = layouts,
    .plan = plan,
    .run = chain_run,
    .destroy = chain_destroy,
    .describe = chain_describe,
};

static const sb_kernel *const kernels[] = { &standard, NULL };

static int init(const sb_host *host, sb_why *why)
{
    if ((host->cpu->features & SB_CPU_AVX2) == 0)
        return refuse(why, "libxsmm makes no kernels without AVX2");
    libxsmm_init();
    if ((host->cpu->features & SB_CPU_AVX512) == 0 &&
        libxsmm_get_target_archid() > LIBXSMM_X86_AVX2)
        libxsmm_set_target_archid(LIBXSMM_X86_AVX2);
    return 0;
}

/* libxsmm is linked into the plugin, so the version in its header is the right one. */
static const char *libraries(void)
{
    return "libxsmm " LIBXSMM_VERSION;
}

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .flags = SB_PLUGIN_PEER,
    .id = "libxsmm",
    .version = LIBXSMM_VERSION,
    .summary = "libxsmm, for comparison",
    .license = "Apache-2.0",
    .build = SB_BUILD,
    .kernels = kernels,
    .init = init,
    .libraries = libraries,
};
