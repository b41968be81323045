/* SPDX-License-Identifier: Apache-2.0 */
#include "common/variants.h"

#define FACTS(name_, needs_) { .name = #name_, .needs = needs_, .lanes = VARIANT_LANES_##name_ },

const variant_facts variants[VARIANT_COUNT] = { VARIANTS(FACTS) };

variant variant_select(const sb_cpu *cpu, int lanes)
{
    int i = 0;
    while (variants[i].lanes > lanes || (cpu->features & variants[i].needs) != variants[i].needs)
        i++;
    return (variant)i;
}
