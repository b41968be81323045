/* SPDX-License-Identifier: Apache-2.0 */
/* The conditions under which a measurement is made, and advice on them. */
#ifndef SB_MACHINE_CONDITIONS_H
#define SB_MACHINE_CONDITIONS_H

#include "machine/limits.h"
#include "machine/topology.h"

#include <stdbool.h>

#define SB_MAX_ADVICE 14

/* What the system must allow for good measurements. */
typedef enum sb_power {
    SB_POWER_PIN,    /* pin threads to cores */
    SB_POWER_SEE,    /* see on which cores the process may run */
    SB_POWER_LAYOUT, /* give every worker the same address layout */
    SB_POWERS
} sb_power;

/* A text is empty if the system does not provide it. */
typedef struct sb_conditions {
    char governor[32];
    char boost[16];      /* "on", "off" */
    char hypervisor[32]; /* "none" on bare metal */
    char kernel[128];    /* from uname */
    double load;         /* one-minute load average, -1 unknown */
    int64_t steal_ticks; /* /proc/stat, -1 unknown */
    sb_limits limits;
    bool powers[SB_POWERS];
    bool counters;                   /* hardware performance counters can be opened */
    char advice[SB_MAX_ADVICE][256]; /* one line each, ready to show */
    int advice_count;
} sb_conditions;

/* Reads the conditions and derives the advice. Unreadable values stay unknown. */
void sb_conditions_read(const sb_topology *topology, sb_conditions *conditions);

/* What a reader of a single row should know: "node shared (2 of 64 cores); the time of
 * 1.00 cores; clock capped at 2100 of 3500 MHz; load 3.25". Empty where nothing is to be said;
 * free() it. */
char *sb_conditions_doubts(const sb_topology *topology, const sb_conditions *conditions);

/* "pinning"; and what it costs to be without. */
const char *sb_power_name(sb_power power);
const char *sb_power_price(sb_power power);

/* Derives the advice anew from the conditions that are stored. */
void sb_conditions_advise(const sb_topology *topology, sb_conditions *conditions);

#endif
