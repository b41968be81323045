/* SPDX-License-Identifier: Apache-2.0 */
#include "strassen/split.h"

#include <string.h>

#define SUMS(set, needs) [VARIANT_##set] = &strassen_sums__##set,

const sums *const strassen_sums[VARIANT_COUNT] = { VARIANTS(SUMS) };

/* The seven products, named by their left operand. */
enum { A00, A01, A11, S1, S2, S3, S4 };

/* The right operand of each product: the coefficients of the quarters b00, b01, b10, b11 of the
 * weights (first digit: half of the input channels, second: of the output channels). The operand of
 * A11 has the opposite sign to that in the literature, so that products are only ever added. */
static const int weight_sums[SPLIT_PRODUCTS][4] = {
    [A00] = { 1, 0, 0, 0 },   /* b00 */
    [A01] = { 0, 0, 1, 0 },   /* b10 */
    [A11] = { -1, 1, 1, -1 }, /* -t4 = b10 - t2 */
    [S1] = { -1, 1, 0, 0 },   /* t1 = b01 - b00 */
    [S2] = { 1, -1, 0, 1 },   /* t2 = b11 - t1 */
    [S3] = { 0, -1, 0, 1 },   /* t3 = b11 - b01 */
    [S4] = { 0, 0, 0, 1 },    /* b11 */
};

/* --------------------------------------------------------------------------------------- plan */

/* The convolution of half of the channels and of the pixels. */
static conv half_of(const conv *b)
{
    conv half = *b;
    half.w = half.q = divide_up(b->q, 2);
    half.c /= 2;
    half.k /= 2;
    return half;
}

conv split_leaf(const conv *b, int64_t pixels, int levels)
{
    conv leaf = *b;
    leaf.n = leaf.h = leaf.p = leaf.threads = 1;
    leaf.w = leaf.q = pixels;
    leaf.c *= b->r * b->s;
    leaf.r = leaf.s = 1;
    leaf.stride_h = leaf.stride_w = 1;
    for (int i = 0; i < levels; i++)
        leaf = half_of(&leaf);
    return leaf;
}

dense_blocking split_tiles(const conv *leaf, strassen_blocking blocking)
{
    return (dense_blocking) { blocking.vectors, blocking.pixels, leaf->c, 1, 1 };
}

/* Makes all panels write to the place of the first one. */
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

/* What product i of a split multiplies. */
static split_order order_below(const split *own, const split_order *order, int i)
{
    split_order below = *order;
    below.levels--;
    below.conv = half_of(&order->conv);
    below.input = i <= A11 ? own->input : own->sum;
    if (ends(i) >= 0)
        return below;
    below.output = own->part;
    below.one_panel = true;
    below.conv.activation = SB_ACTIVATION_NONE;
    return below;
}

static int plan_leaf(dense *product, const split_order *order, const float *weights,
                     const float *bias)
{
    const conv *b = &order->conv;
    const int rc = dense_plan(product, order->host, b, order->set, order->input, order->output,
                              split_tiles(b, order->blocking), weights, bias);
    product->ahead = order->ahead;
    if (rc == 0 && order->one_panel)
        put_panels_together(product);
    return rc;
}

static int plan_products(split *own, const split_order *order, const float *weights,
                         const float *bias, float *summed)
{
    int rc = 0;
    for (int i = 0; i < SPLIT_PRODUCTS && rc == 0; i++) {
        const split_order part = order_below(own, order, i);
        const float *of = ends(i) < 0 || bias == NULL ? NULL : bias + ends(i) * part.conv.k;
        sum_weights(&order->conv, weight_sums[i], weights, summed);
        rc = own->below != NULL ? split_plan(&own->below[i], &part, summed, of)
                                : plan_leaf(&own->products[i], &part, summed, of);
    }
    return rc;
}

/* The memory that a plan needs. */
static float *alloc_plan(split *own, const split_order *order)
{
    const conv *b = &order->conv;
    if (order->levels > 1) {
        own->below = order->host->alloc(order->host, SPLIT_PRODUCTS * sizeof *own->below);
        if (own->below == NULL)
            return NULL;
        memset(own->below, 0, SPLIT_PRODUCTS * sizeof *own->below);
    }
    return alloc_floats(order->host, b->c / 2 * (b->k / 2));
}

