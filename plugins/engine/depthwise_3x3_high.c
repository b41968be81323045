/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: high tiles of filters of 3 x 3, see depthwise_kernel.h. */
#include "engine/depthwise_inner.h"

#if HAS_HIGH_TILES
#define FUNCTION(taps, stride, rows, cols) FUNCTIONS(extern, taps, stride, rows, cols)
EACH(HIGH_TILES, HIGH_KERNEL)
EACH(HIGH_TILES, FUNCTION)
#endif
