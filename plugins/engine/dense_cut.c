/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/dense_cut.h"

bool dense_fits(const conv *b, uint32_t input, uint32_t output)
{
    const view in = view_of(input, b->c, 1, 1), out = view_of(output, b->k, 1, 1);
    const bool whole_in = !in.padded || b->c / b->groups % in.per_block == 0;
    const bool whole_out = !out.padded || b->k / b->groups % out.per_block == 0;
    return b->groups == 1 || (whole_in && whole_out);
}

/* -------------------------------------------------------------------------------------- tiles */

void dense_hidden(const conv *b, const dense_span *tile, int64_t s, int64_t *low, int64_t *high)
{
    const int64_t x = tile->column * b->stride_w - b->pad_left + s * b->dilation_w;
    const int64_t seen = x < b->w ? (b->w - 1 - x) / b->stride_w + 1 : 0;
    *low = x < 0 ? smaller(divide_up(-x, b->stride_w), tile->pixels) : 0;
    *high = tile->pixels - smaller(seen, tile->pixels);
}

/* A micro-kernel can skip a tap completely, for its first pixel, or for its last. */
static bool can_skip(const conv *b, const dense_span *tile)
{
    for (int64_t s = 0; s < b->s; s++) {
        int64_t low, high;
        dense_hidden(b, tile, s, &low, &high);
        if (low + high < tile->pixels && low + high > 1)
            return false;
    }
    return true;
}

bool dense_same_list(const conv *b, const dense_span *one, const dense_span *other)
{
    for (int64_t s = 0; s < b->s; s++) {
        int64_t low[2], high[2];
        dense_hidden(b, one, s, &low[0], &high[0]);
        dense_hidden(b, other, s, &low[1], &high[1]);
        bool none[2] = { low[0] + high[0] >= one->pixels, low[1] + high[1] >= other->pixels };
        if (none[0] != none[1] || (!none[0] && (low[0] != low[1] || high[0] != high[1])))
            return false;
    }
    return true;
}

/* The tile that begins at column q. */
static dense_span next_tile(const conv *b, int64_t q, int pixels)
{
    const int64_t left = b->q - q;
    dense_span tile = {
        .column = q,
        .pixels = (int)divide_up(left, divide_up(left, pixels)),
    };
    while (!can_skip(b, &tile))
        tile.pixels--;
    return tile;
}

int64_t dense_cut_row(const conv *b, int pixels, dense_span *spans)
{
    dense_span before = { 0 };
    int64_t count = 0, tile = 0;
    for (int64_t q = 0; q < b->q; tile++) {
        dense_span now = next_tile(b, q, pixels);
        now.tile = tile;
        q += now.pixels;
        if (now.pixels == before.pixels && dense_same_list(b, &before, &now))
            continue;
        if (spans != NULL)
            spans[count] = now;
        before = now;
        count++;
    }
    if (spans != NULL)
        spans[count] = (dense_span) { .tile = tile, .column = b->q };
    return count;
}

/* ------------------------------------------------------------------------------------- panels */

/* Vectors of the first panel. A single remaining vector is added to it, because kernels of one
 * vector load more than they multiply. */
static int first_panel(int64_t all, int vectors)
{
    const bool widen = all % vectors == 1 && vectors > 1 && vectors < GEMM_MAX_VECTORS;
    return (int)smaller(vectors + widen, all);
}

int64_t dense_cut_panels(const conv *b, int lanes, int vectors, dense_panel *panels)
{
    const int64_t outputs = b->k / b->groups, all = divide_up(outputs, lanes);
    const int64_t depth = b->c / b->groups * b->r * b->s;
    int64_t count = 0;
    for (int64_t at = 0; at < all; count++) {
        int64_t now = at == 0 ? first_panel(all, vectors) : smaller(vectors, all - at);
        if (panels != NULL) {
            panels[count] = (dense_panel) {
                .channel = at * lanes,
                .vectors = (int)now,
                .lanes = (int)smaller(now * lanes, outputs - at * lanes),
                .weights = at * lanes * depth,
            };
        }
        at += now;
    }
    return count;
}

