/* SPDX-License-Identifier: Apache-2.0 */
/* One rate of the machine, measured by pinned threads in many short windows. */
#ifndef SB_MACHINE_PROBE_H
#define SB_MACHINE_PROBE_H

#include "core/error.h"
#include "machine/loops.h"

#include <stdint.h>

typedef enum sb_probe_kind {
    SB_PROBE_ARITHMETIC,
    SB_PROBE_CLOCK,
    SB_PROBE_LOADS, /* from here on, kinds need memory */
    SB_PROBE_STORES,
    SB_PROBE_COPIES, /* loads as much as it stores; both count */
    SB_PROBE_STREAMS,
    SB_PROBE_STREAM_COPIES,
    SB_PROBE_KINDS
} sb_probe_kind;

/* Memory that probes load from and store to. Each thread has its own part and writes it before it
 * first reads it, so that the pages exist, are distinct, and lie on the thread's node. */
typedef struct sb_probe_memory {
    unsigned char *base;
    size_t stride;   /* bytes of a part, a power of two */
    size_t *written; /* offset in each part */
    int parts;
} sb_probe_memory;

int sb_probe_memory_open(sb_probe_memory *memory, int parts, size_t stride, sb_error *error);
void sb_probe_memory_close(sb_probe_memory *memory); /* {0} is allowed */

typedef struct sb_probe {
    sb_probe_kind kind;
    const sb_loops *loops;
    int threads;
    const int *cpus;         /* thread i runs on cpus[i] */
    sb_probe_memory *memory; /* if needed: at least `threads` parts */
    size_t bytes;      /* bytes used of each part, a power of two from 4096 up to the stride */
    int64_t window_ns; /* length of one measurement; 0: a millisecond */
    int64_t least_ns;  /* run at least this long, */
    int64_t most_ns;   /* and at most this long, or until the best windows agree */
} sb_probe;

/*
 * Raises *best to the rate of the best window if that is higher: GFLOP/s, 1e9 bytes a second, or
 * GHz, of all threads together, between the first one's start and the last one's end. Other
 * programs and neighbours only reduce the rate, so the best window shows the machine's own rate if
 * the machine was left alone for that long. Calling again later with the same *best makes that
 * likelier. The threads have ended on return. Fails if threads cannot be created.
 */
int sb_probe_run(const sb_probe *probe, double *best, sb_error *error);

#endif
