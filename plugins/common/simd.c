/* SPDX-License-Identifier: Apache-2.0 */
#include "common/simd.h"

const simd *simd_select(const sb_cpu *cpu)
{
#ifdef SB_SIMD_X86
    if (cpu->features & SB_CPU_AVX512)
        return &simd_avx512;
    if (cpu->features & SB_CPU_AVX2)
        return &simd_avx2;
#else
    (void)cpu;
#endif
    return &simd_generic;
}
