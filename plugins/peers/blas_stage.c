/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/blas_stage.h"

#include "common/epilogue.h"
#include "common/lower.h"
#include "common/names.h"
#include "common/transpose.h"

#include <limits.h>
#include <omp.h>
#include <string.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111 }; /* the values of every cblas.h */
enum { PAST = 4 };                            /* floats that a library may read past a row */

static blas_loaded loaded;

typedef struct blas_stage {
    stage base;
    const simd *simd;
    conv conv;
    bool nhwc, plain;       /* plain: the input already is the column matrix */
    bool passes;            /* bias, residual or activation need a pass after the product */
    int64_t depth, outputs; /* products in a sum; output channels in a group */
    int64_t pixels, strips; /* pixels in a strip; strips in an image */
    float *weights;         /* NCHW: [k][depth]; NHWC: [group][depth][outputs] */
    float *bias;            /* [k]; NULL if there is none */
    float *columns;         /* [thread][pixels x depth] */
    float *last_row;        /* of the output, if the library reads past it; else NULL */
} blas_stage;

/* ---------------------------------------------------------------------------------------- run */

/* Writes the column matrix of the `count` output pixels that begin at `first`, as
 * [pixel][r][s][channel of the group]. */
static void lower_nhwc(const conv *b, const float *image, int64_t first, int64_t count, float *to)
{
    const int64_t channels = b->c / b->groups;
    for (int64_t i = first; i < first + count; i++) {
        const int64_t y0 = i / b->q * b->stride_h - b->pad_top;
        const int64_t x0 = i % b->q * b->stride_w - b->pad_left;
        for (int64_t r = 0; r < b->r; r++) {
            for (int64_t s = 0; s < b->s; s++, to += channels) {
                const int64_t y = y0 + r * b->dilation_h, x = x0 + s * b->dilation_w;
                if (y < 0 || y >= b->h || x < 0 || x >= b->w)
                    memset(to, 0, (size_t)channels * sizeof *to);
                else
                    memcpy(to, image + (y * b->w + x) * b->c, (size_t)channels * sizeof *to);
            }
        }
    }
}

typedef struct strip {
    const float *input;           /* the image, at the group's first channel */
    float *output;                /* at the group's first channel of the strip's first pixel */
    const float *residual, *bias; /* at the same place; NULL if there is none */
    const float *weights;
    float *columns;
    int64_t first, count; /* pixels of the strip */
    const float *end;     /* of the whole output */
} strip;

/* C = A x B, row by row. */
typedef struct product {
    int64_t m, n, k;
    const float *a, *b;
    float *c;
    int64_t lda, ldb, ldc;
} product;

static void multiply(const product *p)
{
    loaded.sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, (int)p->m, (int)p->n, (int)p->k, 1, p->a,
                 (int)p->lda, p->b, (int)p->ldb, 0, p->c, (int)p->ldc);
}

/* The last row of a product that ends where the output ends is made where more may be read. */
static void multiply_apart(const product *p, float *row)
{
    product rest = *p, last = *p;
    rest.m = p->m - 1;
    if (rest.m > 0)
        multiply(&rest);
    last.m = 1;
    last.a += rest.m * p->lda;
    last.c = row;
    multiply(&last);
    memcpy(p->c + rest.m * p->ldc, row, (size_t)p->n * sizeof *row);
}

static void multiply_strip(const blas_stage *own, const strip *t, const product *p)
{
    if (own->last_row != NULL && p->c + (p->m - 1) * p->ldc + p->n == t->end)
        multiply_apart(p, own->last_row);
    else
        multiply(p);
}

static void run_nhwc(const blas_stage *own, const strip *t)
{
    const conv *b = &own->conv;
    const float *columns = own->plain ? t->input + t->first * b->c : t->columns;
    if (!own->plain)
        lower_nhwc(b, t->input, t->first, t->count, t->columns);
    multiply_strip(own, t,
                   &(product) {
                       .m = t->count,
                       .n = own->outputs,
                       .k = own->depth,
                       .a = columns,
                       .lda = own->plain ? b->c : own->depth,
                       .b = t->weights,
                       .ldb = own->outputs,
                       .c = t->output,
                       .ldc = b->k,
                   });
}

static void run_nchw(const blas_stage *own, const strip *t)
{
    const conv *b = &own->conv;
    const int64_t all = b->p * b->q;
    const float *columns = own->plain ? t->input + t->first : t->columns;
    for (int64_t d = 0; !own->plain && d < own->depth; d++)
        lower_row(b, own->simd, t->input, d, t->first, t->count, t->columns + d * t->count);
    multiply_strip(own, t,
                   &(product) {
                       .m = own->outputs,
                       .n = t->count,
                       .k = own->depth,
                       .a = t->weights,
                       .lda = own->depth,
                       .b = columns,
                       .ldb = own->plain ? all : t->count,
                       .c = t->output,
                       .ldc = all,
                   });
}

