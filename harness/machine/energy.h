/* SPDX-License-Identifier: Apache-2.0 */
/* The energy that the processor packages use, from the counters (RAPL) that Linux shows in its
 * powercap folders. They count everything that runs on the packages. */
#ifndef SB_MACHINE_ENERGY_H
#define SB_MACHINE_ENERGY_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

enum { SB_ENERGY_PACKAGES = 64 };

typedef struct sb_energy {
    char *paths[SB_ENERGY_PACKAGES];     /* of the counters; owned */
    uint64_t ranges[SB_ENERGY_PACKAGES]; /* a counter starts again from 0 after this, in uJ */
    size_t count;
} sb_energy;

typedef struct sb_energy_reading {
    uint64_t uj[SB_ENERGY_PACKAGES];
} sb_energy_reading;

/* SEPBENCH_POWERCAP, or the system's folder; borrowed. */
const char *sb_energy_folder(void);

/* Finds the counters of all packages in the folder. The error says why they cannot be read, or
 * that they do not count. */
int sb_energy_open(const char *folder, sb_energy *energy, sb_error *error);
void sb_energy_close(sb_energy *energy);

int sb_energy_read(const sb_energy *energy, sb_energy_reading *reading, sb_error *error);

/* Joules between two readings, at most one turn of a counter apart. */
double sb_energy_between(const sb_energy *energy, const sb_energy_reading *before,
                         const sb_energy_reading *after);

#endif
