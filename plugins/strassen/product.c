/* SPDX-License-Identifier: Apache-2.0 */
#include "strassen/product.h"

#include <string.h>

/* --------------------------------------------------------------------------------------- plan */

/* The pairs of pixels of an image. If the number of pixels is odd, the last pair lacks its second
 * pixel. */
static int64_t pairs_of(const conv *b)
{
    return divide_up(b->p * b->q, 2);
}

/* The products of the last level, of all levels. */
static int64_t products_of(int levels)
{
    return levels == 1 ? SPLIT_PRODUCTS : SPLIT_PRODUCTS * products_of(levels - 1);
}

/* The floats of the input sums of a pair: four of half of the channels, and in the level below four
 * of a quarter for half of the pixels of each product. */
static int64_t sums_of_pair(const conv *b, int levels)
{
    const int64_t one = 4 * b->c * b->r * b->s / 2;
    return levels == 1 ? one : one + SPLIT_PRODUCTS * one / 4;
}

/*
 * Whether another level saves time. It splits a product of n input and m output channels. Counted
 * for one pixel and in cycles of one vector multiply-add, it saves n m / 8 of n m. In the first
 * level a vector of the input takes 5 more cycles, for the sums of halves, and another 8 if it has
 * to be gathered; one of the output takes 7. In the second level a vector of the input takes 4, for
 * four sums of quarters that are stored and loaded; one of the output 14, as 7/4 of them are begun
 * from sums in memory, stored and added. And each weight, which comes from beyond L2 in the second
 * level, must be used for 16 pixels, or waiting for it takes longer than using it where other cores
 * keep the third-level cache busy; 8 are enough to share the cost of starting a product.
 */
bool strassen_pays(const conv *b, int levels)
{
    const conv whole = split_leaf(b, b->p * b->q, levels - 1),
               part = split_leaf(b, b->p * b->q, levels);
    const bool gathers = b->stride_h > 1 || b->stride_w > 1;
    const int64_t input = levels > 1 ? 4 : gathers ? 13 : 5, output = levels > 1 ? 14 : 7;
    return part.q >= (levels > 1 ? 16 : 8) &&
           whole.c * whole.k / 8 > input * whole.c + output * whole.k;
}

/* The largest multiple of `of` up to `a`, but not 0. */
static int64_t round_down(int64_t a, int64_t of)
{
    return larger(a / of, 1) * of;
}

/*
 * The pairs of a block, a multiple of `tile`; `panel` is the width of one. All weights are read
 * once for each block, all input sums of a block once for each panel. Blocks whose sums take two
 * fifths of L2 (the rest is for the weights of a panel, the input and the output) need no other
 * memory for them; if all weights fit in L2 too, half as much is enough, because reading them is
 * then cheap. Where such blocks are so small that the weights are read too often, larger ones read
 * fewer floats from beyond L2, although their sums come from there too: twice the pairs for which
 * both are equally many, with which they are as many as the weights for blocks of a third of the
 * size.
 */
static int64_t choose_pairs(const conv *b, const sb_cpu *cpu, int levels, int64_t tile,
                            int64_t panel)
{
    const conv part = split_leaf(b, 0, levels);
    const int64_t l2 = l2_floats(cpu), pair = sums_of_pair(b, levels);
    const int64_t weights = products_of(levels) * part.c * part.k;
    const int64_t far = 2 * weights / (pair * divide_up(part.k, panel));
    const int64_t near = round_down(l2 * 2 / 5 / pair, tile);
    if (weights <= l2 / 2)
        return round_down(l2 / 5 / pair, tile);
    return near < far / 3 ? round_down(far, tile) : near;
}

/* The tiles are those of one product, whose input is in L2. */
strassen_blocking strassen_default(const conv *b, const sb_cpu *cpu, const isa *set, int levels)
{
    const conv part = split_leaf(b, 2 * pairs_of(b), levels);
    const dense_blocking tile =
        dense_default(&part, cpu, set, SB_NCHW16C, true, &(dense_blocking) { 0 });
    return (strassen_blocking) { .vectors = tile.vectors,
                                 .pixels = tile.pixels,
                                 .pairs = choose_pairs(b, cpu, levels,
                                                       (int64_t)tile.pixels << (levels - 1),
                                                       (int64_t)tile.vectors * set->lanes) };
}

