/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the peaks. */
#ifndef SB_MACHINE_PEAKS_PROBE_H
#define SB_MACHINE_PEAKS_PROBE_H

#include "machine/cpu.h"
#include "machine/peaks.h"

/* Probes the machine: takes a few seconds, touches no file. */
int sb_peaks_probe(const sb_topology *topology, sb_peaks *peaks, sb_error *error);

/* What one thread computes in a few milliseconds, GFLOP/s; 0 if that cannot be told. */
double sb_peaks_probe_quickly(const sb_topology *topology, const sb_cpu *cpu);

#endif