static void set_views(split *own, const split_order *order)
{
    const conv *b = &order->conv;
    const int64_t pairs = divide_up(b->q, 2), panel = (int64_t)GEMM_MAX_VECTORS * SUMS_BLOCK;
    own->sum = view_of_scratch(SB_NCHW16C, b->c / 2, 1, pairs);
    own->part = view_of_scratch(SB_NCHW16C, panel * order->levels, 1, pairs);
    own->half_input = view_channel(&own->input, b->c / 2);
    own->half_part = view_channel(&own->part, panel);
    /* Of a product for an intermediate sum, each half is one panel, where the level above has it.
     */
    own->half_output = view_channel(&own->output, order->one_panel ? panel : b->k / 2);
}

/* Counts the sums of a split and, for the level below, those of all products and the sums of
 * products of one. */
static int64_t scratch_of(const split *own)
{
    const int64_t floats = 4 * own->sum.image + 3 * own->part.image;
    const split *below = own->below;
    return below == NULL ? floats
                         : floats + SPLIT_PRODUCTS * 4 * below->sum.image + 3 * below->part.image;
}

int split_plan(split *own, const split_order *order, const float *weights, const float *bias)
{
    const conv *b = &order->conv;
    *own = (split) {
        .input = order->input,
        .output = order->output,
        .inputs = b->c / 2,
        .activation = b->activation,
        .sums = strassen_sums[order->set->variant],
    };
    set_views(own, order);
    float *summed = alloc_plan(own, order);
    const int rc = summed != NULL ? plan_products(own, order, weights, bias, summed) : -1;
    order->host->free(order->host, summed);
    if (rc != 0)
        split_release(own, order->host);
    else
        own->scratch = scratch_of(own);
    return rc;
}

void split_release(split *own, const sb_host *host)
{
    for (int i = 0; i < SPLIT_PRODUCTS; i++) {
        if (own->below != NULL)
            split_release(&own->below[i], host);
        dense_release(&own->products[i], host);
    }
    host->free(host, own->below);
    *own = (split) { 0 };
}

/* ---------------------------------------------------------------------------------------- run */

/* The product of the last level that computes one half of the output channels of `product`. */
static const dense *last_of(const split *own, int product, int half)
{
    return own->below != NULL ? &own->below[product].products[half == 0 ? A01 : S4]
                              : &own->products[product];
}

const dense *split_last(const split *own)
{
    return last_of(own, A00, 0);
}

/* The pixels of an operand: the second half may have one less. */
static int64_t pixels_of(const split_block *t, int product)
{
    return product == A11 || product == S3 ? t->have : t->count;
}

static const float *operand(const split *own, const split_block *t, int product)
{
    if (product >= S1)
        return t->sum[product - S1];
    return t->half[product == A11].input + (product == A00 ? 0 : own->half_input);
}

