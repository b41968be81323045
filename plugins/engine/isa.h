/* SPDX-License-Identifier: Apache-2.0 */
/* The instruction sets that have micro-kernels, and the choice among them. */
#ifndef SB_ENGINE_ISA_H
#define SB_ENGINE_ISA_H

#include "common/variants.h"

typedef struct isa {
    variant variant;
    const char *name;
    int lanes; /* floats in a vector */
    int registers;
} isa;

/* The instruction set with the widest vectors that the processor supports, up to `lanes` lanes.
 * Never NULL, because every processor supports the base. */
const isa *isa_select(const sb_cpu *cpu, int lanes);

#endif
