/* SPDX-License-Identifier: Apache-2.0 */
/* State of the process that a plugin shares with its other kernels and with what calls it: a kernel
 * must leave it as it was. */
#ifndef SB_MEASURE_CONTRACT_STATE_H
#define SB_MEASURE_CONTRACT_STATE_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

enum { SB_STATE_LIMITS = 5 };

typedef struct sb_process_state {
    int rounding;
    uint32_t floats; /* modes of the unit, without the flags that operations set */
    sigset_t blocked;
    char folder[PATH_MAX], locale[256];
    struct rlimit limits[SB_STATE_LIMITS];
} sb_process_state;

/* Of the calling thread, or of the process. */
void sb_process_state_take(sb_process_state *state);

/* Names what has changed since then: "the rounding mode"; NULL: nothing. Static. */
const char *sb_process_state_change(const sb_process_state *before);

/* Undoes changes, so that each kernel is told its own. */
void sb_process_state_restore(const sb_process_state *state);

#endif
