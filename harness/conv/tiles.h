/* SPDX-License-Identifier: Apache-2.0 */
/* What errors of Winograd's algorithms are measured against. */
#ifndef SB_CONV_TILES_H
#define SB_CONV_TILES_H

#include "conv/fill.h"

/* F(m x m, r x r): m outputs of a tile along each side; 0 for what is not Winograd's. */
int64_t sb_tile_outputs(sb_arithmetic arithmetic);

/*
 * The magnitude of every output, NCHW. An output of F(m, r) is mixed from a whole tile of input,
 * and so is its error: its own products may be few or none (at a border, with a single channel) and
 * say nothing of it. So instead of |x| |w|, summed over taps and channels, the first step has
 *
 *     sum over c of ||w[k][c]|| ||x[c]||,
 *
 * Euclidean norms of the filter and of all input that any tile with this output may hold, which is
 * m - 1 places more on each side than its own window. Biases, the residual and further steps count
 * as in sb_reference(). Up to `threads` threads; fails where there is no memory.
 */
int sb_tile_magnitudes(const sb_problem *problem, const sb_tensors *tensors,
                       sb_arithmetic arithmetic, int threads, double *magnitude, sb_error *error);

#endif
