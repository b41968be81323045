/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/isa.h"

#define ROW(name_, dense_)                                                          \
    {                                                                               \
        .variant = VARIANT_##name_, .name = #name_, .lanes = VARIANT_LANES_##name_, \
        .registers = VARIANT_REGISTERS_##name_, .dense = &sets[VARIANT_##dense_]    \
    }
#define SET(name, needs) [VARIANT_##name] = ROW(name, name),

static const isa sets[DENSE_VARIANT_COUNT] = { VARIANTS(SET) DENSE_VARIANTS(SET) };

#if defined(__x86_64__) || defined(__i386__)

static const isa avx2_of_avx512 = ROW(avx2, avx512vl);

const isa *isa_select(const sb_cpu *cpu, int lanes)
{
    const variant best = variant_select(cpu, lanes);
    return best == VARIANT_avx2 && cpu->features & SB_CPU_AVX512 ? &avx2_of_avx512 : &sets[best];
}

#else

const isa *isa_select(const sb_cpu *cpu, int lanes)
{
    return &sets[variant_select(cpu, lanes)];
}

#endif
