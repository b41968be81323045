/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a layer's shape that may differ between layers, as a list: for sweeps and
 * classes. */
#ifndef SB_REPORT_DIMS_H
#define SB_REPORT_DIMS_H

#include "conv/problem.h"
#include "core/text.h"

typedef enum sb_dim {
    SB_DIM_BATCH,
    SB_DIM_INPUT_CHANNELS,
    SB_DIM_INPUT_SIZE,
    SB_DIM_KERNEL,
    SB_DIM_STRIDE,
    SB_DIM_DILATION,
    SB_DIM_GROUPS,
    SB_DIM_MULTIPLIER,
    SB_DIM_EXPAND,
    SB_DIM_OUTPUT_CHANNELS,
    SB_DIMS
} sb_dim;

/* Two numbers for a key with a height and a width, otherwise the same number twice. */
typedef struct sb_dims {
    int64_t of[SB_DIMS][2];
} sb_dims;

sb_dims sb_dims_of(const sb_layer *layer);
const char *sb_dim_title(sb_dim key);                                /* "Output channels" */
const char *sb_dim_name(sb_dim key);                                 /* "output channels" */
int sb_dims_compare(const sb_dims *a, const sb_dims *b, sb_dim key); /* as strcmp() */
bool sb_dims_same_but(const sb_dims *a, const sb_dims *b, const bool ignored[SB_DIMS]);

/* "28 x 14", or "28" for a square if `brief`. */
void sb_dims_add(sb_text *to, const sb_dims *shape, sb_dim key, bool brief);

#endif
