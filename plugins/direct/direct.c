/* SPDX-License-Identifier: Apache-2.0 */
/*
 * direct: convolution straight from the tensor, without lowering it to a matrix. Micro-kernels in
 * vector extensions, compiled for each instruction set and picked at run time.
 */
#include "direct/kernels.h"

static const sb_kernel *const kernels[] = { &direct_standard, &direct_separable, NULL };

const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "direct",
    .version = "0.1.0",
    .summary = "SIMD direct convolution with register tiles",
    .license = "Apache-2.0",
    .kernels = kernels,
};
