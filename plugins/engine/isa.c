/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/isa.h"

static const struct {
    uint64_t feature;
    isa isa;
} sets[] = {
#ifdef SB_X86
    { SB_CPU_AVX512,
      { "avx512", 16, &gemm_kernels__avx512, &gemm_half_kernels__avx512, &dw_kernels__avx512 } },
    { SB_CPU_AVX2, { "avx2", 8, &gemm_kernels__avx2, NULL, &dw_kernels__avx2 } },
#endif
    { 0, { "base", 4, &gemm_kernels__base, NULL, &dw_kernels__base } },
};

const isa *isa_select(const sb_cpu *cpu, int lanes)
{
    size_t i = 0;
    while (sets[i].isa.lanes > lanes || (cpu->features & sets[i].feature) != sets[i].feature)
        i++;
    return &sets[i].isa;
}
