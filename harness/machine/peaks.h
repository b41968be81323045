/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's peaks, measured by our own probes: fp32 arithmetic and bandwidth. */
#ifndef SB_MACHINE_PEAKS_H
#define SB_MACHINE_PEAKS_H

#include "machine/level.h"
#include "machine/topology.h"

#include <stdbool.h>

#define SB_MAX_PROBED_THREADS 64

typedef struct sb_peaks {
    int threads;                              /* peaks are known for 1..threads */
    double gflops[SB_MAX_PROBED_THREADS + 1]; /* index: threads; an FMA counts as two operations */
    /* 1e9 bytes a second; 0 if the machine has no such level. Copies load as much as they store,
     * and both count. */
    double gbytes[SB_LEVELS][SB_MAX_PROBED_THREADS + 1]; /* loads */
    double stores[SB_LEVELS][SB_MAX_PROBED_THREADS + 1];
    double copies[SB_LEVELS][SB_MAX_PROBED_THREADS + 1];
    uint64_t level_bytes[SB_LEVELS]; /* capacity; DRAM: UINT64_MAX. L3's is measured: virtual
                                        machines often report a wrong size */
    int level_cores[SB_LEVELS];      /* cores that share one cache of this level; 0: all */
    int cores;                       /* more threads than this add nothing */
    double clock_ghz;                /* of one thread, from dependent additions */
    char loops[16];                  /* the instruction set used by the probes: "avx512" */
    int64_t probed_at;               /* seconds since 1970 */
    double load;                     /* one-minute load average before probing; -1 unknown */
} sb_peaks;

/* Loads the stored peaks of this machine, without probing. False if there are none. */
bool sb_peaks_recall(const sb_topology *topology, sb_peaks *peaks);

/*
 * From the per-machine cache ($XDG_CACHE_HOME/sepbench, else ~/.cache/sepbench), or probed (a few
 * seconds; threads pinned to topology->place) and kept there. `refresh` probes in any case. Peaks
 * that were probed while the machine was busy are not believed: where its load is now less than
 * half of what it was, or one thread computes faster than they say by over 3 % (a check of some 20
 * ms), the machine is probed again, and the better of each old and new rate is kept. A cache file
 * that is damaged or of another machine is ignored and remade; one that cannot be written is a
 * warning. Only one process of a user probes at a time.
 */
int sb_peaks_get(const sb_topology *topology, bool refresh, sb_peaks *peaks, sb_error *error);

#endif
