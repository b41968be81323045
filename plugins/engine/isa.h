/* SPDX-License-Identifier: Apache-2.0 */
/* The micro-kernels of one instruction set, and the choice among them. */
#ifndef SB_ENGINE_ISA_H
#define SB_ENGINE_ISA_H

#include "engine/depthwise_kernel.h"
#include "engine/gemm.h"
#include "sepbench/plugin.h"

typedef struct isa {
    variant variant;
    const char *name;
    int lanes; /* floats in a vector */
    const gemm_kernels *gemm;
    const gemm_half_kernels *gemm_half;
    const dw_kernels *depthwise;
} isa;

/* The widest that the processor has, of at most `lanes` lanes. Never NULL: the base needs nothing.
 */
const isa *isa_select(const sb_cpu *cpu, int lanes);

#endif
