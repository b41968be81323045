/* SPDX-License-Identifier: Apache-2.0 */
#include "strassen/product.h"

#define SUMS(set, needs) [VARIANT_##set] = &strassen_sums__##set,

const sums *const strassen_sums[VARIANT_COUNT] = { VARIANTS(SUMS) };

/* By what is multiplied: a quarter of the input (pixels, channels) or one of its sums. */
enum { A00, A01, A11, S1, S2, S3, S4 };

/* The sums of the weights' quarters b00, b01, b10, b11 (input channels, output channels). That for
 * A11 has the other sign than in the books, so that all products are added. */
static const int weight_sums[STRASSEN_PRODUCTS][4] = {
    [A00] = { 1, 0, 0, 0 },   /* b00 */
    [A01] = { 0, 0, 1, 0 },   /* b10 */
    [A11] = { -1, 1, 1, -1 }, /* -t4 = b10 - t2 */
    [S1] = { -1, 1, 0, 0 },   /* t1 = b01 - b00 */
    [S2] = { 1, -1, 0, 1 },   /* t2 = b11 - t1 */
    [S3] = { 0, -1, 0, 1 },   /* t3 = b11 - b01 */
    [S4] = { 0, 0, 0, 1 },    /* b11 */
};

/* --------------------------------------------------------------------------------------- plan */

int64_t strassen_pairs(const sb_problem *problem)
{
    return divide_up(problem->p * problem->q, 2);
}

/* One of the seven problems: half of the channels, the pairs of a block in a row. */
static sb_problem part_of(const sb_problem *problem, int64_t pairs)
{
    sb_problem part = *problem;
    part.n = part.h = part.p = 1;
    part.w = part.q = pairs;
    part.c /= 2;
    part.k /= 2;
    part.threads = 1;
    return part;
}

/* The sums of a block of the input take two fifths of L2, beside a panel's weights, the input and
 * the output; half of that where all weights stay in L2 as well, so that they need not pass once
 * for all pixels. */
strassen_blocking strassen_default(const sb_problem *problem, const sb_cpu *cpu, const isa *set)
{
    const sb_problem part = part_of(problem, strassen_pairs(problem));
    const dense_blocking tile = dense_default(&part, cpu, set);
    const int64_t l2 = l2_floats(cpu);
    const bool near = STRASSEN_PRODUCTS * part.c * part.k <= l2 / 2;
    const int64_t fit = (near ? l2 / 5 : l2 * 2 / 5) / (4 * part.c);
    return (strassen_blocking) { .vectors = tile.vectors,
                                 .pixels = tile.pixels,
                                 .pairs = larger(fit / tile.pixels, 1) * tile.pixels };
}

/*
 * How to share a block among threads: by pixels, unless these are so few that the weights, which
 * each thread would read all of, take longer to come than to be used, and the panels go round. Then
 * each thread makes the sums of the input for itself.
 */
static int64_t cut_panels(const sb_problem *problem, strassen_blocking blocking)
{
    const int64_t panels = divide_up(problem->k / 2, (int64_t)blocking.vectors * SUMS_BLOCK);
    const int64_t each = problem->n * strassen_pairs(problem) / problem->threads;
    return each < 2 * blocking.pixels && panels % problem->threads == 0 ? problem->threads : 1;
}

/* Blocks of equal size, and at least one for each of `parts` threads. */
static int64_t cut_block(const sb_problem *problem, int64_t want, int64_t parts)
{
    const int64_t pairs = strassen_pairs(problem);
    return divide_up(pairs, round_up(divide_up(pairs, want), parts));
}

/* The common sums of one panel after the other take the same place. */
static void put_panels_together(dense *product)
{
    for (int64_t i = 0; i < product->panel_count; i++) {
        dense_panel *panel = &product->panels[i];
        const int64_t first = panel->output[0];
        for (int n = 0; n < panel->vectors; n++)
            panel->output[n] -= first;
    }
}

