/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes that a worker's plugin has started. They must not run while other kernels are
 * timed, and what they compute is part of what the kernel uses.
 */
#ifndef SB_MEASURE_OTHERS_H
#define SB_MEASURE_OTHERS_H

#include "measure/spawn.h"

#include <stdint.h>

typedef struct sb_others {
    bool any;          /* there were some when somebody last looked */
    uint32_t stops;    /* so far */
    int64_t live_ns;   /* processor time of those that run, when they were continued or stopped */
    int64_t woken_ns;  /* when they were continued */
    int64_t ended_ns;  /* of those that have ended, at the last look, */
    int64_t window_ns; /* and the windows since then */
} sb_others;

/* At the beginning of a window, when the worker is woken: returns for how long they have run since
 * they were stopped. */
int64_t sb_others_continue(sb_others *others, const sb_spawned *worker);

/* After a window of so many ns, when the worker has been stopped. Looking for processes takes some
 * microseconds for each thread, so that it is done rarely after the first windows. Returns their
 * processor time in the window, as a share of the time for which they could run; of those that have
 * ended, the mean of the windows since the last look. */
int64_t sb_others_stop(sb_others *others, const sb_spawned *worker, int64_t window_ns);

/* Returns how many child processes this process has. */
int sb_others_count(void);

#endif
