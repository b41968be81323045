/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels for rows of outputs whose inputs are spread over the lanes by a permutation. Compiled
 * once for each variant. */
#include "engine/depthwise_row_inner.h"

#define ALL(K)                 COLS(K, 1, 0) STRIDES(K, 3) STRIDES(K, 5) STRIDES(K, 7)
#define SPREAD_KERNEL(t, s, c) KERNEL(t, s, c, spread, 1)
#define SPREAD_ENTRY(t, s, c)  ENTRY(t, s, c, spread)

ALL(SPREAD_KERNEL)

const dw_rows VEC_NAME(dw_spreads) = { .of = { ALL(SPREAD_ENTRY) }, .max_cols = MAX_COLS };