/* Adds bias and residual and applies the activation while the sums are still in the caches. */
static void pass(const blas_stage *own, const strip *t)
{
    const conv *b = &own->conv;
    own->simd->pass(&(simd_pass) {
        .out = t->output,
        .residual = t->residual,
        .bias = t->bias,
        .bias_of_row = !own->nhwc,
        .activation = b->activation,
        .rows = own->nhwc ? t->count : own->outputs,
        .count = own->nhwc ? own->outputs : t->count,
        .pitch = own->nhwc ? b->k : b->p * b->q,
    });
}

static void run_strip(const blas_stage *own, int64_t index, const tensors *all)
{
    const conv *b = &own->conv;
    const int64_t at = index % own->strips, group = index / own->strips % b->groups;
    const int64_t image = index / own->strips / b->groups, first = at * own->pixels;
    const int64_t in_plane = own->nhwc ? 1 : b->h * b->w, out_plane = own->nhwc ? 1 : b->p * b->q;
    const int64_t to = image * b->k * b->p * b->q + group * own->outputs * out_plane +
                       first * (own->nhwc ? b->k : 1);
    const strip t = {
        .input = all->input + image * b->c * b->h * b->w + group * (b->c / b->groups) * in_plane,
        .output = all->output + to,
        .residual = all->residual != NULL ? all->residual + to : NULL,
        .bias = own->bias != NULL ? own->bias + group * own->outputs : NULL,
        .weights = own->weights + group * own->outputs * own->depth,
        .columns = own->columns + omp_get_thread_num() * own->pixels * own->depth,
        .first = first,
        .count = smaller(own->pixels, b->p * b->q - first),
        .end = all->output + b->n * b->k * b->p * b->q,
    };
    if (own->nhwc)
        run_nhwc(own, &t);
    else
        run_nchw(own, &t);
    if (own->passes)
        pass(own, &t);
}

static int run(stage *base, const tensors *t, sb_why *why)
{
    const blas_stage *own = (const blas_stage *)base;
    const int64_t tasks = own->conv.n * own->conv.groups * own->strips;
    const int threads = (int)own->conv.threads;
    (void)why;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t i = 0; i < tasks; i++)
        run_strip(own, i, t);
    return 0;
}

/* --------------------------------------------------------------------------------------- plan */

static void destroy(stage *base, const sb_host *host)
{
    blas_stage *own = (blas_stage *)base;
    host->free(host, own->weights);
    host->free(host, own->bias);
    host->free(host, own->columns);
    host->free(host, own->last_row);
    host->free(host, own);
}

static void pack(blas_stage *own, const float *weights)
{
    const conv *b = &own->conv;
    const int64_t channels = b->c / b->groups, taps = b->r * b->s;
    if (!own->nhwc) {
        memcpy(own->weights, weights, (size_t)(b->k * own->depth) * sizeof *weights);
        return;
    }
    for (int64_t group = 0; group < b->groups; group++) {
        const int64_t before = group * own->outputs * own->depth;
        pack_filters(&(pack_job) {
            .from = weights + before,
            .filter = own->depth,
            .filters = own->outputs,
            .channels = channels,
            .taps = taps,
            .to = own->weights + before,
            .to_channel = own->outputs,
            .to_tap = channels * own->outputs,
        });
    }
}

/* The number of pixels in a strip: `wanted`, but so few that every thread gets a task. */
static int64_t strip_pixels(const conv *b, int64_t wanted)
{
    const int64_t most = divide_up(b->p * b->q, divide_up(b->threads, b->n * b->groups));
    return clamp(wanted, 1, most);
}

static void describe(blas_stage *own)
{
    snprintf(own->base.text, sizeof own->base.text, "%ssgemm %s, %s, strips of %lld pixels%s",
             own->plain ? "" : "im2col, ", loaded.core, own->nhwc ? "NHWC" : "NCHW",
             (long long)own->pixels, own->passes ? ", then a pass" : "");
}

