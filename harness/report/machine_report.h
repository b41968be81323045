/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine is, what it can do at most, and what stands in the way. */
#ifndef SB_REPORT_MACHINE_REPORT_H
#define SB_REPORT_MACHINE_REPORT_H

#include "machine/machine.h"
#include "machine/noise.h"

typedef struct sb_machine_facts {
    sb_machine machine; /* with its peaks */
    sb_noise noise[2];  /* of one thread, and of as many as there may be */
    int noise_count;
    unsigned fences; /* around plugins, a mask: sb_fence_probe() */
} sb_machine_facts;

/* free() them. The JSON is NULL where a text of the system is no UTF-8. */
char *sb_machine_as_text(const sb_machine_facts *facts);
char *sb_machine_as_json(const sb_machine_facts *facts);

#endif
