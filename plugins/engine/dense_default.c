/* SPDX-License-Identifier: Apache-2.0 */
/* Default blocking of a dense convolution: a model of registers and caches. */
#include "engine/dense_cut.h"

#include <math.h>

/* What a tile's cost depends on, beside its size. */
typedef struct setting {
    const conv *conv;
    const isa *isa;
    double depth; /* steps: input channels times taps */
    double pixel; /* cycles to write a panel's vectors to one pixel, beyond the stores */
    double line;  /* cycles until a cache line of weights has come, where L2 does not hold them */
    bool far;     /* the tensors do not stay in L2 */
} setting;

/*
 * Cycles of one step (one input channel of one tap) of a tile: two multiply-adds and two loads a
 * cycle, and a latency of four cycles for adding to a sum. If the input comes from beyond L2, the
 * first-level cache waits for at most about 16 lines at a time, and a tile of more pixels waits
 * twice.
 */
static double step_cycles(const setting *own, int pixels, int vectors, bool half)
{
    const int spared = half ? pixels / 2 : 0; /* two pixels share a vector */
    const double sums = (pixels * vectors - spared) / 2.0, loads = (pixels + vectors) / 2.0;
    const double waits = own->far && pixels > 16 ? 0.15 * (pixels - 16) : 0;
    return fmax(fmax(sums, loads), 4) + waits;
}

/* Those of a tile: with the cost of starting and storing it. */
static double tile_cycles(const setting *own, int pixels, int vectors, bool half)
{
    return step_cycles(own, pixels, vectors, half) * own->depth + 12 + 1.5 * pixels * vectors;
}

/*
 * The number of pixels that a tile may have. Pixels a multiple of 4 KiB apart map to the same set
 * of the first-level cache, which has as many ways as the cache has pages (it is indexed while
 * addresses are translated). In a set of eight ways one is left for the weights, or all of the
 * pixels' lines evict each other; in one of twelve, two pixels too many evict few of them, which
 * costs less than smaller tiles do.
 */
static int most_pixels(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t layout,
                       int vectors)
{
    const view input = view_of(layout, b->c, b->h, b->w);
    const int most = gemm_max_pixels(set, vectors);
    const int64_t ways = l1_floats(cpu) / 1024;
    const bool collide = input.pixel * b->stride_w % 1024 == 0;
    return collide ? (int)clamp(ways < 12 ? ways - 1 : ways + 2, 1, most) : most;
}

static int64_t count_tensors(const conv *b)
{
    return b->c * b->h * b->w + b->k * b->p * b->q;
}

/*
 * What it costs to write the vectors of a panel to one pixel. In NHWC the panels of a pixel are
 * parts of one run of memory, but are written at different times. If the tensors do not stay in L2,
 * each part waits for the same page and for lines beside those of the others: about 20 cycles, on a
 * processor with 2 MiB of L2, for 16 to 256 input channels; else 1. In blocked layouts it is the
 * input that each panel reads again.
 */
static double pixel_cycles(uint32_t layout, bool large, bool far)
{
    return layout == SB_NHWC ? (large ? 20 : 1) : far ? 3 : 0;
}

static setting setting_of(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t layout,
                          bool near)
{
    const int64_t depth = b->c / b->groups * b->r * b->s, l2 = l2_floats(cpu);
    const bool large = count_tensors(b) > l2, far = large && !near;
    return (setting) {
        .conv = b,
        .isa = set,
        .depth = (double)depth,
        .pixel = pixel_cycles(layout, large, far),
        .line = depth * b->k > l2 / 2 ? 6 : 0,
        .far = far,
    };
}

/*
 * Cycles for one row of output and all channels of a group, in equal tiles and panels of at most so
 * many pixels and vectors. If the weights come from beyond L2, the first tile of a panel takes as
 * long as they do (10 bytes a cycle), which is longer the more vectors it has; once for all rows.
 */
