/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is known of the machine before something is measured on it. */
#ifndef SB_MACHINE_MACHINE_H
#define SB_MACHINE_MACHINE_H

#include "machine/conditions.h"
#include "machine/cpu.h"
#include "machine/peaks.h"

typedef struct sb_machine {
    sb_topology topology;
    sb_cpu cpu;
    sb_conditions conditions;
    sb_peaks peaks;
    bool have_peaks; /* false until they were asked for, or where they cannot be had */
} sb_machine;

/* All but the peaks, which take time. `cores` as in topology.h. */
int sb_machine_read(const char *cores, sb_machine *machine, sb_error *error);

/* The peaks; where they cannot be had, a warning says why. */
void sb_machine_find_peaks(sb_machine *machine);

#endif
