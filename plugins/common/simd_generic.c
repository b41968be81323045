/* SPDX-License-Identifier: Apache-2.0 */
/* What every processor of the architecture has: SSE2 on x86-64, NEON on AArch64. */
#define SIMD_NAME  simd_generic
#define SIMD_TEXT  "generic"
#define SIMD_LANES 4
#ifdef __aarch64__
#define SIMD_REGISTERS 32
#else
#define SIMD_REGISTERS 16
#endif
#include "common/simd_kernels.h"
