/* SPDX-License-Identifier: Apache-2.0 */
/* Default blocking of a dense convolution: a model of registers and caches. */
#include "engine/dense.h"

#include <math.h>

/*
 * Cycles of one step (one input channel of one tap) of a tile: two multiply-adds and two loads a
 * cycle, and a latency of four cycles for adding to a sum; plus the cost of starting and storing
 * the tile, divided by its depth.
 */
static double tile_cycles(int pixels, int vectors, bool half, double depth)
{
    const int spared = half ? pixels / 2 : 0; /* two pixels share a vector */
    double sums = (pixels * vectors - spared) / 2.0, loads = (pixels + vectors) / 2.0;
    double step = sums > loads ? sums : loads;
    if (step < 4)
        step = 4;
    return step * depth + 12 + 1.5 * pixels * vectors;
}

/*
 * The number of pixels that a tile may have. Pixels a multiple of 4 KiB apart map to the same set
 * of the first-level cache, which has as many ways as the cache has pages (it is indexed while
 * addresses are translated); one way is left for the weights.
 */
static int most_pixels(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t layout,
                       int vectors)
{
    const view input = view_of(layout, b->c, b->h, b->w);
    const int most = gemm_max_pixels(set, vectors);
    const int64_t ways = l1_floats(cpu) / 1024;
    const bool collide = input.pixel * b->stride_w % 1024 == 0;
    return collide ? (int)clamp(ways - 1, 1, most) : most;
}

/* Cycles for one row of output and all channels of a group, in equal tiles and panels. */
static double row_cycles(const conv *b, const isa *set, int most, int vectors)
{
    const int64_t outputs = b->k / b->groups, all = divide_up(outputs, set->lanes);
    const double depth = (double)(b->c / b->groups * b->r * b->s);
    const int64_t tiles = divide_up(b->q, most);
    const int low = (int)(b->q / tiles), high = (int)(b->q % tiles);
    double cycles = 0;
    for (int64_t at = 0; at < all; at += vectors) {
        const int now = (int)smaller(vectors, all - at);
        const bool half = dense_is_half(set, now, outputs - at * set->lanes);
        cycles += (double)high * tile_cycles(low + 1, now, half, depth);
        cycles += (double)(tiles - high) * tile_cycles(low, now, half, depth);
    }
    return cycles;
}

dense_blocking dense_default(const conv *step, const sb_cpu *cpu, const isa *set, uint32_t layout)
{
    const conv flat = flatten(step), *b = &flat;
    dense_blocking at = { 0 };
    double least = INFINITY;
    for (int vectors = 1; vectors <= GEMM_MAX_VECTORS; vectors++) {
        const int pixels = most_pixels(b, cpu, set, layout, vectors);
        const double cycles = row_cycles(b, set, pixels, vectors);
        if (cycles >= least)
            continue;
        least = cycles;
        at.vectors = vectors;
        at.pixels = pixels;
    }
    const int64_t l2 = l2_floats(cpu);
    const int64_t channels = b->c / b->groups, taps = b->r * b->s;

    /* A panel's weights for one block of channels stay in a part of L2, beside the input. */
    const int64_t width = (int64_t)at.vectors * set->lanes;
    const int64_t most = clamp(l2 / 6 / (taps * width), 16, channels);
    at.channels = round_up(divide_up(channels, divide_up(channels, most)), 16);

    /* If all weights fit into L2, loops over them for each block of tiles, whose input and output
     * stay there as well. Otherwise loops over the input for each few panels of weights. */
    const int64_t panel = at.channels * taps * width;
    const int64_t all = divide_up(b->k / b->groups, width);
    const int64_t tile = at.pixels * b->stride_w * at.channels;
    if (all * panel <= l2 / 2) {
        at.panels = all;
        at.tiles = larger(1, l2 / 2 / (tile + at.pixels * all * width));
    } else {
        at.panels = larger(1, l2 / 4 / panel);
        at.tiles = larger(1, l2 / 2 / tile);
    }
    return at;
}