/* ----------------------------------------------------------------------------------- blocking */

static int64_t vectors_of_group(const conv *b, const isa *set)
{
    return divide_up(b->k / b->groups, set->lanes);
}

/* Do panels of this many vectors divide the outputs alike? Two panels or fewer may. */
static bool same_panels(int64_t all, int one, int other)
{
    const int first = first_panel(all, one);
    return one == other || (first == first_panel(all, other) && all - first <= smaller(one, other));
}

/* The least number of vectors that divides the outputs as `want` does. */
static int cut_vectors(int64_t all, int want)
{
    int vectors = (int)clamp(want, 1, smaller(GEMM_MAX_VECTORS, all));
    while (vectors > 1 && same_panels(all, vectors, vectors - 1))
        vectors--;
    return vectors;
}

dense_blocking dense_cut_blocking(const conv *b, const isa *set, int64_t per_block,
                                  dense_blocking want)
{
    const int64_t run = per_block < b->c ? per_block : 1;
    const int64_t all = vectors_of_group(b, set), channels = b->c / b->groups;
    want.vectors = cut_vectors(all, want.vectors);
    const int widest = first_panel(all, want.vectors);
    want.pixels = (int)clamp(want.pixels, 1, gemm_max_pixels(set, widest));
    want.channels = smaller(round_up(clamp(want.channels, 1, channels), run), channels);
    return want;
}

/* ------------------------------------------------------------------------------------- likeness */

/* Do tiles of up to this many pixels divide a row alike? */
static bool same_row(const conv *b, int one, int other)
{
    if (b->pad_left == 0 && b->pad_right == 0)
        return divide_up(b->q, one) == divide_up(b->q, other);
    for (int64_t q = 0; q < b->q;) {
        const int pixels = next_tile(b, q, one).pixels;
        if (next_tile(b, q, other).pixels != pixels)
            return false;
        q += pixels;
    }
    return true;
}

/* All tiles of an image, of one group. */
static int64_t count_tiles(const conv *b, int pixels)
{
    if (b->pad_left == 0 && b->pad_right == 0)
        return b->p * divide_up(b->q, pixels);
    int64_t tiles = 0;
    for (int64_t q = 0; q < b->q; tiles++)
        q += next_tile(b, q, pixels).pixels;
    return b->p * tiles;
}

/* Do blocks of `one` and of `other` divide `all` alike? They need not be divisors. */
static bool same_most(int64_t one, int64_t other, int64_t all)
{
    return smaller(one, all) == smaller(other, all);
}

/*
 * With all channels in one block, a tile's panels follow one another, in any number of blocks; but
 * the input is only prefetched if they are one block (dense.streams_input).
 */
static bool same_blocks(const conv *b, const isa *set, bool fetches, dense_blocking one,
                        dense_blocking other)
{
    const int64_t panels = dense_cut_panels(b, set->lanes, one.vectors, NULL);
    const bool whole = one.channels >= b->c / b->groups;
    if (whole ? fetches && (one.panels >= panels) != (other.panels >= panels)
              : !same_most(one.panels, other.panels, panels))
        return false;
    return one.tiles == other.tiles || (whole && panels == 1) ||
           same_most(one.tiles, other.tiles, count_tiles(b, one.pixels));
}

bool dense_alike(const conv *step, const isa *set, uint32_t layout, dense_blocking one,
                 dense_blocking other)
{
    const conv flat = flatten(step), *b = &flat;
    const view input = view_of(layout, b->c, b->h, b->w);
    one = dense_cut_blocking(b, set, input.per_block, one);
    other = dense_cut_blocking(b, set, input.per_block, other);
    return one.vectors == other.vectors && one.channels == other.channels &&
           (one.pixels == other.pixels || same_row(b, one.pixels, other.pixels)) &&
           same_blocks(b, set, input.pixel * b->stride_w == GEMM_BLOCKED_PIXEL, one, other);
}
