/* SPDX-License-Identifier: Apache-2.0 */
#include "common/lower.h"

#include <string.h>

static void zero(float *to, int64_t count)
{
    if (count > 0)
        memset(to, 0, (size_t)count * sizeof *to);
}

/* Pixels [q, q + count) of one output row under the tap that starts at input column x = -pad + s d.
 * `row` is the input row. */
static void lower_pixels(const conv *b, const simd *isa, const float *row, int64_t x, int64_t q,
                         int64_t count, float *to)
{
    int64_t stride = b->stride_w;
    int64_t first = x < 0 ? divide_up(-x, stride) : 0;         /* pixels before it read zero */
    int64_t last = b->w > x ? divide_up(b->w - x, stride) : 0; /* and from it on */
    first = clamp(first, q, q + count);
    last = clamp(last, first, q + count);
    zero(to, first - q);
    if (last > first)
        isa->gather(to + first - q, row + x + first * stride, stride, last - first);
    zero(to + last - q, q + count - last);
}

void lower_row(const conv *b, const simd *isa, const float *image, int64_t row, int64_t first,
               int64_t count, float *to)
{
    int64_t s = row % b->s;
    int64_t r = row / b->s % b->r;
    const float *plane = image + row / b->s / b->r * b->h * b->w;
    int64_t p = first / b->q;
    int64_t q = first % b->q;

    while (count > 0) {
        int64_t run = smaller(count, b->q - q);
        int64_t y = p * b->stride_h - b->pad_top + r * b->dilation_h;
        if (y < 0 || y >= b->h)
            zero(to, run);
        else
            lower_pixels(b, isa, plane + y * b->w, s * b->dilation_w - b->pad_left, q, run, to);
        to += run;
        count -= run;
        q = 0;
        p++;
    }
}
