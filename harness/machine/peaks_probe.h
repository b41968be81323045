/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the peaks. */
#ifndef SB_MACHINE_PEAKS_PROBE_H
#define SB_MACHINE_PEAKS_PROBE_H

#include "machine/cpu.h"
#include "machine/peaks.h"

/* Probes the machine; takes a few seconds and touches no file. */
int sb_peaks_probe(const sb_topology *topology, sb_peaks *peaks, sb_error *error);

/* The rate of one thread in a few milliseconds, in GFLOP/s; 0 if it cannot be measured. */
double sb_peaks_probe_quickly(const sb_topology *topology, const sb_cpu *cpu);

#endif
