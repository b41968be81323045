/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is known about the machine before a measurement. */
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
    bool have_peaks; /* false until requested, or if they are not available */
} sb_machine;

/* Reads all but the peaks, which take time. `cores` as in topology.h. */
int sb_machine_read(const char *cores, sb_machine *machine, sb_error *error);

/* Reads or measures the peaks; warns if that fails. */
void sb_machine_find_peaks(sb_machine *machine);

#endif
