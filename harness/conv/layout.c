/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/layout.h"

#include <assert.h>
#include <string.h>

sb_shape sb_input_shape(const sb_problem *problem)
{
    const sb_step *s = sb_first_step(problem);
    return (sb_shape) { problem->n, s->c, s->h, s->w };
}

sb_shape sb_output_shape(const sb_problem *problem)
{
    const sb_step *s = sb_last_step(problem);
    return (sb_shape) { problem->n, s->k, s->p, s->q };
}

/* The number of channels that lie side by side at one pixel: 1 for NCHW, all of them for NHWC. */
static int64_t block_of(sb_layout layout, int64_t channels)
{
    switch (layout) {
    case SB_NCHW:
        return 1;
    case SB_NHWC:
        return channels;
    case SB_NCHW8C:
        return 8;
    case SB_NCHW16C:
        return 16;
    }
    assert(0 && "a layout that does not exist");
    return 1;
}

sb_plane sb_layout_plane(sb_layout layout, sb_shape shape, int64_t image, int64_t channel)
{
    const int64_t block = block_of(layout, shape.c);
    const int64_t blocks = (shape.c + block - 1) / block;
    const int64_t pixels = shape.h * shape.w;
    return (sb_plane) {
        .first = (image * blocks + channel / block) * pixels * block + channel % block,
        .step = block,
    };
}

int64_t sb_layout_elements(sb_layout layout, sb_shape shape)
{
    const int64_t block = block_of(layout, shape.c);
    return shape.n * ((shape.c + block - 1) / block) * block * shape.h * shape.w;
}

/* ------------------------------------------------------------------------------------ transpose */

enum { TILE = 16 }; /* floats in a cache line: a tile reads and writes whole lines */

/* Copies through a buffer, so that rows a power of two apart do not evict each other from L1. */
static void transpose_tile(const float *from, int64_t from_stride, float *to, int64_t to_stride)
{
    float tile[TILE][TILE];
    for (int i = 0; i < TILE; i++)
        memcpy(tile[i], from + i * from_stride, sizeof tile[i]);
    for (int j = 0; j < TILE; j++)
        for (int i = 0; i < TILE; i++)
            to[j * to_stride + i] = tile[i][j];
}

static void transpose_edge(int64_t rows, int64_t columns, const float *from, int64_t from_stride,
                           float *to, int64_t to_stride)
{
    for (int64_t j = 0; j < columns; j++)
        for (int64_t i = 0; i < rows; i++)
            to[j * to_stride + i] = from[i * from_stride + j];
}

/* to[j][i] = from[i][j] for i < rows, j < columns. */
static void transpose_block(int64_t rows, int64_t columns, const float *from, int64_t from_stride,
                            float *to, int64_t to_stride)
{
    for (int64_t i = 0; i < rows; i += TILE) {
        for (int64_t j = 0; j < columns; j += TILE) {
            const int64_t high = rows - i < TILE ? rows - i : TILE;
            const int64_t wide = columns - j < TILE ? columns - j : TILE;
            const float *source = from + i * from_stride + j;
            float *target = to + j * to_stride + i;
            if (high == TILE && wide == TILE)
                transpose_tile(source, from_stride, target, to_stride);
            else
                transpose_edge(high, wide, source, from_stride, target, to_stride);
        }
    }
}

/* ------------------------------------------------------------------------------------- reorders */

/* Pixels of every image that a call converts. */
typedef struct pixels {
    int64_t first, count, all;
} pixels;

static pixels all_of(sb_shape shape)
{
    return (pixels) { 0, shape.h * shape.w, shape.h * shape.w };
}

/* Whole tiles of pixels, except at the end. */
static pixels part_of(sb_shape shape, int64_t part, int64_t parts)
{
    const int64_t all = shape.h * shape.w, tiles = (all + TILE - 1) / TILE;
    const int64_t first = tiles * part / parts * TILE, end = tiles * (part + 1) / parts * TILE;
    return (pixels) { first, (end < all ? end : all) - first, all };
}

/* Where the block of channels from `c` on begins, at the first of the pixels. */
static int64_t block_at(sb_layout layout, sb_shape shape, int64_t n, int64_t c, pixels p)
{
    const sb_plane plane = sb_layout_plane(layout, shape, n, c);
    return plane.first + p.first * plane.step;
}

/* In every layout, each image and block of channels is a transposed [channels][pixels]. */
static void from_nchw(sb_layout layout, sb_shape shape, pixels p, const float *nchw, float *to)
{
    const int64_t block = block_of(layout, shape.c);
    for (int64_t n = 0; n < shape.n; n++) {
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            float *target = to + block_at(layout, shape, n, c, p);
            if (count < block)
                memset(target, 0, (size_t)(p.count * block) * sizeof *target);
            transpose_block(count, p.count, nchw + block_at(SB_NCHW, shape, n, c, p), p.all, target,
                            block);
        }
    }
}

