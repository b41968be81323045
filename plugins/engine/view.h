/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses of the elements of a tensor, in any layout. */
#ifndef SB_ENGINE_VIEW_H
#define SB_ENGINE_VIEW_H

#include "common/chain.h"

/* Distances in floats. Channel c is c / per_block blocks and c % per_block floats after channel 0.
 */
typedef struct view {
    int64_t image, block, row, pixel;
    int64_t per_block;
    bool padded; /* the last block is as long as the others, even if channels are missing */
    bool pairs;  /* a channel is two floats, see GEMM_PAIRS; only in scratch memory */
} view;

static inline view view_of(uint32_t layout, int64_t c, int64_t h, int64_t w)
{
    int64_t b = layout == SB_NCHW16C ? 16 : layout == SB_NCHW8C ? 8 : layout == SB_NHWC ? c : 1;
    return (view) {
        .image = round_up(c, b) * h * w,
        .block = b * h * w,
        .row = b * w,
        .pixel = b,
        .per_block = b,
        .padded = layout == SB_NCHW16C || layout == SB_NCHW8C,
    };
}

/* A view of the kernel's own scratch memory. A gap between blocks of channels keeps them from
 * falling into the same cache sets. */
static inline view view_of_scratch(uint32_t layout, int64_t c, int64_t h, int64_t w)
{
    view v = view_of(layout, c, h, w);
    v.block += 16;
    v.image = divide_up(c, v.per_block) * v.block;
    return v;
}

static inline int64_t view_channel(const view *v, int64_t c)
{
    return c / v->per_block * v->block + c % v->per_block;
}

/* The tensors moved on by a number of floats: the input by `input`, the output and the residual by
 * `output`. */
static inline tensors tensors_at(const tensors *t, int64_t input, int64_t output)
{
    return (tensors) {
        .input = t->input + input,
        .residual = t->residual != NULL ? t->residual + output : NULL,
        .output = t->output + output,
    };
}

#endif
