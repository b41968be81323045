/* SPDX-License-Identifier: Apache-2.0 */
/* One search of a tuning: a kernel on a layer, from its space to its winner. */
#ifndef SB_CAMPAIGN_TUNE_SEARCH_H
#define SB_CAMPAIGN_TUNE_SEARCH_H

#include "campaign/progress.h"
#include "campaign/tune_records.h"
#include "measure/evaluate.h"
#include "measure/group.h"
#include "tune/search.h"

/* How every search of a tuning is done. */
typedef struct sb_tune_manner {
    const sb_strategy *strategy;
    sb_search_options limits; /* budget and seed */
    bool resume;              /* go on with what the database holds */
    bool base_line;           /* draw as many configurations at random, for figures */
} sb_tune_manner;

/* What the searches of a tuning work with. */
typedef struct sb_tune_context {
    const sb_tune_manner *manner;
    const sb_measure_options *measuring; /* of races */
    const sb_session_options *session;
    sb_tune_records *records;
    sb_progress *progress;
} sb_tune_context;

/* What one search is about. */
typedef struct sb_tune_target {
    const sb_layer *layer;
    int64_t threads;
    const sb_candidate *candidate;
} sb_tune_target;

sb_operation sb_tune_target_operation(const sb_tune_target *target);

/*
 * Tunes the target with the evaluator, which is its layer's: searches, races the best, and
 * remembers the winner. A kernel that does not do the layer is passed over, as is one whose winner
 * is there already when a tuning goes on. SB_INTERRUPTED where the user stopped it; what was
 * evaluated until then is kept.
 */
int sb_tune_search_run(const sb_tune_context *context, sb_evaluator *evaluator,
                       const sb_tune_target *target, sb_error *error);

#endif
