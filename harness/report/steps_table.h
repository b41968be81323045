/* SPDX-License-Identifier: Apache-2.0 */
/* On standard output: what the steps of each layer's chain take of its time, beside their part of
 * its multiplications. */
#ifndef SB_REPORT_STEPS_TABLE_H
#define SB_REPORT_STEPS_TABLE_H

#include "store/rundb.h"

/* With our fastest kernels. Nothing where no layer was measured step by step. */
int sb_steps_print(sb_rundb *db, sb_error *error);

#endif
