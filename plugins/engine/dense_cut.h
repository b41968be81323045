/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a dense convolution is divided into register tiles and blocks of them. Only for its own plan
 * and the validity of parameters.
 */
#ifndef SB_ENGINE_DENSE_CUT_H
#define SB_ENGINE_DENSE_CUT_H

#include "engine/dense.h"

/* The pixels of the tile for which filter column s lies in the padding, as gemm_tap.hidden. */
uint32_t dense_hidden(const conv *b, const dense_span *tile, int64_t s);
/* All of its pixels. */
static inline uint32_t dense_all(const dense_span *tile)
{
    return (1U << tile->pixels) - 1;
}

/* Do two tiles skip the same taps? */
bool dense_same_list(const conv *b, const dense_span *one, const dense_span *other);

/* Divides a row into equal tiles. Returns the number of spans; with `spans` NULL it only counts
 * them. */
int64_t dense_cut_row(const conv *b, int pixels, dense_span *spans);

/* Divides a group's output channels. Returns the number of panels; with `panels` NULL it only
 * counts them. */
int64_t dense_cut_panels(const conv *b, int lanes, int vectors, dense_panel *panels);

/*
 * Do the groups of a pointwise convolution take turns at each block of tiles? In NHWC the groups of
 * a pixel share cache lines, and only together they read and write them in the order in which the
 * hardware prefetches. `per_block`: of the input's view.
 */
bool dense_joins_groups(const conv *b, int64_t per_block);

/* Are pixels as far apart as the kernels of GEMM_BLOCKED want them, which can prefetch? */
bool dense_is_blocked(const conv *b, const isa *set, const view *input);

/* The effective blocking, within the limits of the convolution and the registers, except for the
 * panels and tiles of a block. `per_block`: of the input's view. */
dense_blocking dense_cut_blocking(const conv *b, const isa *set, int64_t per_block,
                                  dense_blocking want);

#endif
