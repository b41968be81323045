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

/* In every layout, each image and block of channels is a transposed [channels][pixels]. */
void sb_reorder_from_nchw(sb_layout layout, sb_shape shape, const float *nchw, float *to)
{
    const int64_t pixels = shape.h * shape.w;
    if (layout == SB_NCHW) {
        memcpy(to, nchw, (size_t)sb_layout_elements(layout, shape) * sizeof *to);
        return;
    }
    const int64_t block = block_of(layout, shape.c);
    for (int64_t n = 0; n < shape.n; n++) {
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            float *target = to + sb_layout_plane(layout, shape, n, c).first;
            if (count < block)
                memset(target, 0, (size_t)(pixels * block) * sizeof *target);
            transpose_block(count, pixels, nchw + (n * shape.c + c) * pixels, pixels, target,
                            block);
        }
    }
}

void sb_reorder_to_nchw(sb_layout layout, sb_shape shape, const float *from, float *nchw)
{
    const int64_t pixels = shape.h * shape.w;
    if (layout == SB_NCHW) {
        memcpy(nchw, from, (size_t)sb_layout_elements(layout, shape) * sizeof *nchw);
        return;
    }
    const int64_t block = block_of(layout, shape.c);
    for (int64_t n = 0; n < shape.n; n++) {
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            const float *source = from + sb_layout_plane(layout, shape, n, c).first;
            transpose_block(pixels, count, source, block, nchw + (n * shape.c + c) * pixels,
                            pixels);
        }
    }
}

/* Both layouts have `count` channels of a pixel side by side; pixels are a fixed step apart. */
static void copy_channels(int64_t pixels, int64_t count, const float *from, int64_t from_step,
                          float *to, int64_t to_step)
{
    if (count == TILE) { /* a size known at compile time needs no call */
        for (int64_t i = 0; i < pixels; i++)
            memcpy(to + i * to_step, from + i * from_step, TILE * sizeof *to);
        return;
    }
    for (int64_t i = 0; i < pixels; i++)
        memcpy(to + i * to_step, from + i * from_step, (size_t)count * sizeof *to);
}

void sb_reorder_from_nhwc(sb_layout layout, sb_shape shape, const float *nhwc, float *to)
{
    const int64_t pixels = shape.h * shape.w, block = block_of(layout, shape.c);
    if (layout == SB_NCHW) {
        sb_reorder_to_nchw(SB_NHWC, shape, nhwc, to);
        return;
    }
    for (int64_t n = 0; n < shape.n; n++) {
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            float *target = to + sb_layout_plane(layout, shape, n, c).first;
            if (count < block)
                memset(target, 0, (size_t)(pixels * block) * sizeof *target);
            copy_channels(pixels, count, nhwc + n * pixels * shape.c + c, shape.c, target, block);
        }
    }
}

void sb_reorder_to_nhwc(sb_layout layout, sb_shape shape, const float *from, float *nhwc)
{
    const int64_t pixels = shape.h * shape.w, block = block_of(layout, shape.c);
    if (layout == SB_NCHW) {
        sb_reorder_from_nchw(SB_NHWC, shape, from, nhwc);
        return;
    }
    for (int64_t n = 0; n < shape.n; n++) {
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            copy_channels(pixels, count, from + sb_layout_plane(layout, shape, n, c).first, block,
                          nhwc + n * pixels * shape.c + c, shape.c);
        }
    }
}

/* From blocks of one size to blocks of another: the smaller ones lie side by side in both. */
static void reorder_blocks(sb_layout from, sb_layout to, sb_shape shape, const float *source,
                           float *target)
{
    const int64_t pixels = shape.h * shape.w, wide = block_of(from, shape.c),
                  wider = block_of(to, shape.c), block = wide < wider ? wide : wider;
    for (int64_t n = 0; n < shape.n; n++)
        for (int64_t c = 0; c < shape.c; c += block) {
            const int64_t count = shape.c - c < block ? shape.c - c : block;
            copy_channels(pixels, count, source + sb_layout_plane(from, shape, n, c).first, wide,
                          target + sb_layout_plane(to, shape, n, c).first, wider);
        }
    sb_layout_clear_padding(to, shape, target);
}

void sb_reorder(sb_layout from, sb_layout to, sb_shape shape, const float *source, float *target)
{
    if (from == SB_NCHW)
        sb_reorder_from_nchw(to, shape, source, target);
    else if (to == SB_NCHW)
        sb_reorder_to_nchw(from, shape, source, target);
    else if (from == SB_NHWC)
        sb_reorder_from_nhwc(to, shape, source, target);
    else if (to == SB_NHWC)
        sb_reorder_to_nhwc(from, shape, source, target);
    else
        reorder_blocks(from, to, shape, source, target);
}

bool sb_layout_pads(sb_layout layout, sb_shape shape)
{
    return shape.c % block_of(layout, shape.c) != 0;
}

void sb_layout_clear_padding(sb_layout layout, sb_shape shape, float *tensor)
{
    const int64_t block = block_of(layout, shape.c), used = shape.c % block;
    for (int64_t n = 0; used && n < shape.n; n++) {
        float *last = tensor + sb_layout_plane(layout, shape, n, shape.c - used).first;
        for (int64_t i = 0; i < shape.h * shape.w; i++)
            memset(last + i * block + used, 0, (size_t)(block - used) * sizeof *last);
    }
}