/* The weights [k / 2][c / 2] of one product. */
static void sum_weights(const sb_problem *b, const int *of, const float *weights, float *to)
{
    const int64_t inputs = b->c / 2, outputs = b->k / 2;
    const float *first = weights, *second = weights + outputs * b->c; /* half of the outputs */
    for (int64_t k = 0; k < outputs; k++, first += b->c, second += b->c) {
        for (int64_t c = 0; c < inputs; c++)
            *to++ = (float)of[0] * first[c] + (float)of[1] * second[c] +
                    (float)of[2] * first[inputs + c] + (float)of[3] * second[inputs + c];
    }
}

static int plan_products(strassen *own, const sb_host *host, const sb_problem *problem,
                         const isa *set, strassen_blocking blocking, const float *weights)
{
    const sb_problem part = part_of(problem, own->block);
    const dense_blocking by = { blocking.vectors, blocking.pixels, part.c, 1, 1 };
    float *summed = alloc_floats(host, part.c * part.k);
    int rc = summed != NULL ? 0 : -1;
    for (int i = 0; i < STRASSEN_PRODUCTS && rc == 0; i++) {
        const view from = i <= A11 ? own->input : own->sum;
        const bool common = i == A00 || i == S1 || i == S2 || i == S3;
        sum_weights(problem, weight_sums[i], weights, summed);
        rc = dense_plan(&own->products[i], host, &part, set, from, common ? own->part : own->output,
                        by, summed);
        own->products[i].ahead = gemm_ahead(host->cpu, STRASSEN_PRODUCTS * part.c * part.k);
        if (common && rc == 0)
            put_panels_together(&own->products[i]);
    }
    host->free(host, summed);
    return rc;
}

/* Two sums of the output and four of the input. */
static int64_t scratch_of_thread(const strassen *own)
{
    return 4 * own->sum.image + 2 * own->part.image;
}

int strassen_plan(strassen *own, const sb_host *host, const sb_problem *problem, const isa *set,
                  strassen_blocking blocking, const float *weights)
{
    const sb_problem *b = problem;
    *own = (strassen) {
        .input = view_of(SB_NCHW16C, b->c, b->h, b->w),
        .output = view_of(SB_NCHW16C, b->k, b->p, b->q),
        .images = b->n,
        .pixels = b->p * b->q,
        .pairs = strassen_pairs(b),
        .panel_parts = cut_panels(b, blocking),
        .half_inputs = b->c / 2,
        .sums = strassen_sums[set->variant],
    };
    own->block = cut_block(b, blocking.pairs, b->threads / own->panel_parts);
    own->half_input = view_channel(&own->input, b->c / 2);
    own->half_output = view_channel(&own->output, b->k / 2);
    own->sum = view_of_scratch(SB_NCHW16C, b->c / 2, 1, own->block);
    own->part = view_of_scratch(SB_NCHW16C, (int64_t)GEMM_MAX_VECTORS * SUMS_BLOCK, 1, own->block);
    own->scratch = alloc_scratches(host, scratch_of_thread(own), b->threads);
    if (own->scratch == NULL || plan_products(own, host, b, set, blocking, weights) != 0) {
        strassen_release(own, host);
        return -1;
    }
    return 0;
}

void strassen_release(strassen *own, const sb_host *host)
{
    for (int i = 0; i < STRASSEN_PRODUCTS; i++)
        dense_release(&own->products[i], host);
    host->free(host, own->scratch);
    *own = (strassen) { 0 };
}

size_t strassen_describe(const strassen *own, char *text, size_t size)
{
    const size_t used = dense_describe(&own->products[A00], text, size);
    const int more = snprintf(text + used, size - used, ", 7 products");
    return (size_t)clamp((int64_t)used + more, 0, (int64_t)size - 1);
}

/* ---------------------------------------------------------------------------------------- run */

