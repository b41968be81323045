/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of this plugin. */
#ifndef SB_DIRECT_KERNELS_H
#define SB_DIRECT_KERNELS_H

#include "sepbench/plugin.h"

extern const sb_kernel direct_standard, direct_separable;

#endif
