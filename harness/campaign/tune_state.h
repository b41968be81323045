/* SPDX-License-Identifier: Apache-2.0 */
/* A search on its way. For the files of a search (tune_*.c) alone. */
#ifndef SB_CAMPAIGN_TUNE_STATE_H
#define SB_CAMPAIGN_TUNE_STATE_H

#include "campaign/tune_search.h"

typedef struct sb_tune_search {
    const sb_tune_context *context;
    sb_evaluator *evaluator;
    sb_tune_target target;
    const sb_kernel_info *kernel;
    sb_tune_key key;
    sb_search_id id;
    sb_text name; /* "plugin/kernel" */
    sb_space space;
    int64_t defaults[SB_MAX_PARAMETERS];
    sb_evaluated *evaluated; /* known ones, then new ones */
    size_t evaluated_count, known, failed;
    double default_ns; /* of the defaults, at a quick look; INFINITY: not yet, or they fail */
    bool begun;        /* it was explored before */
    bool over;         /* there is nothing to expect any more */
    bool behind;       /* another kernel is so much faster that it gets no more */
    size_t drawn;      /* for the base line */
    double drawn_best;
    sb_search_times times;
} sb_tune_search;

/*
 * Begins the search of the target with the evaluator, which is its layer's: 1 where there is
 * something to search. 0: the kernel does not do the layer, or its winner is there already when a
 * tuning goes on. sb_tune_search_end() it, whatever came.
 */
int sb_tune_search_begin(sb_tune_search *search, const sb_tune_context *context,
                         sb_evaluator *evaluator, const sb_tune_target *target, sb_error *error);

/* A quick look at the defaults. */
void sb_tune_search_glance(sb_tune_search *search);

/* Searches on within the limits, what is valid being asked first; a kernel with nothing valid is
 * over. `again`: the evaluator was another search's since. SB_INTERRUPTED
 * where the user stopped it. */
int sb_tune_search_go_on(sb_tune_search *search, const sb_search_options *limits, bool again,
                         sb_error *error);

/* Writes down what was evaluated; without a winner. */
int sb_tune_search_keep(const sb_tune_search *search, sb_error *error);

/* Writes it down, races the best, and remembers the winner. `race_ns`: what races may take; 0: as
 * long as they need. */
int sb_tune_search_finish(sb_tune_search *search, int64_t race_ns, sb_error *error);
void sb_tune_search_end(sb_tune_search *search);

/* The least time until now; INFINITY: none. */
double sb_tune_search_best(const sb_tune_search *search);

/* Searches within the limits. For sb_tune_search_go_on() alone, as the others below. */
int sb_tune_explore(sb_tune_search *search, const sb_search_options *limits, sb_error *error);

/* Times the best again: it is what new ones are held against. */
void sb_tune_time_best(sb_tune_search *search);

/* Where the tuning draws base lines: as many configurations as the search took. */
int sb_tune_draw_base_line(sb_tune_search *search, sb_error *error);

/* Races the best and publishes the winner. */
int sb_tune_decide(sb_tune_search *search, int64_t race_ns, sb_error *error);

#endif