/* A block of pairs of one image. */
typedef struct task {
    const float *input[2]; /* the first channel of the first pixel of either half */
    float *output[2];
    int64_t count, have; /* pairs; pixels in the second half: as many, or one less */
    float *sum[4];       /* s1 to s4, see sums.h */
    float *u, *v;        /* sums that several quarters of the output have in common */
} task;

static void sum_inputs(const strassen *own, const task *t)
{
    for (int64_t c = 0; c < own->half_inputs; c += SUMS_BLOCK) {
        const int64_t from = view_channel(&own->input, c), to = view_channel(&own->sum, c);
        const float *const quarters[4] = {
            t->input[0] + from,
            t->input[0] + from + own->half_input,
            t->input[1] + from,
            t->input[1] + from + own->half_input,
        };
        float *const sum[4] = { t->sum[0] + to, t->sum[1] + to, t->sum[2] + to, t->sum[3] + to };
        own->sums->inputs(quarters, sum, t->count, t->have);
    }
}

/* One of the products for panel i, added to one or two sums, or to none. */
static void multiply(const strassen *own, int product, const float *input, float *output,
                     int64_t pixels, int64_t i, const float *sum, const float *another)
{
    const dense_from from = { { sum, another }, own->products[A00].panels[i].output };
    dense_pixels(&own->products[product], input, output, pixels, i, i + 1, from, NULL);
}

/* One panel of either half of the output channels. */
static void run_panel(const strassen *own, const task *t, int64_t i)
{
    const dense_panel *held = &own->products[A00].panels[i], *to = &own->products[A01].panels[i];
    const float *a00 = t->input[0], *a01 = a00 + own->half_input;
    const float *a11 = t->input[1] + own->half_input;
    float *c00 = t->output[0], *c01 = c00 + own->half_output;
    float *c10 = t->output[1], *c11 = c10 + own->half_output;

    multiply(own, A00, a00, t->u, t->count, i, NULL, NULL);
    multiply(own, A01, a01, c00, t->count, i, t->u, NULL);
    multiply(own, S2, t->sum[1], t->u, t->count, i, t->u, NULL);
    multiply(own, S1, t->sum[0], t->v, t->count, i, NULL, NULL);
    multiply(own, S4, t->sum[3], c01, t->count, i, t->u, t->v);
    if (t->have == 0)
        return;
    multiply(own, S3, t->sum[2], t->u, t->have, i, t->u, NULL);
    multiply(own, A11, a11, c10, t->have, i, t->u, NULL);
    for (int n = 0; n < to->vectors; n++)
        own->sums->add(c11 + to->output[n], t->u + held->output[n], t->v + held->output[n],
                       t->have);
}

void strassen_run(const strassen *own, const float *input, float *output)
{
    const int64_t blocks = divide_up(own->pairs, own->block), parts = own->panel_parts;
    const share mine = my_share(own->images * blocks * parts);
    task t = { .u = own->scratch + omp_get_thread_num() * scratch_pitch(scratch_of_thread(own)) };
    t.v = t.u + own->part.image;
    for (int i = 0; i < 4; i++)
        t.sum[i] = t.v + own->part.image + i * own->sum.image;

    for (int64_t i = mine.from; i < mine.to; i++) {
        const int64_t image = i / parts / blocks, first = i / parts % blocks * own->block;
        const share panels = share_of(own->products[A00].panel_count, i % parts, parts);
        t.count = smaller(own->block, own->pairs - first);
        t.have = smaller(t.count, own->pixels - own->pairs - first);
        for (int half = 0; half < 2; half++) {
            const int64_t pixel = (half * own->pairs + first) * SUMS_BLOCK;
            t.input[half] = input + image * own->input.image + pixel;
            t.output[half] = output + image * own->output.image + pixel;
        }
        sum_inputs(own, &t);
        for (int64_t panel = panels.from; panel < panels.to; panel++)
            run_panel(own, &t, panel);
    }
}
