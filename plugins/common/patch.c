/* SPDX-License-Identifier: Apache-2.0 */
#include "common/patch.h"

#include <string.h>

/* The strip for input columns with this remainder; a new one if there is none yet. */
static int64_t find_phase(patch *own, int64_t remainder)
{
    int64_t i = 0;
    while (i < own->phases && own->phase[i] != remainder)
        i++;
    if (i == own->phases)
        own->phase[own->phases++] = remainder;
    return i;
}

static void place_taps(patch *own, int64_t line_step)
{
    const conv *b = &own->conv;
    int64_t line = own->phases * own->pitch;
    for (int64_t r = 0; r < b->r; r++)
        for (int64_t s = 0; s < b->s; s++) {
            int64_t x = s * b->dilation_w;
            own->tap[r * b->s + s] = r * line_step * line +
                                     find_phase(own, x % b->stride_w) * own->pitch +
                                     x / b->stride_w;
        }
}

int patch_init(patch *own, const sb_host *host, const conv *b, int64_t rows, int64_t columns,
               int64_t lanes)
{
    *own = (patch) { .conv = *b };
    own->phase = host->alloc(host, (size_t)b->s * sizeof *own->phase);
    own->tap = host->alloc(host, (size_t)(b->r * b->s) * sizeof *own->tap);
    if (own->phase == NULL || own->tap == NULL) {
        patch_free(own, host);
        return -1;
    }
    for (int64_t s = 0; s < b->s; s++)
        find_phase(own, s * b->dilation_w % b->stride_w);

    int64_t span = (rows - 1) * b->stride_h + (b->r - 1) * b->dilation_h + 1;
    own->shared = span <= rows * b->r;
    own->lines = own->shared ? span : rows * b->r;
    own->reach = (b->s - 1) * b->dilation_w / b->stride_w;
    own->pitch = round_up(round_up(columns, lanes) + own->reach, lanes);
    own->row = (own->shared ? b->stride_h : b->r) * own->phases * own->pitch;
    own->plane = own->lines * own->phases * own->pitch;
    place_taps(own, own->shared ? b->dilation_h : 1);
    return 0;
}

void patch_free(patch *own, const sb_host *host)
{
    host->free(host, own->phase);
    host->free(host, own->tap);
}

/* The strides that cover so many columns. Most strides are 1, and a division takes as long as
 * copying several vectors. */
static int64_t steps(int64_t columns, int64_t stride)
{
    return stride == 1 ? columns : divide_up(columns, stride);
}

/* to[i] = the input row at x + i * stride, or 0 outside the image. */
static void fill_strip(const conv *b, const simd *isa, const float *row, int64_t x, int64_t count,
                       float *to)
{
    int64_t stride = b->stride_w;
    int64_t first = x < 0 ? smaller(steps(-x, stride), count) : 0;
    int64_t last = b->w > x ? smaller(steps(b->w - x, stride), count) : 0;
    last = larger(first, last);
    if (first > 0)
        memset(to, 0, (size_t)first * sizeof *to);
    if (last > first)
        isa->gather(to + first, row + x + first * stride, stride, last - first);
    if (count > last)
        memset(to + last, 0, (size_t)(count - last) * sizeof *to);
}

void patch_fill(const patch *own, const simd *isa, pixel_tile tile, const float *plane, float *to)
{
    const conv *b = &own->conv;
    int64_t count = tile.columns + own->reach;
    int64_t left = tile.q * b->stride_w - b->pad_left;
    int64_t top = tile.p * b->stride_h - b->pad_top;
    int64_t lines = own->shared ? (tile.rows - 1) * b->stride_h + (b->r - 1) * b->dilation_h + 1
                                : tile.rows * b->r;
    for (int64_t i = 0; i < lines; i++) {
        int64_t y = own->shared ? top + i : top + i / b->r * b->stride_h + i % b->r * b->dilation_h;
        for (int64_t f = 0; f < own->phases; f++, to += own->pitch) {
            if (y >= 0 && y < b->h)
                fill_strip(b, isa, plane + y * b->w, left + own->phase[f], count, to);
            else
                memset(to, 0, (size_t)count * sizeof *to);
        }
    }
}
