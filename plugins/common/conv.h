/* SPDX-License-Identifier: Apache-2.0 */
/* One step of a problem, with the values of the whole problem that it needs: stages, options and
 * defaults are made from it. */
#ifndef SB_PLUGINS_CONV_H
#define SB_PLUGINS_CONV_H

#include "common/kit.h"

/* The members of sb_step, images, threads, and whether a residual is added. */
typedef struct conv {
    int64_t n, threads;
    int64_t c, h, w;
    int64_t k, p, q;
    int64_t r, s;
    int64_t stride_h, stride_w;
    int64_t pad_top, pad_bottom, pad_left, pad_right;
    int64_t dilation_h, dilation_w;
    int64_t groups;
    uint32_t bias;       /* 1: there is one */
    uint32_t activation; /* sb_activation */
    bool residual;
} conv;

static inline conv conv_of(const sb_problem *problem, uint32_t step)
{
    const sb_step *b = &problem->steps[step];
    return (conv) {
        .n = problem->n,
        .threads = problem->threads,
        .c = b->c,
        .h = b->h,
        .w = b->w,
        .k = b->k,
        .p = b->p,
        .q = b->q,
        .r = b->r,
        .s = b->s,
        .stride_h = b->stride_h,
        .stride_w = b->stride_w,
        .pad_top = b->pad_top,
        .pad_bottom = b->pad_bottom,
        .pad_left = b->pad_left,
        .pad_right = b->pad_right,
        .dilation_h = b->dilation_h,
        .dilation_w = b->dilation_w,
        .groups = b->groups,
        .bias = b->bias,
        .activation = b->activation,
        .residual = problem->residual != 0 && step == problem->step_count - 1,
    };
}

/* If there are several steps, the last but one is depthwise and the others are pointwise. */
static inline bool is_depthwise_step(uint32_t step, uint32_t steps)
{
    return steps > 1 && step == steps - 2;
}

static inline bool is_padded(const conv *b)
{
    return b->pad_top != 0 || b->pad_bottom != 0 || b->pad_left != 0 || b->pad_right != 0;
}

/* A 1 x 1 kernel that uses every pixel of the input once, in order. */
static inline bool is_plain_pointwise(const conv *b)
{
    return b->r == 1 && b->s == 1 && b->stride_h == 1 && b->stride_w == 1 && !is_padded(b);
}

/* The same computation with an image of one row if that is possible: longer rows fill vectors
 * better. */
static inline conv flatten(const conv *b)
{
    conv flat = *b;
    if (is_plain_pointwise(b)) {
        flat.w = flat.q = b->h * b->w;
        flat.h = flat.p = 1;
    }
    return flat;
}

/* Are input and output one pixel wide? In memory, such a column looks the same as a row. */
static inline bool is_column(const conv *b)
{
    return b->w == 1 && b->q == 1 && b->s == 1 && b->pad_left == 0 && b->pad_right == 0;
}

/* Exchanges rows and columns. */
static inline conv turn(const conv *b)
{
    conv turned = *b;
    turned.h = b->w, turned.w = b->h;
    turned.p = b->q, turned.q = b->p;
    turned.r = b->s, turned.s = b->r;
    turned.stride_h = b->stride_w, turned.stride_w = b->stride_h;
    turned.dilation_h = b->dilation_w, turned.dilation_w = b->dilation_h;
    turned.pad_top = b->pad_left, turned.pad_left = b->pad_top;
    turned.pad_bottom = b->pad_right, turned.pad_right = b->pad_bottom;
    return turned;
}

/* The taps along an axis that lie in the image, summed over its outputs. */
static inline int64_t taps_inside(int64_t outputs, int64_t stride, int64_t taps, int64_t dilation,
                                  int64_t padding, int64_t extent)
{
    int64_t inside = 0;
    for (int64_t i = 0; i < outputs; i++)
        for (int64_t t = 0; t < taps; t++) {
            const int64_t at = i * stride + t * dilation - padding;
            inside += at >= 0 && at < extent;
        }
    return inside;
}

/* Multiply-adds, taps on padding included. */
static inline double conv_macs(const conv *b)
{
    return (double)(b->n * b->p * b->q) * (double)(b->k * (b->c / b->groups)) *
           (double)(b->r * b->s);
}

#endif
