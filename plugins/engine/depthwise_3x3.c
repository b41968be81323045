/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: filters of 3 x 3, see depthwise_kernel.h. */
#include "engine/depthwise_inner.h"

/* Tiles that leave registers for the weights in use and one input. */
#if VEC_REGISTERS >= 32
#define LOW_TILES(K, s) COLS_7(K, 3, s, 1) COLS_7(K, 3, s, 2)
#define TILES(K, s)     LOW_TILES(K, s) HIGH_TILES(K, s)
EACH(LOW_TILES, KERNEL)
EACH(HIGH_TILES, HIGH_KERNEL)
TABLE(3, TILES, 7, 7)
#elif HAS_HIGH_TILES
#define LOW_TILES(K, s) COLS_4(K, 3, s, 1) COLS_4(K, 3, s, 2)
#define TILES(K, s)     LOW_TILES(K, s) HIGH_TILES(K, s)
EACH(LOW_TILES, KERNEL)
EACH(HIGH_TILES, HIGH_KERNEL)
TABLE(3, TILES, 7, 4)
#else
#define TILES(K, s) COLS_4(K, 3, s, 1) COLS_4(K, 3, s, 2)
EACH(TILES, KERNEL)
TABLE(3, TILES, 2, 4)
#endif
