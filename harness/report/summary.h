/* SPDX-License-Identifier: Apache-2.0 */
/* Printed beside the answer, on standard output: the speedups for each layer and technique, and
 * failures. */
#ifndef SB_REPORT_SUMMARY_H
#define SB_REPORT_SUMMARY_H

#include "store/rundb.h"

typedef struct sb_summary_counts {
    size_t results, ok, unsupported, failed; /* failed: wrong, crashed, timeout or error */
} sb_summary_counts;

/* Prints failures always, speedups if `verbose`. */
int sb_summary_print(sb_rundb *db, bool verbose, sb_summary_counts *counts, sb_error *error);

#endif
