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

uint32_t dense_hidden(const conv *b, const dense_span *tile, int64_t s)
{
    const int64_t x = tile->column * b->stride_w - b->pad_left + s * b->dilation_w;
    const int64_t low = x < 0 ? divide_up(-x, b->stride_w) : 0;
    const int64_t end = x < b->w ? (b->w - 1 - x) / b->stride_w + 1 : 0;
    if (low >= smaller(end, tile->pixels))
        return dense_all(tile);
    const uint32_t below_end = end < tile->pixels ? (1U << end) - 1 : dense_all(tile);
    return dense_all(tile) & ~(below_end & ~((1U << low) - 1));
}

bool dense_same_list(const conv *b, const dense_span *one, const dense_span *other)
{
    for (int64_t s = 0; s < b->s; s++) {
        const uint32_t hidden[2] = { dense_hidden(b, one, s), dense_hidden(b, other, s) };
        const bool none[2] = { hidden[0] == dense_all(one), hidden[1] == dense_all(other) };
        if (none[0] != none[1] || (!none[0] && hidden[0] != hidden[1]))
            return false;
    }
    return true;
}

/* The tile that begins at column q. */
static dense_span next_tile(const conv *b, int64_t q, int pixels)
{
    const int64_t left = b->q - q;
    return (dense_span) {
        .column = q,
        .pixels = (int)divide_up(left, divide_up(left, pixels)),
    };
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

bool dense_joins_groups(const conv *b, int64_t per_block)
{
    return b->groups > 1 && b->r * b->s == 1 && per_block == b->c;
}

bool dense_is_blocked(const conv *b, const isa *set, const view *input)
{
    return input->pixel * b->stride_w == GEMM_BLOCKED_PIXEL && gemm_exists(set, GEMM_BLOCKED, 1);
}

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
    return divide_up(b->q, one) == divide_up(b->q, other);
}

/* All tiles of an image, of one group. */
static int64_t count_tiles(const conv *b, int pixels)
{
    return b->p * divide_up(b->q, pixels);
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
static bool same_blocks(const conv *b, const isa *set, const view *input, dense_blocking one,
                        dense_blocking other)
{
    const bool fetches = dense_is_blocked(b, set, input);
    const bool joined = dense_joins_groups(b, input->per_block);
    const int64_t panels = dense_cut_panels(b, set->lanes, one.vectors, NULL);
    const bool whole = one.channels >= b->c / b->groups;
    if (whole ? fetches && (one.panels >= panels) != (other.panels >= panels)
              : !same_most(one.panels, other.panels, panels))
        return false;
    return one.tiles == other.tiles || (whole && panels == 1 && !joined) ||
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
           same_blocks(b, set, &input, one, other);
}