/*
 * Returns the number of parts that the panels are split into. It is 1 if the threads share the work
 * by pixels, which makes each of them read all weights. If a thread would have so few pixels that
 * loading the weights takes longer than using them, the threads share the panels instead, provided
 * that these divide evenly; each thread then computes all sums of the input for itself.
 */
static int64_t cut_panels(const conv *b, int levels, strassen_blocking blocking)
{
    const int64_t panels = divide_up(b->k >> levels, (int64_t)blocking.vectors * SUMS_BLOCK);
    const int64_t each = b->n * pairs_of(b) / b->threads;
    const bool few = each < (int64_t)blocking.pixels << levels;
    return few && panels % b->threads == 0 ? b->threads : 1;
}

/* The pairs in a block. All blocks have about the same size, and there is at least one for each
 * thread if the threads share the work by pixels. */
static int64_t cut_block(const conv *b, int levels, strassen_blocking blocking)
{
    const int64_t pairs = pairs_of(b), parts = b->threads / cut_panels(b, levels, blocking);
    return divide_up(pairs, round_up(divide_up(pairs, blocking.pairs), parts));
}

/* Do two blockings make the same tiles of the pairs of a block? */
static bool same_tiles(const conv *b, const isa *set, int levels, int64_t pairs,
                       strassen_blocking one, strassen_blocking other)
{
    const conv part = split_leaf(b, 2 * pairs, levels);
    return pairs == 0 ||
           dense_alike(&part, set, SB_NCHW16C, split_tiles(&part, one), split_tiles(&part, other));
}

bool strassen_alike(const conv *b, const isa *set, int levels, strassen_blocking one,
                    strassen_blocking other)
{
    const int64_t block = cut_block(b, levels, one), last = pairs_of(b) % block;
    return cut_panels(b, levels, one) == cut_panels(b, levels, other) &&
           block == cut_block(b, levels, other) && same_tiles(b, set, levels, block, one, other) &&
           same_tiles(b, set, levels, last, one, other);
}

/* A block as a single row of pixels. */
static conv row_of(const conv *b, int64_t pairs)
{
    return split_leaf(b, 2 * pairs, 0);
}

/* Makes [k][r][s][c] of the weights [k][c][r][s]. */
static void turn_weights(const conv *b, const float *weights, float *to)
{
    const int64_t taps = b->r * b->s;
    for (int64_t k = 0; k < b->k; k++, weights += taps * b->c)
        for (int64_t tap = 0; tap < taps; tap++, to += b->c)
            for (int64_t c = 0; c < b->c; c++)
                to[c] = weights[c * taps + tap];
}

static int plan_split(strassen *own, const conv *b, const split_order *order, const float *weights,
                      const float *bias)
{
    if (own->taps == 1)
        return split_plan(&own->split, order, weights, bias);
    float *turned = alloc_floats(order->host, b->k * b->c * own->taps);
    if (turned == NULL)
        return -1;
    turn_weights(b, weights, turned);
    const int rc = split_plan(&own->split, order, turned, bias);
    order->host->free(order->host, turned);
    return rc;
}

int strassen_plan(strassen *own, const sb_host *host, const conv *b, const isa *set, int levels,
                  strassen_blocking blocking, const float *weights, const float *bias)
{
    *own = (strassen) {
        .levels = levels,
        .images = b->n,
        .pixels = b->p * b->q,
        .pairs = pairs_of(b),
        .block = cut_block(b, levels, blocking),
        .panel_parts = cut_panels(b, levels, blocking),
        .input = view_of(SB_NCHW16C, b->c, b->h, b->w),
        .gathers = !is_plain_pointwise(b),
        .columns = b->q,
        .taps = b->r * b->s,
        .taps_in_row = b->s,
    };
    own->tap_row = b->dilation_h * own->input.row;
    own->tap_pixel = b->dilation_w * own->input.pixel;
    own->row = b->stride_h * own->input.row;
    own->pixel = b->stride_w * own->input.pixel;
    const view gathered = view_of_scratch(SB_NCHW16C, own->taps * b->c, 1, 2 * own->block);
    const conv leaf = split_leaf(b, 0, levels);
    const split_order order = {
        .host = host,
        .set = set,
        .conv = row_of(b, own->block),
        .input = own->gathers ? gathered : own->input,
        .output = view_of(SB_NCHW16C, b->k, b->p, b->q),
        .levels = levels,
        .blocking = blocking,
        .ahead = gemm_ahead(host->cpu, products_of(levels) * leaf.c * leaf.k),
    };
    const int rc = plan_split(own, b, &order, weights, bias);
    own->scratch = own->split.scratch + (own->gathers ? gathered.image : 0);
    return rc;
}

