/* SPDX-License-Identifier: Apache-2.0 */
/* The instruction sets that have micro-kernels, and the choice among them. */
#ifndef SB_ENGINE_ISA_H
#define SB_ENGINE_ISA_H

#include "common/variants.h"

#include <stdbool.h>

typedef struct isa {
    variant variant;
    const char *name;
    int lanes; /* floats in a vector */
    int registers;
    /* That of the dense micro-kernels, of as many lanes: this one, or one with more registers, as
     * AVX-512 has them in vectors of 8 lanes too. */
    const struct isa *dense;
} isa;

/* The instruction set with the widest vectors that the processor supports, up to `lanes` lanes.
 * Never NULL, because every processor supports the base. */
const isa *isa_select(const sb_cpu *cpu, int lanes);

/* Does the processor compute 16 lanes as twice 8? Then vectors of 8 lanes are as fast. */
bool isa_halves(const sb_cpu *cpu);

#endif
