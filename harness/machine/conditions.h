/* SPDX-License-Identifier: Apache-2.0 */
/* The conditions a measurement is made under, and advice on them. */
#ifndef SB_MACHINE_CONDITIONS_H
#define SB_MACHINE_CONDITIONS_H

#include "machine/topology.h"

#include <stdbool.h>

#define SB_MAX_ADVICE 8

/* A text is empty where the system does not say. */
typedef struct sb_conditions {
    char governor[32];
    char boost[16];                  /* "on", "off" */
    char hypervisor[32];             /* "none" on bare metal */
    char kernel[128];                /* uname */
    double load;                     /* one-minute load average, -1 unknown */
    int64_t steal_ticks;             /* /proc/stat, -1 unknown */
    bool counters;                   /* hardware performance counters can be opened */
    char advice[SB_MAX_ADVICE][256]; /* one line each, ready to show */
    int advice_count;
} sb_conditions;

/* The facts, and the advice that follows from them. What cannot be read is left unknown. */
void sb_conditions_read(const sb_topology *topology, sb_conditions *conditions);

/* Only the second half: replaces the advice by what the facts that stand there call for. */
void sb_conditions_advise(const sb_topology *topology, sb_conditions *conditions);

#endif
