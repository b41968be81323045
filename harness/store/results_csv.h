/* SPDX-License-Identifier: Apache-2.0 */
/* results.csv, speedups.csv, steps.csv, scaling.csv and samples.csv: RFC 4180 but for lines that
 * end in LF, written whole or not at all (a temporary file beside, synced, renamed). */
#ifndef SB_STORE_RESULTS_CSV_H
#define SB_STORE_RESULTS_CSV_H

#include "store/rundb.h"

#include <stdio.h>

/* Refuses where a file of that name stands in `dir` that is none of these. */
int sb_results_write_csv(sb_rundb *db, const char *dir, sb_error *error);

/* Does `dir` hold none of these files? For a run that is to begin there. */
int sb_results_check_none(const char *dir, sb_error *error);

/* One table of all samples, each with everything that says what was sampled; lines end in LF. */
int sb_results_write_tidy(sb_rundb *db, FILE *stream, sb_error *error);

#endif
