/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/patches.h"

#include <string.h>

enum { FEW = 2 }; /* outputs of a row */

/* In cycles, for a tap of a pixel: copying its channels (8 floats a cycle), and multiplying them.
 */
static bool copies_cheaply(const conv *b)
{
    const double copy = 8 + (double)b->c / 8, multiply = (double)(b->c * divide_up(b->k, 16));
    return copy <= multiply / 4;
}

/* Copies hold the padding, for which there would be no multiplications otherwise. Tiles of one and
 * two pixels take 1.9 to 2.9 times as long for each multiplication as those of copies (Zen 4). */
static bool has_little_padding(const conv *b)
{
    const int64_t rows = taps_inside(b->p, b->stride_h, b->r, b->dilation_h, b->pad_top, b->h);
    const int64_t columns = taps_inside(b->q, b->stride_w, b->s, b->dilation_w, b->pad_left, b->w);
    return (double)(b->p * b->q * b->r * b->s) <= 1.7 * (double)(rows * columns);
}

bool patches_pay(const conv *b, const sb_cpu *cpu)
{
    const int64_t row = is_column(b) ? b->p : b->q, pixels = b->n * b->p * b->q;
    return b->groups == 1 && row <= FEW && pixels > row && !is_plain_pointwise(b) &&
           copies_cheaply(b) && has_little_padding(b) &&
           pixels * b->r * b->s * b->c <= l2_floats(cpu) / 2;
}

/* Is the patch of each output a row of the image, or several? Then patches lie at equal distances.
 */
static bool are_rows(const conv *b)
{
    return b->n == 1 && b->q == 1 && b->s == b->w && !is_padded(b) && b->dilation_h == 1 &&
           b->dilation_w == 1;
}

/* The outputs of all rows and images as one row. */
static conv join_rows(const conv *b)
{
    conv all = *b;
    all.n = all.p = 1;
    all.q = b->n * b->p * b->q;
    all.stride_h = all.stride_w = all.dilation_h = 1;
    return all;
}

/* Each tap of a row is a pixel of its own. */
static conv conv_of_rows(const conv *b)
{
    conv all = join_rows(b);
    all.r = all.h = b->r * b->s;
    all.s = 1;
    all.w = all.q;
    return all;
}

/* Row r of the copies holds the pixels of taps (r, 0), then those of (r, 1), and so on. */
conv patches_conv(const conv *b)
{
    if (are_rows(b))
        return conv_of_rows(b);
    conv all = join_rows(b);
    all.dilation_w = all.q;
    all.h = b->r;
    all.w = b->s * all.q;
    all.pad_top = all.pad_bottom = all.pad_left = all.pad_right = 0;
    return all;
}

typedef struct patches_stage {
    dense_stage dense;
    conv conv; /* of the tensors */
    bool copies;
} patches_stage;

/* The pixels that one tap reads for a row of outputs. `row` of the input: NULL is padding. */
static void copy_row(const conv *b, const float *row, int64_t x, float *to)
{
    const size_t size = (size_t)b->c * sizeof *to;
    for (int64_t q = 0; q < b->q; q++, x += b->stride_w, to += b->c) {
        if (row != NULL && x >= 0 && x < b->w)
            memcpy(to, row + x * b->c, size);
        else
            memset(to, 0, size);
    }
}

/* All outputs' inputs of tap (r, s). */
static void copy_tap(const conv *b, const float *input, int64_t r, int64_t s, float *to)
{
    const int64_t pitch = b->w * b->c, x = s * b->dilation_w - b->pad_left;
    for (int64_t n = 0; n < b->n; n++, input += b->h * pitch)
        for (int64_t p = 0; p < b->p; p++, to += b->q * b->c) {
            const int64_t y = p * b->stride_h + r * b->dilation_h - b->pad_top;
            copy_row(b, y >= 0 && y < b->h ? input + y * pitch : NULL, x, to);
        }
}

static void copy_patches(const conv *b, const float *input, float *to)
{
    const int64_t each = b->n * b->p * b->q * b->c;
    for (int64_t r = 0; r < b->r; r++)
        for (int64_t s = 0; s < b->s; s++, to += each)
            copy_tap(b, input, r, s, to);
}

/* Each thread copies all patches, and computes its part of the outputs. */
static void run(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    const patches_stage *own = (const patches_stage *)base;
    tensors patches = *t;
    if (own->copies) {
        patches.input = scratch;
        copy_patches(&own->conv, t->input, scratch);
    }
    dense_run(&own->dense.dense, &patches, index, base->tasks);
}

static void destroy(stage *base, const sb_host *host)
{
    dense_release(&((patches_stage *)base)->dense.dense, host);
    host->free(host, base);
}

static view view_of_patches(const patches_stage *own, const conv *all)
{
    const conv *b = &own->conv;
    view patches = view_of(SB_NHWC, all->c, all->h, all->w);
    if (!own->copies) {
        patches.row = b->c;
        patches.pixel = b->stride_h * b->w * b->c;
    }
    return patches;
}

static void describe(patches_stage *own)
{
    char text[DESCRIPTION];
    const size_t used = (size_t)snprintf(text, sizeof text, own->copies ? "patches, " : "rows, ");
    dense_describe(&own->dense.dense, text + used, sizeof text - used);
    stage_describe(&own->dense.base, text);
}

stage *patches_stage_new(const stage_order *order, const isa *set, dense_blocking blocking)
{
    const conv all = patches_conv(&order->conv);
    patches_stage *own =
        stage_new(order, sizeof *own, SB_NHWC, (stage) { .task = run, .destroy = destroy });
    if (own == NULL)
        return NULL;
    own->conv = order->conv;
    own->copies = !are_rows(&order->conv);
    if (own->copies)
        own->dense.base.scratch = all.h * all.w * all.c;
    if (dense_plan(&own->dense.dense, order->host, &all, set, view_of_patches(own, &all),
                   view_of(SB_NHWC, all.k, all.p, all.q), blocking, order->weights,
                   order->bias) != 0) {
        order->host->free(order->host, own);
        return NULL;
    }
    describe(own);
    return &own->dense.base;
}
