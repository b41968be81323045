/* SPDX-License-Identifier: Apache-2.0 */
#include "winograd/pays.h"

#include "winograd/wino.h"

/* In cycles of one core, as measured with AVX-512 on one processor; the comparison needs only their
 * proportions. */
#define VECTOR_FMAS 2.0  /* per cycle */
#define ELEMENT     4.0  /* transforming an element of a tile: a vector of 16 channels */
#define CALL        50.0 /* finding and transforming a tile of 16 channels, beside that */
#define NEAR_BYTES  32.0 /* of weights per cycle, if all stay in L2 */
#define FAR_BYTES   16.0 /* if they do not */
#define LOST_BYTES  4.0  /* if they are too many to stay in a last-level cache that others use */
#define LOST        (8 << 20)

/* Taps inside the image, of one row or column of outputs. */
static int64_t inside(int64_t outputs, int64_t stride, int64_t pad, int64_t filter, int64_t size)
{
    int64_t taps = 0;
    for (int64_t i = 0; i < outputs; i++) {
        const int64_t first = i * stride - pad;
        taps += larger(smaller(first + filter, size) - larger(first, 0), 0);
    }
    return taps;
}

/* Products of one input and one output channel, by the definition; taps in the padding need none.
 */
static int64_t count_products(const conv *b)
{
    return b->n * inside(b->p, b->stride_h, b->pad_top, b->r, b->h) *
           inside(b->q, b->stride_w, b->pad_left, b->s, b->w);
}

/* The same by tiles. */
static int64_t count_tiled(const conv *b, const wino_cut *cut)
{
    return wino_products(cut) * wino_tiles(b, cut);
}

/* Matrix products; their weights are read `times` times, and not while others are multiplied. */
static double multiply_cycles(const sb_cpu *cpu, double products, int lanes, double weights,
                              double times)
{
    const double bytes = 4 * weights;
    const double rate = weights <= (double)l2_floats(cpu) / 2 ? NEAR_BYTES
                        : bytes <= LOST                       ? FAR_BYTES
                                                              : LOST_BYTES;
    return products / lanes / VECTOR_FMAS + bytes * times / rate;
}

static double direct_cycles(const conv *b, const sb_cpu *cpu, int lanes)
{
    const int64_t half = larger(lanes / 2, 4); /* two pixels can share a vector */
    const double pairs = (double)b->c * (double)round_up(b->k, half);
    return multiply_cycles(cpu, (double)count_products(b) * pairs, lanes,
                           (double)(b->r * b->s) * pairs, 1);
}

/* The transforms of 16 channels of all tiles, each as often as `calls` says. */
static double transform_cycles(const wino_cut *cut, int lanes, double calls)
{
    return calls * (CALL + ELEMENT * wino_elements(cut) * WINO_BLOCK / lanes);
}

static double wino_cycles(const conv *b, const sb_cpu *cpu, const wino_cut *cut, int lanes)
{
    const int64_t tiles = wino_tiles(b, cut), in = round_up(b->c, WINO_BLOCK);
    const int64_t out = round_up(b->k, WINO_BLOCK);
    const double weights = (double)(wino_products(cut) * in * out);
    const double blocks = (double)divide_up(tiles, wino_default(b, cpu, cut, lanes).tiles);
    const double calls = (double)(tiles * (wino_pieces(cut) * in + out) / WINO_BLOCK);
    return multiply_cycles(cpu, (double)tiles * weights, lanes, weights, blocks) +
           transform_cycles(cut, lanes, calls);
}

bool wino_pays(const conv *b, const sb_cpu *cpu, const wino_cut *cut, int lanes, sb_why *why)
{
    const int64_t direct = count_products(b), tiles = count_tiled(b, cut);
    if (tiles >= direct) {
        refuse(why, "its tiles take %lld products of two channels, the definition %lld",
               (long long)tiles, (long long)direct);
        return false;
    }
    const double there = wino_cycles(b, cpu, cut, lanes), here = direct_cycles(b, cpu, lanes);
    if (there >= here)
        refuse(why, "transforms and weights cost more than it saves: %.0f cycles, direct %.0f",
               there, here);
    return there < here;
}

bool wino_saves(const conv *b, const wino_cut *cut, const wino_cut *other, sb_why *why)
{
    const int64_t here = count_tiled(b, cut), there = count_tiled(b, other);
    if (here >= there)
        refuse(why, "its tiles take %lld products of two channels, those of %d outputs %lld",
               (long long)here, other->y.out * other->x.out, (long long)there);
    return here < there;
}
