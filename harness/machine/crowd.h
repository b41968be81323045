/* SPDX-License-Identifier: Apache-2.0 */
/* Other processes that compute on the cores that are measured: such as a second run. */
#ifndef SB_MACHINE_CROWD_H
#define SB_MACHINE_CROWD_H

#include "machine/topology.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct sb_crowd {
    size_t count;    /* processes that computed most of the time */
    bool sepbench;   /* one of them is a sepbench with workers */
    char names[160]; /* "cc1 (process 71), ld (process 44)"; of those of sepbench, if there are any;
                        visible text */
} sb_crowd;

/* Looks for some 20 ms at who computes on the first `threads` places. The caller's own workers must
 * be stopped meanwhile. Processes that this one may not see are not counted. */
void sb_crowd_read(const sb_topology *topology, int64_t threads, sb_crowd *crowd);

#endif
