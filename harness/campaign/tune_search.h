/* SPDX-License-Identifier: Apache-2.0 */
/* What the searches of a tuning have in common, and what one of them is about. */
#ifndef SB_CAMPAIGN_TUNE_SEARCH_H
#define SB_CAMPAIGN_TUNE_SEARCH_H

#include "campaign/progress.h"
#include "campaign/tune_records.h"
#include "measure/evaluate.h"
#include "measure/group.h"
#include "tune/search.h"

/* Where all share a budget, a search is over that is expected to gain less than this. */
#define SB_TUNE_LEAST_GAIN 0.005

/* How every search of a tuning is done. */
typedef struct sb_tune_manner {
    const sb_strategy *strategy;
    sb_search_options limits; /* of one search: evaluations and seed, and when it is over */
    int64_t budget_ns;        /* of all searches and races together; 0: `limits` holds for each */
    bool resume;              /* go on with what the database holds */
    bool base_line;           /* draw as many configurations at random, for figures */
} sb_tune_manner;

/* What the layers that were tuned take in the network, as far as quick looks can tell. */
typedef struct sb_tune_tally {
    double default_ns, tuned_ns;
} sb_tune_tally;

/* What the searches of a tuning work with. */
typedef struct sb_tune_context {
    const sb_tune_manner *manner;
    const sb_measure_options *measuring; /* of races */
    const sb_session_options *session;
    sb_tune_records *records;
    sb_progress *progress;
    sb_tune_tally *tally;
} sb_tune_context;

/* What one search is about. */
typedef struct sb_tune_target {
    const sb_layer *layer;
    int64_t threads;
    const sb_candidate *candidate;
} sb_tune_target;

#endif
