/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what a tuning would do, without measuring. */
#ifndef SB_CAMPAIGN_TUNE_OUTLINE_H
#define SB_CAMPAIGN_TUNE_OUTLINE_H

#include "campaign/tune_plan.h"
#include "campaign/tune_search.h"
#include "machine/peaks.h"

/* Prints a row for each problem: the kernels that support it, the number of their parameter sets
 * that are valid and allowed, and its share of a time budget, or its maximum of evaluations with an
 * estimate of their time; then estimates for all. Starts workers to ask the plugins. `peaks` NULL:
 * of a usual machine. */
void sb_tune_outline_print(const sb_scope *scope, const sb_tune_plan *plan,
                           const sb_tune_manner *manner, const sb_session_options *session,
                           const sb_peaks *peaks);

#endif
