/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning would do, told before anything is measured. */
#ifndef SB_CAMPAIGN_TUNE_OUTLINE_H
#define SB_CAMPAIGN_TUNE_OUTLINE_H

#include "campaign/tune_plan.h"
#include "campaign/tune_search.h"

/* Prints a row a problem: its kernels, how many combinations of values their parameters have (of
 * which not all are valid), and its part of a budget of time or its most evaluations. */
void sb_tune_outline_print(const sb_scope *scope, const sb_tune_plan *plan,
                           const sb_tune_manner *manner);

#endif
