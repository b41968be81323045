/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench tuning advise: which defaults of a plugin's kernels tuning beats. */
#ifndef SB_REPORT_TUNING_ADVICE_H
#define SB_REPORT_TUNING_ADVICE_H

#include "tune/tunedb.h"

/* Prints advice on the kernels of "plugin", or on "plugin/kernel", globs allowed. */
int sb_tuning_advice_print(sb_tunedb *db, const char *kernels, bool csv, sb_error *error);

#endif
