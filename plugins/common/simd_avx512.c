/* SPDX-License-Identifier: Apache-2.0 */
#define SIMD_NAME      simd_avx512
#define SIMD_TEXT      "avx512"
#define SIMD_LANES     16
#define SIMD_REGISTERS 32
#include "common/simd_kernels.h"
