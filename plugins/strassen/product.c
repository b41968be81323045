/* SPDX-License-Identifier: Apache-2.0 */
#include "strassen/product.h"

#include <string.h>

#define SUMS(set, needs) [VARIANT_##set] = &strassen_sums__##set,

const sums *const strassen_sums[VARIANT_COUNT] = { VARIANTS(SUMS) };

/* The seven products, named by their left operand: a quarter of the input (the first digit is the
 * half of the pixels, the second that of the channels) or one of the sums of quarters. */
enum { A00, A01, A11, S1, S2, S3, S4 };

/* The right operand of each product: the coefficients of the quarters b00, b01, b10, b11 of the
 * weights (first digit: half of the input channels, second: of the output channels). The operand of
 * A11 has the opposite sign to that in the literature, so that products are only ever added. */
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

/* The pairs of pixels of an image. If the number of pixels is odd, the last pair lacks its second
 * pixel. */
static int64_t pairs_of(const conv *b)
{
    return divide_up(b->p * b->q, 2);
}

/* The convolution that one product computes: half of the channels, and the pairs of a block as a
 * single row of pixels. */
static conv part_of(const conv *b, int64_t pairs)
{
    conv part = *b;
    part.n = part.h = part.p = 1;
    part.w = part.q = pairs;
    part.c /= 2;
    part.k /= 2;
    part.threads = 1;
    return part;
}

/* The input sums of a block get two fifths of L2; the rest is for the weights of a panel, the input
 * and the output. If all weights fit in L2 too, the sums get only half as much: reading the weights
 * once for each block is then cheap, so that smaller blocks cost little. */
strassen_blocking strassen_default(const conv *b, const sb_cpu *cpu, const isa *set)
{
    const conv part = part_of(b, pairs_of(b));
    const dense_blocking tile =
        dense_default(&part, cpu, set, SB_NCHW16C, true, &(dense_blocking) { 0 });
    const int64_t l2 = l2_floats(cpu);
    const bool near = STRASSEN_PRODUCTS * part.c * part.k <= l2 / 2;
    const int64_t fit = (near ? l2 / 5 : l2 * 2 / 5) / (4 * part.c);
    return (strassen_blocking) { .vectors = tile.vectors,
                                 .pixels = tile.pixels,
                                 .pairs = larger(fit / tile.pixels, 1) * tile.pixels };
}

/*
 * Returns the number of parts that the panels are split into. It is 1 if the threads share the work
 * by pixels, which makes each of them read all weights. If a thread would have so few pixels that
 * loading the weights takes longer than using them, the threads share the panels instead, provided
 * that these divide evenly; each thread then computes all sums of the input for itself.
 */
static int64_t cut_panels(const conv *b, strassen_blocking blocking)
{
    const int64_t panels = divide_up(b->k / 2, (int64_t)blocking.vectors * SUMS_BLOCK);
    const int64_t each = b->n * pairs_of(b) / b->threads;
    return each < 2 * blocking.pixels && panels % b->threads == 0 ? b->threads : 1;
}

/* The pairs in a block. All blocks have about the same size, and there is at least one for each
 * thread if the threads share the work by pixels. */
static int64_t cut_block(const conv *b, strassen_blocking blocking)
{
    const int64_t pairs = pairs_of(b), parts = b->threads / cut_panels(b, blocking);
    return divide_up(pairs, round_up(divide_up(pairs, blocking.pairs), parts));
}

static dense_blocking by_tiles(const conv *part, strassen_blocking blocking)
{
    return (dense_blocking) { blocking.vectors, blocking.pixels, part->c, 1, 1 };
}

static bool same_tiles(const conv *b, const isa *set, int64_t pairs, strassen_blocking one,
                       strassen_blocking other)
{
    const conv part = part_of(b, pairs);
    return pairs == 0 ||
           dense_alike(&part, set, SB_NCHW16C, by_tiles(&part, one), by_tiles(&part, other));
}

bool strassen_alike(const conv *b, const isa *set, strassen_blocking one, strassen_blocking other)
{
    const int64_t block = cut_block(b, one), last = pairs_of(b) % block;
    return cut_panels(b, one) == cut_panels(b, other) && block == cut_block(b, other) &&
           same_tiles(b, set, block, one, other) && same_tiles(b, set, last, one, other);
}

/* Makes all panels write to the place of the first one. The sums that products have in common are
 * needed for one panel at a time only. */
static void put_panels_together(dense *product)
{
    for (int64_t i = 0; i < product->panel_count; i++) {
        dense_panel *panel = &product->panels[i];
        const int64_t first = panel->output[0];
        for (int n = 0; n < panel->vectors; n++)
            panel->output[n] -= first;
    }
}

