/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: rows of outputs whose lanes are neighbouring channels. */
#include "engine/depthwise_row_inner.h"

#define ALL(K)          \
    COLS(K, 1, 0)       \
    COLS(K, 2, 0)       \
    COLS(K, 3, 0)       \
    COLS(K, 4, 0)       \
    STRIDES(K, 2)       \
    STRIDES_WIDER(K, 3) \
    STRIDES(K, 4) STRIDES_WIDER(K, 5) STRIDES_WIDER(K, 7) STRIDES_WIDER(K, 9) STRIDES(K, 11)
#define ROW_KERNEL(taps, stride, cols) KERNEL(taps, stride, cols, row, SPREAD_NONE)
#define ROW_ENTRY(taps, stride, cols)  ENTRY(taps, stride, cols, row)

ALL(ROW_KERNEL)

const dw_rows VEC_NAME(dw_rows) = { .of = { ALL(ROW_ENTRY) }, .max_cols = MAX_COLS };
