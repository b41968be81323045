/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: filters of 5 x 5, see depthwise_kernel.h. */
#include "engine/depthwise_inner.h"

/* Tiles that leave registers for the weights in use and one input. */
#if VEC_REGISTERS >= 32
#define MAX_ROWS    2
#define TILES(K, s) COLS_7(K, 5, s, 1) COLS_7(K, 5, s, 2)
#else
#define MAX_ROWS    1
#define TILES(K, s) COLS_7(K, 5, s, 1)
#endif

EACH(TILES, KERNEL)
TABLE(5, TILES, MAX_ROWS, 7)
