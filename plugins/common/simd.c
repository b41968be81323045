/* SPDX-License-Identifier: Apache-2.0 */
#include "common/simd.h"

#define SIMD(set, needs) [VARIANT_##set] = &simd__##set,

static const simd *const simds[] = { VARIANTS(SIMD) };

const simd *simd_select(const sb_cpu *cpu)
{
    return simds[variant_select(cpu, SIMD_MAX_LANES)];
}
