/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of one problem, tuned one after the other or against each other. */
#ifndef SB_CAMPAIGN_TUNE_UNIT_H
#define SB_CAMPAIGN_TUNE_UNIT_H

#include "campaign/tune_plan.h"
#include "campaign/tune_search.h"

/*
 * Tunes the unit's kernels with the evaluator, which is its layer's. `share_ns` 0: each within the
 * budget of one search. Else all of them within that time: in rounds, after each of which the
 * kernels that are too far behind the best of them get no more. SB_INTERRUPTED where the user
 * stopped it; what was evaluated until then is kept.
 */
int sb_tune_unit_run(const sb_tune_context *context, const sb_tune_unit *unit,
                     const sb_candidates *candidates, sb_evaluator *evaluator, int64_t share_ns,
                     sb_error *error);

#endif
