/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: filters of 7 x 7, see depthwise_kernel.h. */
#include "engine/depthwise_inner.h"

/* Tiles that leave registers for the weights in use and one input. */
#if VEC_REGISTERS >= 32
#define MAX_ROWS    2
#define TILES(K, s) COLS_7(K, 7, s, 1) COLS_7(K, 7, s, 2)
#else
#define MAX_ROWS    1
#define TILES(K, s) COLS_7(K, 7, s, 1)
#endif

EACH(TILES, KERNEL)
TABLE(7, TILES, MAX_ROWS, 7)
