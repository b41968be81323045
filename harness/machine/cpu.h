/* SPDX-License-Identifier: Apache-2.0 */
/* The processor as plugins see it. */
#ifndef SB_MACHINE_CPU_H
#define SB_MACHINE_CPU_H

#include "core/error.h"
#include "machine/topology.h"
#include "sepbench/plugin.h"

#include <stddef.h>

/*
 * Features that processor and operating system both allow, the cores of the process's affinity
 * mask, and cache sizes; if hwloc fails, those that the C library knows. The environment variable
 * SEPBENCH_ISA (generic, sse2, avx, avx2, avx512, neon) masks off everything above the named level;
 * an unknown name is an error.
 */
int sb_cpu_detect(sb_cpu *cpu, sb_error *error);

/* The same for a topology that has been read already (reading it takes about 10 ms). */
int sb_cpu_from(const sb_topology *topology, sb_cpu *cpu, sb_error *error);

/* The features of the processor and the operating system, before masking. */
uint64_t sb_cpu_hardware(void);

/* "sse2 avx avx2 avx512"; returns buffer. */
const char *sb_cpu_features_text(const sb_cpu *cpu, char *buffer, size_t size);

#endif