static void add_scaled(float *restrict to, float by, const float *restrict from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] += by * from[i];
}

/* Computes the weights [k / 2][c / 2] of one product; of[] are the coefficients of the quarters. */
static void sum_weights(const conv *b, const int *of, const float *weights, float *to)
{
    const int64_t inputs = b->c / 2, outputs = b->k / 2;
    for (int64_t k = 0; k < outputs; k++, weights += b->c, to += inputs) {
        const float *second = weights + outputs * b->c; /* half of the outputs */
        const float *quarters[4] = { weights, second, weights + inputs, second + inputs };
        memset(to, 0, (size_t)inputs * sizeof *to);
        for (int i = 0; i < 4; i++)
            if (of[i] != 0)
                add_scaled(to, (float)of[i], quarters[i], inputs);
    }
}

/* The half of the output channels that a product completes and stores, or -1 if it only goes into
 * an intermediate sum. */
static int ends(int product)
{
    return product == A01 || product == A11 ? 0 : product == S4 ? 1 : -1;
}

static int plan_products(strassen *own, const sb_host *host, const conv *b, const isa *set,
                         strassen_blocking blocking, const float *weights, const float *bias)
{
    conv part = part_of(b, own->block);
    float *summed = alloc_floats(host, part.c * part.k);
    int rc = summed != NULL ? 0 : -1;
    for (int i = 0; i < STRASSEN_PRODUCTS && rc == 0; i++) {
        const view from = i <= A11 ? own->input : own->sum;
        const int half = ends(i);
        sum_weights(b, weight_sums[i], weights, summed);
        part.activation = half >= 0 ? b->activation : SB_ACTIVATION_NONE;
        rc = dense_plan(&own->products[i], host, &part, set, from,
                        half < 0 ? own->part : own->output, by_tiles(&part, blocking), summed,
                        half >= 0 && bias != NULL ? bias + half * part.k : NULL);
        own->products[i].ahead = gemm_ahead(host->cpu, STRASSEN_PRODUCTS * part.c * part.k);
        if (half < 0 && rc == 0)
            put_panels_together(&own->products[i]);
    }
    host->free(host, summed);
    return rc;
}

int strassen_plan(strassen *own, const sb_host *host, const conv *b, const isa *set,
                  strassen_blocking blocking, const float *weights, const float *bias)
{
    *own = (strassen) {
        .input = view_of(SB_NCHW16C, b->c, b->h, b->w),
        .output = view_of(SB_NCHW16C, b->k, b->p, b->q),
        .images = b->n,
        .pixels = b->p * b->q,
        .pairs = pairs_of(b),
        .block = cut_block(b, blocking),
        .panel_parts = cut_panels(b, blocking),
        .half_inputs = b->c / 2,
        .activation = b->activation,
        .sums = strassen_sums[set->variant],
    };
    own->half_input = view_channel(&own->input, b->c / 2);
    own->half_output = view_channel(&own->output, b->k / 2);
    own->sum = view_of_scratch(SB_NCHW16C, b->c / 2, 1, own->block);
    own->part = view_of_scratch(SB_NCHW16C, (int64_t)GEMM_MAX_VECTORS * SUMS_BLOCK, 1, own->block);
    own->scratch = 4 * own->sum.image + 2 * own->part.image;
    if (plan_products(own, host, b, set, blocking, weights, bias) != 0) {
        strassen_release(own, host);
        return -1;
    }
    return 0;
}

void strassen_release(strassen *own, const sb_host *host)
{
    for (int i = 0; i < STRASSEN_PRODUCTS; i++)
        dense_release(&own->products[i], host);
    *own = (strassen) { 0 };
}

size_t strassen_describe(const strassen *own, char *text, size_t size)
{
    const size_t used = dense_describe(&own->products[A00], text, size);
    const int more = snprintf(text + used, size - used, ", 7 products, %d pairs, shared by %s",
                              (int)own->block, own->panel_parts > 1 ? "panels" : "pixels");
    return (size_t)clamp((int64_t)used + more, 0, (int64_t)size - 1);
}

/* ---------------------------------------------------------------------------------------- run */

/* A block of pairs of one image. */
typedef struct task {
    tensors half[2];     /* at channel 0 of the block's first pixel in each half of the image */
    int64_t count, have; /* pairs; pixels in the second half, which may be one less */
    float *sum[4];       /* s1 to s4, see sums.h */
    float *u, *v;        /* sums of products that several quarters of the output need */
} task;

