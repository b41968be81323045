/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the measurements of each kernel on each layer, of a run or a tuning, as caches of Kernel
 * Tuner. */
#ifndef SB_REPORT_TUNER_CACHES_H
#define SB_REPORT_TUNER_CACHES_H

#include "store/rundb.h"

/* One file for each kernel with parameters, into the existing folder; returns how many. */
int sb_tuner_caches_write(sb_rundb *db, const char *folder, sb_error *error);

#endif
