/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/isa.h"

#define SET(name_, needs)                                 \
    [VARIANT_##name_] = { .variant = VARIANT_##name_,     \
                          .name = #name_,                 \
                          .lanes = VARIANT_LANES_##name_, \
                          .registers = VARIANT_REGISTERS_##name_ },

static const isa sets[] = { VARIANTS(SET) };

const isa *isa_select(const sb_cpu *cpu, int lanes)
{
    return &sets[variant_select(cpu, lanes)];
}