static void sum_inputs(const strassen *own, const task *t)
{
    for (int64_t c = 0; c < own->half_inputs; c += SUMS_BLOCK) {
        const int64_t from = view_channel(&own->input, c), to = view_channel(&own->sum, c);
        const float *const quarters[4] = {
            t->half[0].input + from,
            t->half[0].input + from + own->half_input,
            t->half[1].input + from,
            t->half[1].input + from + own->half_input,
        };
        float *const sum[4] = { t->sum[0] + to, t->sum[1] + to, t->sum[2] + to, t->sum[3] + to };
        own->sums->inputs(quarters, sum, t->count, t->have);
    }
}

/* Computes one product for panel i from to.input, adds `sum` and `another` (either may be NULL) and
 * stores it at to.output. If that is the output tensor, to.residual is added as well. */
static void multiply(const strassen *own, int product, tensors to, int64_t pixels, int64_t i,
                     const float *sum, const float *another)
{
    const dense_from from = { to.residual, { sum, another }, own->products[A00].panels[i].output };
    dense_pixels(&own->products[product], to.input, to.output, pixels, i, i + 1, &from, NULL);
}

/* Computes the last quarter of the output, which is u + v and needs no product of its own. */
static void add_sums(const strassen *own, const task *t, int64_t i)
{
    const dense *of = &own->products[S4];
    const dense_panel *held = &own->products[A00].panels[i], *panel = &of->panels[i];
    const tensors at = tensors_at(&t->half[1], 0, own->half_output);
    for (int n = 0; n < panel->vectors; n++) {
        const tensors vector = tensors_at(&at, 0, panel->output[n]);
        const sums_end end = {
            .a = t->u + held->output[n],
            .b = t->v + held->output[n],
            .bias = of->bias != NULL ? of->bias + panel->channel + n * of->isa->lanes : NULL,
            .residual = vector.residual,
            .to = vector.output,
            .activation = own->activation,
        };
        own->sums->add(&end, t->have);
    }
}

/* The tensors of a product that completes a quarter of the output: it reads `input` and writes half
 * `channels` (0 or 1) of the output channels. */
static tensors end_at(const strassen *own, const tensors *half, const float *input, int channels)
{
    tensors to = tensors_at(half, 0, channels * own->half_output);
    to.input = input;
    return to;
}

/* Computes panel i of both halves of the output channels. */
static void run_panel(const strassen *own, const task *t, int64_t i)
{
    const tensors *first = &t->half[0], *second = &t->half[1];
    const float *a00 = first->input, *a01 = a00 + own->half_input;
    const float *a11 = second->input + own->half_input;

    multiply(own, A00, (tensors) { a00, NULL, t->u }, t->count, i, NULL, NULL);
    multiply(own, A01, end_at(own, first, a01, 0), t->count, i, t->u, NULL);
    multiply(own, S2, (tensors) { t->sum[1], NULL, t->u }, t->count, i, t->u, NULL);
    multiply(own, S1, (tensors) { t->sum[0], NULL, t->v }, t->count, i, NULL, NULL);
    multiply(own, S4, end_at(own, first, t->sum[3], 1), t->count, i, t->u, t->v);
    if (t->have == 0)
        return;
    multiply(own, S3, (tensors) { t->sum[2], NULL, t->u }, t->have, i, t->u, NULL);
    multiply(own, A11, end_at(own, second, a11, 0), t->have, i, t->u, NULL);
    add_sums(own, t, i);
}

void strassen_run(const strassen *own, const tensors *all, float *scratch, int64_t part,
                  int64_t parts)
{
    const int64_t blocks = divide_up(own->pairs, own->block), shares = own->panel_parts;
    const share mine = share_of(own->images * blocks * shares, part, parts);
    task t = { .u = scratch, .v = scratch + own->part.image };
    for (int i = 0; i < 4; i++)
        t.sum[i] = t.v + own->part.image + i * own->sum.image;

    for (int64_t i = mine.from; i < mine.to; i++) {
        const int64_t image = i / shares / blocks, first = i / shares % blocks * own->block;
        const share panels = share_of(own->products[A00].panel_count, i % shares, shares);
        t.count = smaller(own->block, own->pairs - first);
        t.have = smaller(t.count, own->pixels - own->pairs - first);
        for (int half = 0; half < 2; half++) {
            const int64_t pixel = (half * own->pairs + first) * SUMS_BLOCK;
            t.half[half] = tensors_at(all, image * own->input.image + pixel,
                                      image * own->output.image + pixel);
        }
        sum_inputs(own, &t);
        for (int64_t panel = panels.from; panel < panels.to; panel++)
            run_panel(own, &t, panel);
    }
}
