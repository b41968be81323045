/* SPDX-License-Identifier: Apache-2.0 */
#include "common/simd.h"

#define SIMD(set, needs) [VARIANT_##set] = &simd__##set,

static const simd *const simds[] = { VARIANTS(SIMD) };

const simd *simd_select(const sb_cpu *cpu)
{
    return simds[variant_select(cpu, SIMD_MAX_LANES)];
}

#define TILES(set, needs) [VARIANT_##set] = &simd_tiles__##set,

static const simd_tiles *const tiles[] = { VARIANTS(TILES) };

const simd_tiles *simd_tiles_of(const simd *isa)
{
    return tiles[isa->variant];
}