void strassen_release(strassen *own, const sb_host *host)
{
    split_release(&own->split, host);
    *own = (strassen) { 0 };
}

size_t strassen_describe(const strassen *own, char *text, size_t size)
{
    const size_t used = dense_describe(split_last(&own->split), text, size);
    const int more = snprintf(text + used, size - used, ", %d products, %d pairs, shared by %s",
                              (int)products_of(own->levels), (int)own->block,
                              own->panel_parts > 1 ? "panels" : "pixels");
    return (size_t)clamp((int64_t)used + more, 0, (int64_t)size - 1);
}

/* ---------------------------------------------------------------------------------------- run */

/* Gathers the inputs of `count` outputs, from this one on, of one block of channels. */
static void gather_block(const strassen *own, const float *from, float *to, int64_t output,
                         int64_t count)
{
    int64_t p = output / own->columns, q = output % own->columns;
    for (int64_t i = 0; i < count; i++, q++) {
        if (q == own->columns) {
            q = 0;
            p++;
        }
        memcpy(to + i * SUMS_BLOCK, from + p * own->row + q * own->pixel, SUMS_BLOCK * sizeof *to);
    }
}

static void gather(const strassen *own, const float *image, float *to, int64_t output,
                   int64_t count)
{
    const int64_t blocks = 2 * own->split.inputs / SUMS_BLOCK / own->taps;
    for (int64_t tap = 0; tap < own->taps; tap++) {
        const float *from =
            image + tap / own->taps_in_row * own->tap_row + tap % own->taps_in_row * own->tap_pixel;
        for (int64_t i = 0; i < blocks; i++, to += own->split.input.block)
            gather_block(own, from + i * own->input.block, to, output, count);
    }
}

/* The block of an image that begins with this pair. */
static split_block block_at(const strassen *own, const tensors *all, int64_t image, int64_t pair,
                            float *gathered)
{
    const tensors at = tensors_at(all, image * own->input.image, image * own->split.output.image);
    split_block t = { .count = smaller(own->block, own->pairs - pair) };
    t.have = smaller(t.count, own->pixels - own->pairs - pair);
    for (int half = 0; half < 2; half++, gathered += own->block * SUMS_BLOCK) {
        const int64_t pixel = half * own->pairs + pair;
        t.half[half] = tensors_at(&at, pixel * SUMS_BLOCK, pixel * SUMS_BLOCK);
        if (!own->gathers)
            continue;
        gather(own, at.input, gathered, pixel, half == 0 ? t.count : t.have);
        t.half[half].input = gathered;
    }
    return t;
}

void strassen_run(const strassen *own, const tensors *all, float *scratch, int64_t part,
                  int64_t parts)
{
    const int64_t blocks = divide_up(own->pairs, own->block), shares = own->panel_parts;
    const int64_t count = split_last(&own->split)->panel_count;
    const share mine = share_of(own->images * blocks * shares, part, parts);
    split_block below[SPLIT_PRODUCTS];
    for (int64_t i = mine.from; i < mine.to; i++) {
        const share panels = share_of(count, i % shares, shares);
        split_block t = block_at(own, all, i / shares / blocks, i / shares % blocks * own->block,
                                 scratch + own->split.scratch);
        split_sum(&own->split, &t, below, scratch);
        for (int64_t panel = panels.from; panel < panels.to; panel++)
            split_panel(&own->split, &t, panel);
    }
}
