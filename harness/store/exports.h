/* SPDX-License-Identifier: Apache-2.0 */
/* Measurements in the formats of other programs. (results_csv.h writes the CSV tables.) */
#ifndef SB_STORE_EXPORTS_H
#define SB_STORE_EXPORTS_H

#include "store/rundb.h"

#include <stdio.h>

/*
 * Writes a run as the JSON of Google Benchmark, for its compare.py: each sample as a repetition,
 * then the usual aggregates and the estimate with its interval. `cpu_time` equals `real_time`,
 * because no other clock was read. A candidate that failed is an entry with `error_occurred`.
 */
int sb_export_benchmark(sb_rundb *db, FILE *stream, sb_error *error);

/* One measured parameter set of a kernel. Borrowed for the call. */
typedef struct sb_tuned_point {
    const char *params; /* "name=value;..." */
    double ns;          /* not finite: it failed */
} sb_tuned_point;

/* The parameter sets of one kernel on one layer. Borrowed for the call. */
typedef struct sb_tuned_points {
    const char *layer, *operation, *kernel, *machine;
    int64_t threads;
    const sb_tuned_point *points;
    size_t count;
} sb_tuned_points;

/* Writes them as a cache of Kernel Tuner, DIR/LAYER-OPERATION-tTHREADS-PLUGIN-KERNEL.json. Returns
 * 1, or 0 if the kernel has no parameters and nothing is written. */
int sb_export_cache(const char *dir, const sb_tuned_points *tuned, sb_error *error);

#endif
