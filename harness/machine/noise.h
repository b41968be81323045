/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's A/A floor: how far apart two measurements of one and the same kernel come out, kept
 * beside the peaks. Measuring it needs the whole of sepbench and is done elsewhere; this remembers.
 */
#ifndef SB_MACHINE_NOISE_H
#define SB_MACHINE_NOISE_H

#include "machine/topology.h"

#include <stdbool.h>

typedef struct sb_noise {
    int threads;         /* of the kernel */
    int64_t pairs;       /* comparisons of a kernel with itself */
    int64_t different;   /* those that called the two different, wrongly */
    double floor;        /* |ratio - 1| that 95 % of the pairs stay below */
    double half_width;   /* the intervals' median relative half-width */
    double call_ns;      /* what a call of the kernel took */
    int64_t measured_at; /* seconds since 1970 */
} sb_noise;

/* False if this machine's noise was never measured with so many threads, or what was kept is
 * damaged. */
bool sb_noise_get(const sb_topology *topology, int threads, sb_noise *noise);

/* What to take for the floor of a machine whose noise was never measured. */
#define SB_NOISE_USUAL_FLOOR 0.01

/* Only the floor, for sb_decide(); `fallback` where it is not known. */
double sb_noise_floor_get(const sb_topology *topology, int threads, double fallback);

/* Replaces what is kept for that number of threads. */
int sb_noise_keep(const sb_topology *topology, const sb_noise *noise, sb_error *error);

#endif
