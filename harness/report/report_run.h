/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the files of runs from their run.db, and prints the answer. */
#ifndef SB_REPORT_REPORT_RUN_H
#define SB_REPORT_REPORT_RUN_H

#include "report/outputs.h"

/* Of the run in `dir`, to the folder `out`. */
int sb_report_run(const char *dir, const char *out, const sb_output_options *wanted,
                  sb_error *error);

/* Of several runs side by side; also written to the folder `out` unless it is NULL. */
int sb_report_together(const char *const *dirs, size_t count, const char *out, sb_error *error);

#endif