static void sum_inputs(const split *own, const split_block *t)
{
    for (int64_t c = 0; c < own->inputs; c += SUMS_BLOCK) {
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

/* The block of a level below that reads the operand of a product; its output is set later. */
static split_block block_below(const split *own, const split_block *t, int product)
{
    const float *input = operand(own, t, product);
    const int64_t pixels = pixels_of(t, product);
    split_block below = { .count = divide_up(pixels, 2), .more_half = own->half_part };
    below.have = pixels - below.count;
    below.half[0].input = input;
    below.half[1].input = input + below.count * SUMS_BLOCK;
    return below;
}

/* Makes pointers to `count` pieces of scratch memory. Returns what remains of it. */
static float *place(float **pieces, int count, int64_t floats, float *scratch)
{
    for (int i = 0; i < count; i++)
        pieces[i] = scratch + i * floats;
    return scratch + count * floats;
}

/* The levels below compute one product at a time, and share the memory of their sums of products.
 */
static void sum_below(const split *own, const split_block *t, split_block *below, float *scratch)
{
    float *parts = scratch;
    scratch += 3 * own->below->part.image;
    for (int i = 0; i < SPLIT_PRODUCTS; i++) {
        below[i] = block_below(own, t, i);
        place(below[i].part, 3, own->below->part.image, parts);
        scratch = place(below[i].sum, 4, own->below->sum.image, scratch);
        sum_inputs(&own->below[i], &below[i]);
    }
}

void split_sum(const split *own, split_block *t, split_block *below, float *scratch)
{
    scratch = place(t->part, 3, own->part.image, scratch);
    scratch = place(t->sum, 4, own->sum.image, scratch);
    sum_inputs(own, t);
    t->below = below;
    if (own->below != NULL)
        sum_below(own, t, below, scratch);
}

/* Where a product goes, and what is added to it. */
typedef struct target {
    tensors at; /* without the input */
    gemm_addend more[2];
} target;

/* Computes a product by the level below. */
static void multiply_below(const split *own, const split_block *t, int product, const target *to,
                           int64_t i)
{
    split_block below = t->below[product];
    for (int half = 0; half < 2; half++) {
        const tensors at = tensors_at(&to->at, 0, half * below.count * SUMS_BLOCK);
        below.half[half].residual = at.residual;
        below.half[half].output = at.output;
    }
    below.more = to->more[0];
    split_panel(&own->below[product], &below, i);
}

static void multiply(const split *own, const split_block *t, int product, target to, int64_t i)
{
    const dense_from from = { to.at.residual, { to.more[0], to.more[1] } };
    if (own->below != NULL)
        multiply_below(own, t, product, &to, i);
    else
        dense_pixels(&own->products[product], operand(own, t, product), to.at.output,
                     pixels_of(t, product), i, i + 1, &from, NULL);
}

/* A sum of products of panel i, as something to add. */
static gemm_addend held(const split *own, const float *part, int64_t i)
{
    return (gemm_addend) { part, split_last(own)->panels[i].output };
}

/* What the level above adds to a quarter of the output. */
static gemm_addend more_at(const split_block *t, int pixels, int channels)
{
    gemm_addend more = t->more;
    if (more.at != NULL)
        more.at += pixels * t->count * SUMS_BLOCK + channels * t->more_half;
    return more;
}

/* A quarter of the output (halves of the pixels and channels), completed by adding `part`. */
static target quarter(const split *own, const split_block *t, int pixels, int channels,
                      const float *part, int64_t i)
{
    return (target) { tensors_at(&t->half[pixels], 0, channels * own->half_output),
                      { held(own, part, i), more_at(t, pixels, channels) } };
}

/* A sum of products, with another one added unless that is NULL. */
static target into(const split *own, float *part, const float *more, int64_t i)
{
    return (target) { .at.output = part, .more[0] = held(own, more, i) };
}

/* Computes one panel of the last quarter of the output, which is v + w and needs no product of its
 * own, and adds w to u. `half` is that of the channels of a level below. */
static void add_last(const split *own, const split_block *t, int half, int64_t i)
{
    const dense *of = last_of(own, S4, half);
    const dense_panel *panel = &of->panels[i], *from = &split_last(own)->panels[i];
    const target to = quarter(own, t, 1, 1, t->part[1], i);
    const int64_t output = half == 0 ? 0 : own->below[S4].half_output;
    for (int n = 0; n < panel->vectors; n++) {
        const tensors vector = tensors_at(&to.at, 0, output + panel->output[n]);
        const int64_t part = half * own->half_part + from->output[n];
        const gemm_addend *more = &to.more[1];
        const sums_end end = {
            .u = t->part[0] + part,
            .v = t->part[1] + part,
            .w = t->part[2] + part,
            .bias = of->bias != NULL ? of->bias + panel->channel + n * of->isa->lanes : NULL,
            .residual = vector.residual,
            .more = more->at != NULL ? more->at + more->vector[n] : NULL,
            .to = vector.output,
            .activation = own->activation,
        };
        own->sums->add(&end, t->have);
    }
}

void split_panel(const split *own, const split_block *t, int64_t i)
{
    float *u = t->part[0], *v = t->part[1], *w = t->part[2];
    multiply(own, t, A00, into(own, u, NULL, i), i);
    multiply(own, t, A01, quarter(own, t, 0, 0, u, i), i);
    multiply(own, t, S2, into(own, u, u, i), i);
    multiply(own, t, S1, into(own, v, u, i), i);
    multiply(own, t, S4, quarter(own, t, 0, 1, v, i), i);
    if (t->have == 0)
        return;
    multiply(own, t, S3, into(own, w, NULL, i), i);
    for (int half = 0; half < (own->below != NULL ? 2 : 1); half++)
        add_last(own, t, half, i);
    multiply(own, t, A11, quarter(own, t, 1, 0, u, i), i);
}