static void to_nchw(sb_layout layout, sb_shape shape, pixels p, const float *from, float *nchw)
{
    const int64_t block = block_of(layout, shape.c);
    for (int64_t n = 0; n < shape.n; n++) {
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            transpose_block(p.count, count, from + block_at(layout, shape, n, c, p), block,
                            nchw + block_at(SB_NCHW, shape, n, c, p), p.all);
        }
    }
}

void sb_reorder_from_nchw(sb_layout layout, sb_shape shape, const float *nchw, float *to)
{
    if (layout == SB_NCHW)
        memcpy(to, nchw, (size_t)sb_layout_elements(layout, shape) * sizeof *to);
    else
        from_nchw(layout, shape, all_of(shape), nchw, to);
}

void sb_reorder_to_nchw(sb_layout layout, sb_shape shape, const float *from, float *nchw)
{
    if (layout == SB_NCHW)
        memcpy(nchw, from, (size_t)sb_layout_elements(layout, shape) * sizeof *nchw);
    else
        to_nchw(layout, shape, all_of(shape), from, nchw);
}

/* Both layouts have `count` channels of a pixel side by side, in rows a fixed step apart. */
static void copy_channels(int64_t rows, int64_t count, const float *from, int64_t from_step,
                          float *to, int64_t to_step)
{
    if (count == TILE) { /* a size known at compile time needs no call */
        for (int64_t i = 0; i < rows; i++)
            memcpy(to + i * to_step, from + i * from_step, TILE * sizeof *to);
        return;
    }
    for (int64_t i = 0; i < rows; i++)
        memcpy(to + i * to_step, from + i * from_step, (size_t)count * sizeof *to);
}

static void clear_padding(sb_layout layout, sb_shape shape, pixels p, float *tensor)
{
    const int64_t block = block_of(layout, shape.c), used = shape.c % block;
    for (int64_t n = 0; used && n < shape.n; n++) {
        float *last = tensor + block_at(layout, shape, n, shape.c - used, p);
        for (int64_t i = 0; i < p.count; i++)
            memset(last + i * block + used, 0, (size_t)(block - used) * sizeof *last);
    }
}

/* From blocks of one size to blocks of another: the smaller ones lie side by side in both. In NHWC
 * all channels are one block. */
static void reorder_blocks(sb_layout from, sb_layout to, sb_shape shape, pixels p,
                           const float *source, float *target)
{
    const int64_t wide = block_of(from, shape.c), wider = block_of(to, shape.c),
                  block = wide < wider ? wide : wider;
    for (int64_t n = 0; n < shape.n; n++)
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            copy_channels(p.count, count, source + block_at(from, shape, n, c, p), wide,
                          target + block_at(to, shape, n, c, p), wider);
        }
    clear_padding(to, shape, p, target);
}

static void reorder(sb_layout from, sb_layout to, sb_shape shape, pixels p, const float *source,
                    float *target)
{
    if (from == SB_NCHW)
        from_nchw(to, shape, p, source, target);
    else if (to == SB_NCHW)
        to_nchw(from, shape, p, source, target);
    else
        reorder_blocks(from, to, shape, p, source, target);
}

void sb_reorder_from_nhwc(sb_layout layout, sb_shape shape, const float *nhwc, float *to)
{
    reorder(SB_NHWC, layout, shape, all_of(shape), nhwc, to);
}

void sb_reorder_to_nhwc(sb_layout layout, sb_shape shape, const float *from, float *nhwc)
{
    reorder(layout, SB_NHWC, shape, all_of(shape), from, nhwc);
}

void sb_reorder(sb_layout from, sb_layout to, sb_shape shape, const float *source, float *target)
{
    reorder(from, to, shape, all_of(shape), source, target);
}

void sb_reorder_part(sb_layout from, sb_layout to, sb_shape shape, const float *source,
                     float *target, int64_t part, int64_t parts)
{
    const pixels p = part_of(shape, part, parts);
    if (p.count > 0 && from == to)
        clear_padding(to, shape, p, target);
    else if (p.count > 0)
        reorder(from, to, shape, p, source, target);
}

bool sb_layout_pads(sb_layout layout, sb_shape shape)
{
    return shape.c % block_of(layout, shape.c) != 0;
}

void sb_layout_clear_padding(sb_layout layout, sb_shape shape, float *tensor)
{
    clear_padding(layout, shape, all_of(shape), tensor);
}
