/* SPDX-License-Identifier: Apache-2.0 */
/* Small layers of odd shapes, on which kernels are likely to be wrong. The conformance test runs
 * every kernel on all of them; the reference is tested on them too. */
#ifndef SB_CONV_ODD_H
#define SB_CONV_ODD_H

#include "conv/layer.h"

/* Finished layers, each with the operations that make sense for it. Static; the first call builds
 * them. [main] */
const sb_layer *sb_odd_layers(size_t *count);

#endif
