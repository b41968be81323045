/* SPDX-License-Identifier: Apache-2.0 */
#define SIMD_NAME      simd_avx2
#define SIMD_TEXT      "avx2"
#define SIMD_LANES     8
#define SIMD_REGISTERS 16
#include "common/simd_kernels.h"
