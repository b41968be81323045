/* SPDX-License-Identifier: Apache-2.0 */
/* The results of a run: one result for each candidate, one group for each layer and thread
 * count. */
#ifndef SB_MEASURE_RESULT_H
#define SB_MEASURE_RESULT_H

#include "conv/problem.h"
#include "machine/roofline.h"
#include "measure/stats.h"

typedef enum sb_verdict {
    SB_VERDICT_OK,
    SB_VERDICT_UNSUPPORTED,
    SB_VERDICT_WRONG,
    SB_VERDICT_CRASHED,
    SB_VERDICT_TIMEOUT,
    SB_VERDICT_ERROR,
    SB_VERDICT_SKIPPED
} sb_verdict;

const char *sb_verdict_name(sb_verdict verdict); /* "ok", "unsupported", ... */

/* What a call finds in the caches: everything; nothing; its tensors, but neither packed weights nor
 * code nor scratch. */
typedef enum sb_cache_mode {
    SB_CACHE_WARM,
    SB_CACHE_COLD,
    SB_CACHE_COLD_WEIGHTS,
    SB_CACHE_MODES
} sb_cache_mode;
const char *sb_cache_mode_name(sb_cache_mode mode); /* "warm", "cold", "cold-weights" */

/* One candidate: a kernel with one parameter set, on one operation of the group's layer. Strings
 * are owned. Times are nanoseconds a call; a number that was not measured is NAN. */
typedef struct sb_result {
    sb_operation operation;
    sb_arithmetic arithmetic;
    char *plugin, *kernel, *technique; /* kernel is its id within the plugin */
    char *label;                       /* "plugin/kernel", or the name in the config ("as") */
    char *params;                      /* "name=value;..." or "" */
    char *origin;                      /* origin of the parameters: default, config, tuned */
    bool peer;
    bool threaded;       /* the kernel uses all threads that it may; otherwise it runs on one */
    int64_t threads_ran; /* if it computed on fewer in all turns that were counted: how many; in
                            memory alone: `detail` says so, too */
    sb_verdict verdict;
    char *detail;
    char *stop_reason; /* "precision", "noise", "max_time", "max_samples"; "" unless ok */
    sb_estimator estimator;
    sb_interval time;
    sb_summary summary; /* count 0 if nothing was timed */
    sb_series series;
    int64_t switches; /* involuntary context switches of the worker during its samples */
    double prepare_ns, reorder_ns;
    double watts;            /* during calls, in races for the least energy */
    int64_t workspace_bytes; /* bytes on the heap: packed weights and scratch; -1: never planned */
    double max_error, error_bound;
    /* The machine's bound, and its bound if each step is a separate pass; NAN if the peaks are not
     * known. */
    double roofline_gflops, passes_gflops;
    sb_limit bound_by; /* what determines the former */
} sb_result;

/* A measured speedup of a layer's chain (separable, or bottleneck) over its standard twin, from the
 * paired rounds. Strings are owned. The members are called separable for either chain. */
typedef struct sb_speedup {
    sb_operation operation;                   /* the chain */
    char *technique;                          /* a technique, or "best": our fastest kernels */
    char *standard_kernel, *separable_kernel; /* labels */
    double standard_ns, separable_ns;
    sb_interval measured;
    double theoretical;
    double roofline, roofline_passes; /* NAN if not known */
} sb_speedup;

typedef struct sb_group {
    const sb_layer *layer; /* borrowed */
    int64_t threads;
    sb_cache_mode cache;
    const char *machine;    /* that measured it, as read from a run; NULL: this one; borrowed */
    const char *conditions; /* that it was measured under, as sb_conditions_doubts() says them, or
                               as read from a run; NULL: none; borrowed */
    int64_t position;   /* among all groups of the sweep, from 1; 0: after those that are there */
    sb_result *results; /* owned */
    size_t result_count;
    sb_speedup *speedups; /* owned */
    size_t speedup_count;
    int64_t rounds; /* groups of one layer with the same number were measured in the same rounds:
                       when these began, ns since 1970 */
    /* Where the time went; groups in the same rounds share it equally. `sample_ns` is the workers'
     * time for turns (warm-up, calibration and samples), `idle_ns` the time for waking and stopping
     * them. */
    int64_t wall_ns, plan_ns, reference_ns, verify_ns, sample_ns, idle_ns;
} sb_group;

void sb_group_clear_speedups(sb_group *group);
void sb_group_free(sb_group *group); /* frees what the group owns */

#endif
