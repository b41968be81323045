/* SPDX-License-Identifier: Apache-2.0 */
/* The settings shared by the searches of a tuning, and the subject of one of them. */
#ifndef SB_CAMPAIGN_TUNE_SEARCH_H
#define SB_CAMPAIGN_TUNE_SEARCH_H

#include "campaign/progress.h"
#include "campaign/tune_records.h"
#include "measure/evaluate.h"
#include "measure/group.h"
#include "tune/search.h"

/* If all searches share a budget, one ends when its expected gain is less than this. */
#define SB_TUNE_LEAST_GAIN 0.005

/* The settings for every search of a tuning. */
typedef struct sb_tune_manner {
    const sb_strategy *strategy;
    sb_search_options limits; /* of one search: evaluations, seed, and when it ends */
    int64_t budget_ns;        /* for all searches and races together; 0: `limits` applies to each */
    bool alone;               /* do not use what other searches have stored */
    bool resume;              /* use what the database has */
    bool base_line;           /* also draw as many random parameter sets, for figures */
} sb_tune_manner;

typedef struct sb_tune_tally {
    double default_ns, tuned_ns; /* of the tuned layers in the network, by quick measurements */
    size_t unreached;            /* problems whose time was over before an evaluation */
} sb_tune_tally;

/* Resources for the searches of a tuning. */
typedef struct sb_tune_context {
    const sb_tune_manner *manner;
    const sb_measure_options *measuring; /* of races */
    const sb_energy *energy;             /* the counters; NULL: energy is not measured */
    const sb_session_options *session;
    sb_session *exact, *real; /* of the evaluators, for integers and for real data */
    sb_tune_records *records;
    sb_progress *progress;
    sb_tune_tally *tally;
} sb_tune_context;

/* Did the user stop it? */
static inline bool sb_tune_is_stopped(const sb_tune_context *context)
{
    return *context->session->stop != 0;
}

/* The subject of one search. */
typedef struct sb_tune_target {
    const sb_layer *layer;
    int64_t threads;
    const sb_candidate *candidate;
} sb_tune_target;

#endif
