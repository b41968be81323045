/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels for rows of outputs whose inputs are spread over the lanes by a permutation. Compiled
 * once for each variant. */
#include "engine/depthwise_row_inner.h"

#define ALL(K)                 COLS(K, 1, 0) STRIDES(K, 3) STRIDES(K, 5) STRIDES(K, 7)
#define SPREAD_KERNEL(t, s, c) KERNEL(t, s, c, spread, SPREAD_WHOLE)
#define SPREAD_ENTRY(t, s, c)  ENTRY(t, s, c, spread)

ALL(SPREAD_KERNEL)

const dw_rows VEC_NAME(dw_spreads) = { .of = { ALL(SPREAD_ENTRY) }, .max_cols = MAX_COLS };

/* Tensors with so few channels are rare. */
#define FEW(K)                 COLS(K, 1, 0) STRIDES(K, 3)
#define MASKED_KERNEL(t, s, c) KERNEL(t, s, c, masked, SPREAD_MASKED)
#define MASKED_ENTRY(t, s, c)  ENTRY(t, s, c, masked)

FEW(MASKED_KERNEL)

const dw_rows VEC_NAME(dw_masked) = { .of = { FEW(MASKED_ENTRY) }, .max_cols = MAX_COLS };
