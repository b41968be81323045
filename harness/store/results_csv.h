/* SPDX-License-Identifier: Apache-2.0 */
/* results.csv, speedups.csv, steps.csv, scaling.csv and samples.csv: RFC 4180 except that lines end
 * in LF; written completely or not at all (to a temporary file, which is synced and renamed). */
#ifndef SB_STORE_RESULTS_CSV_H
#define SB_STORE_RESULTS_CSV_H

#include "store/rundb.h"

#include <stdio.h>

/* Refuses if `dir` has a file of one of these names that sepbench did not write. */
int sb_results_write_csv(sb_rundb *db, const char *dir, sb_error *error);

/* Does `dir` have none of these files? For a run that is to start there. */
int sb_results_check_none(const char *dir, sb_error *error);

/* One table of all samples, each with everything that describes it; lines end in LF. */
int sb_results_write_tidy(sb_rundb *db, FILE *stream, sb_error *error);

#endif
