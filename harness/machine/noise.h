/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's A/A noise floor: by how much two measurements of the same kernel differ. Stored
 * beside the peaks. Measuring it needs all of sepbench and is done elsewhere; this file only stores
 * it.
 */
#ifndef SB_MACHINE_NOISE_H
#define SB_MACHINE_NOISE_H

#include "machine/topology.h"

#include <stdbool.h>

typedef struct sb_noise {
    int threads;         /* of the kernel */
    int64_t pairs;       /* comparisons of a kernel with itself */
    int64_t different;   /* pairs that were wrongly judged different */
    double floor;        /* |ratio - 1|: 95 % of the pairs stay below */
    double half_width;   /* the intervals' median relative half-width */
    double call_ns;      /* time of a call of the kernel */
    int64_t measured_at; /* seconds since 1970 */
} sb_noise;

/* False if the noise was never measured on this machine with this number of threads, or the file is
 * damaged. */
bool sb_noise_get(const sb_topology *topology, int threads, sb_noise *noise);

/* The floor assumed for a machine whose noise was never measured. */
#define SB_NOISE_USUAL_FLOOR 0.01

/* The floor alone, for sb_decide(); `fallback` if it is not known. */
double sb_noise_floor_get(const sb_topology *topology, int threads, double fallback);

/* Replaces the stored value for that number of threads. */
int sb_noise_keep(const sb_topology *topology, const sb_noise *noise, sb_error *error);

#endif
