/* SPDX-License-Identifier: Apache-2.0 */
/* One search of a tuning: a kernel on a layer, from its space to its winner. */
#ifndef SB_CAMPAIGN_TUNE_SEARCH_H
#define SB_CAMPAIGN_TUNE_SEARCH_H

#include "campaign/progress.h"
#include "campaign/sweep.h"
#include "campaign/tune_live.h"
#include "measure/evaluate.h"
#include "store/tune_gains.h"
#include "store/tune_log.h"
#include "tune/search.h"
#include "tune/tunedb.h"

/* What the searches of one command share. */
typedef struct sb_tuning {
    const sb_tune_live *request;
    const char *dir;
    sb_sweep sweep;
    sb_tunedb *db;
    char *machine;
    const sb_strategy *strategy;
    sb_search_options limits;
    sb_evaluator *evaluator; /* of the present layer and threads */
    sb_tune_log log;
    sb_tune_gains gains;
    sb_progress progress;
} sb_tuning;

/*
 * Tunes the candidate on the layer with the tuning's evaluator, which is the layer's: searches,
 * races the best, and remembers the winner. A kernel that does not do the layer is passed over, as
 * is one whose winner is there already when a tuning goes on. SB_INTERRUPTED where the user stopped
 * it; what was evaluated until then is kept.
 */
int sb_tune_search_run(sb_tuning *tuning, const sb_layer *layer, int64_t threads,
                       const sb_candidate *candidate, sb_error *error);

#endif
