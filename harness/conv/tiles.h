/* SPDX-License-Identifier: Apache-2.0 */
/* The magnitudes against which errors of Winograd's algorithms are measured. */
#ifndef SB_CONV_TILES_H
#define SB_CONV_TILES_H

#include "conv/fill.h"

/* F(m x m, r x r): m outputs of a tile along each side; 0 for other algorithms. */
int64_t sb_tile_outputs(sb_arithmetic arithmetic);

/*
 * The magnitude of every output, NCHW. An output of F(m, r) is computed from a whole tile of input,
 * and so is its error: its own products may be few or none (at a border, with a single channel) and
 * do not bound it. Therefore, instead of |x| |w| summed over taps and channels, the first step has
 *
 *     sum over c of ||w[k][c]|| ||x[c]||,
 *
 * the Euclidean norms of the filter and of all input that any tile with this output may hold: m - 1
 * positions more on each side than its own window. Biases, the residual and further steps count as
 * in sb_reference(). Uses up to `threads` threads; fails if there is no memory.
 */
int sb_tile_magnitudes(const sb_problem *problem, const sb_tensors *tensors,
                       sb_arithmetic arithmetic, int threads, double *magnitude, sb_error *error);

#endif
