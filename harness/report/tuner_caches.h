/* SPDX-License-Identifier: Apache-2.0 */
/* What a run or a tuning measured of each kernel on each layer, as caches of Kernel Tuner. */
#ifndef SB_REPORT_TUNER_CACHES_H
#define SB_REPORT_TUNER_CACHES_H

#include "store/rundb.h"

/* One file a kernel with parameters into the folder, which is there; returns how many. */
int sb_tuner_caches_write(sb_rundb *db, const char *folder, sb_error *error);

#endif
