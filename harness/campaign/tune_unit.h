/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of one problem, tuned one after the other or in competition. */
#ifndef SB_CAMPAIGN_TUNE_UNIT_H
#define SB_CAMPAIGN_TUNE_UNIT_H

#include "campaign/tune_plan.h"
#include "campaign/tune_search.h"

/*
 * Tunes the unit's kernels with the evaluator for its layer. `share_ns` 0: each within the budget
 * of one search. Otherwise all of them within that time: in rounds, after each of which the kernels
 * that are much slower than the best of them are given up. SB_INTERRUPTED if the user stopped it;
 * what was evaluated until then is kept.
 */
int sb_tune_unit_run(const sb_tune_context *context, const sb_tune_unit *unit,
                     const sb_candidates *candidates, sb_evaluator *evaluator, int64_t share_ns,
                     sb_error *error);

#endif
