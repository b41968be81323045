/* SPDX-License-Identifier: Apache-2.0 */
/* Beside the answer, on standard output: the speedups a layer and technique, and what went wrong.
 */
#ifndef SB_REPORT_SUMMARY_H
#define SB_REPORT_SUMMARY_H

#include "store/rundb.h"

typedef struct sb_summary_counts {
    size_t results, ok, unsupported, failed; /* failed: wrong, crashed, timeout or error */
} sb_summary_counts;

/* Failures always, speedups where `verbose`. */
int sb_summary_print(sb_rundb *db, bool verbose, sb_summary_counts *counts, sb_error *error);

#endif
