/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the shares of a chain's steps in its time and in its multiplications, on standard
 * output. */
#ifndef SB_REPORT_STEPS_TABLE_H
#define SB_REPORT_STEPS_TABLE_H

#include "store/rundb.h"

/* With our fastest kernels. Prints nothing if no layer was measured step by step. */
int sb_steps_print(sb_rundb *db, sb_error *error);

#endif