static double row_cycles(const setting *own, int most, int vectors)
{
    const conv *b = own->conv;
    const int lanes = own->isa->lanes;
    const int64_t outputs = b->k / b->groups, all = divide_up(outputs, lanes);
    const int64_t tiles = divide_up(b->q, most);
    const int low = (int)(b->q / tiles), high = (int)(b->q % tiles);
    double cycles = 0;
    for (int64_t at = 0; at < all; at += vectors) {
        const int now = (int)smaller(vectors, all - at);
        const bool half = dense_is_half(own->isa, now, outputs - at * lanes);
        const double narrow = tile_cycles(own, low, now, half);
        const double wide = high > 0 ? tile_cycles(own, low + 1, now, half) : narrow;
        const double weights = own->depth * now * lanes / 16 * own->line;
        cycles += (double)high * wide + (double)(tiles - high) * narrow;
        cycles += (double)b->q * own->pixel + fmax(weights - wide, 0) / (double)b->p;
    }
    return cycles;
}

/* The fastest register tile of those that have the given values. */
static void choose_tile(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t layout,
                        bool near, const dense_blocking *given, dense_blocking *at)
{
    const setting own = setting_of(b, cpu, set, layout, near);
    double least = INFINITY;
    at->vectors = given->vectors > 0 ? given->vectors : 1;
    at->pixels = given->pixels;
    for (int vectors = 1; vectors <= GEMM_MAX_VECTORS; vectors++) {
        const bool fits = given->pixels <= gemm_max_pixels(set, vectors);
        const int pixels =
            given->pixels > 0 ? given->pixels : most_pixels(b, cpu, set, layout, vectors);
        if (!fits || (given->vectors > 0 && given->vectors != vectors))
            continue;
        const double cycles = row_cycles(&own, pixels, vectors);
        if (cycles >= least)
            continue;
        least = cycles;
        at->vectors = vectors;
        at->pixels = pixels;
    }
}

/* A panel's weights for one block of channels stay in a part of L2, beside the input. */
static int64_t choose_channels(const conv *b, const sb_cpu *cpu, int64_t width)
{
    const int64_t channels = b->c / b->groups;
    const int64_t most = clamp(l2_floats(cpu) / 6 / (b->r * b->s * width), 16, channels);
    return round_up(divide_up(channels, divide_up(channels, most)), 16);
}

/* If all weights fit into L2, loops over them for each block of tiles, whose input and output stay
 * there as well. Otherwise loops over the input for each few panels of weights. */
static void choose_loops(const conv *b, const sb_cpu *cpu, uint32_t layout, int64_t width,
                         dense_blocking *at)
{
    const int64_t l2 = l2_floats(cpu);
    const int64_t panel = at->channels * b->r * b->s * width;
    const int64_t all = divide_up(b->k / b->groups, width);
    const int64_t tile = at->pixels * b->stride_w * at->channels;
    const bool fit = all * panel <= l2 / 2;
    if (dense_joins_groups(b, view_of(layout, b->c, b->h, b->w).per_block)) {
        at->panels = all;
        at->tiles = larger(1, all * panel / tile); /* as much input as weights */
        return;
    }
    at->panels = fit ? all : larger(1, l2 / 4 / panel);
    at->tiles = larger(1, l2 / 2 / (fit ? tile + at->pixels * all * width : tile));
}

dense_blocking dense_default(const conv *step, const sb_cpu *cpu, const isa *set, uint32_t layout,
                             bool near, const dense_blocking *given)
{
    const conv flat = flatten(step), *b = &flat;
    dense_blocking at = *given;
    choose_tile(b, cpu, set, layout, near, given, &at);
    const int64_t width = (int64_t)at.vectors * set->lanes;
    if (given->channels == 0)
        at.channels = choose_channels(b, cpu, width);
    choose_loops(b, cpu, layout, width, &at);
    if (given->panels > 0)
        at.panels = given->panels;
    if (given->tiles > 0)
        at.tiles = given->tiles;
    return at;
}
