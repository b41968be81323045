/* SPDX-License-Identifier: Apache-2.0 */
/* One instruction set that there are micro-kernels for, and the choice among them. */
#ifndef SB_ENGINE_ISA_H
#define SB_ENGINE_ISA_H

#include "common/variants.h"

typedef struct isa {
    variant variant;
    const char *name;
    int lanes; /* floats in a vector */
    int registers;
} isa;

/* The widest that the processor has, of at most `lanes` lanes. Never NULL: the base needs nothing.
 */
const isa *isa_select(const sb_cpu *cpu, int lanes);

#endif