static stage *make(const stage_order *order, sb_why *why)
{
    const sb_host *host = order->host;
    const conv *b = &order->conv;
    const bool nhwc = order->values[BLAS_LAYOUT] == 0;
    blas_stage *own = host->alloc(host, sizeof *own);
    (void)why;
    if (own == NULL)
        return NULL;
    *own = (blas_stage) {
        .base = { .run = run,
                  .destroy = destroy,
                  .input = nhwc ? SB_NHWC : SB_NCHW,
                  .output = nhwc ? SB_NHWC : SB_NCHW },
        .simd = simd_select(host->cpu),
        .conv = *b,
        .nhwc = nhwc,
        .plain = is_plain_pointwise(b),
        .passes = b->bias || b->residual || b->activation != SB_ACTIVATION_NONE,
        .depth = b->c / b->groups * b->r * b->s,
        .outputs = b->k / b->groups,
        .pixels = strip_pixels(b, order->values[BLAS_PIXELS]),
    };
    own->strips = divide_up(b->p * b->q, own->pixels);
    own->weights = alloc_floats(host, b->k * own->depth);
    own->columns = alloc_floats(host, own->plain ? 1 : b->threads * own->pixels * own->depth);
    if (loaded.reads_past)
        own->last_row = alloc_floats(host, (nhwc ? own->outputs : own->pixels) + PAST);
    if (own->weights == NULL || own->columns == NULL ||
        (loaded.reads_past && own->last_row == NULL) ||
        copy_bias(host, b, order->bias, &own->bias) < 0) {
        destroy(&own->base, host);
        return NULL;
    }
    pack(own, order->weights);
    describe(own);
    return &own->base;
}

int blas_init(const sb_host *host, sb_why *why)
{
    return blas_library_load(&blas_library_here, host, &loaded, why);
}

int blas_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
              const sb_weights *weights, void **out, sb_why *why)
{
    return blas_init(host, why) < 0 ? -1
                                    : chain_plan(host, problem, values, weights, 1, make, out, why);
}

const char *blas_libraries(void)
{
    return loaded.version;
}

/* --------------------------------------------------------------------------------- parameters */

static const char *const layout_choices[] = { "nhwc", "nchw", NULL };

static const sb_parameter layout_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_CHOICE,
    .id = "layout",
    .summary = "layout of input and output",
    .max = 1,
    .choices = layout_choices,
};
static const sb_parameter pixels_parameter = {
    .size = sizeof(sb_parameter),
    .kind = SB_POWER_OF_TWO,
    .id = "pixels",
    .summary = "output pixels of a strip: one im2col and one product",
    .min = 64,
    .max = 1048576,
    .initial = 1048576,
};

const sb_parameter *const blas_parameters[BLAS_PARAMETERS + 1] = {
    [BLAS_LAYOUT] = &layout_parameter,
    [BLAS_PIXELS] = &pixels_parameter,
};

/* cblas_sgemm takes its dimensions as int. */
int blas_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)cpu;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv b = conv_of(problem, i);
        if (larger(b.h * b.w, b.p * b.q) > INT_MAX || b.c * b.r * b.s > INT_MAX) {
            refuse(why, "the matrices are too large for a BLAS that counts in int");
            return 0;
        }
    }
    return 1;
}

/* Do two sets of values split every step into the same strips, in the same layout? */
static bool same(const void *context, const int64_t *one, const int64_t *two)
{
    const sb_problem *problem = context;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv b = conv_of(problem, i);
        if (strip_pixels(&b, one[BLAS_PIXELS]) != strip_pixels(&b, two[BLAS_PIXELS]))
            return false;
    }
    return one[BLAS_LAYOUT] == two[BLAS_LAYOUT];
}

/* The column matrix of a strip should fit in half of L2. But a strip has at least 256 pixels,
 * because each product packs all weights again. Grouped and depthwise steps use NCHW, where the
 * pixels of a channel are contiguous. */
void blas_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    const conv b = conv_of(problem, 0);
    const naming by = { blas_parameters, BLAS_PARAMETERS, same, problem };
    const int64_t half = l2_floats(cpu) / 2;
    const int64_t depth = b.c / b.groups * b.r * b.s;
    const int64_t fit = larger(power_of_two_from(half / depth + 1), 256);
    const bool whole = problem->step_count > 1 || is_plain_pointwise(&b);
    values[BLAS_PIXELS] = whole ? pixels_parameter.max : smaller(fit, pixels_parameter.max);
    values[BLAS_LAYOUT] = problem->step_count > 1 || b.groups > 1;
    use_smallest_name(&by, values);
}

int blas_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    const naming by = { blas_parameters, BLAS_PARAMETERS, same, problem };
    (void)cpu;
    return is_smallest_name(&by, values);
}

void blas_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                  sb_layouts *out)
{
    (void)problem;
    (void)cpu;
    out->input = out->output = values[BLAS_LAYOUT] == 0 ? SB_NHWC : SB_NCHW;
}
