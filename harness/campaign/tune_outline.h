/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what a tuning would do, without measuring. */
#ifndef SB_CAMPAIGN_TUNE_OUTLINE_H
#define SB_CAMPAIGN_TUNE_OUTLINE_H

#include "campaign/tune_plan.h"
#include "campaign/tune_search.h"

/* Prints a row for each problem: its kernels, the number of combinations of their parameters'
 * values (not all of which are valid), and its share of a time budget or its maximum of
 * evaluations. */
void sb_tune_outline_print(const sb_scope *scope, const sb_tune_plan *plan,
                           const sb_tune_manner *manner);

#endif
