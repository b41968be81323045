/* SPDX-License-Identifier: Apache-2.0 */
/* Reports the machine's properties, its peaks, and what impairs measurements on it. */
#ifndef SB_REPORT_MACHINE_REPORT_H
#define SB_REPORT_MACHINE_REPORT_H

#include "machine/machine.h"
#include "machine/noise.h"

typedef struct sb_machine_facts {
    sb_machine machine; /* with its peaks */
    sb_noise noise[2];  /* limits for one thread, and for as many as allowed */
    int noise_count;
    unsigned fences; /* the fences in place, a mask: sb_fence_probe() */
} sb_machine_facts;

/* free() them. The JSON is NULL if a text of the system is not UTF-8. */
char *sb_machine_as_text(const sb_machine_facts *facts);
char *sb_machine_as_json(const sb_machine_facts *facts);

#endif
