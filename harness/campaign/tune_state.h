/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a search in progress. For the files of a search (tune_*.c) only. */
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
    double default_ns; /* objective of the defaults, measured quickly; INFINITY: not yet, or they
                          fail */
    double seen;       /* the least objective that was measured and not estimated; INFINITY: none */
    double expected;   /* of the present evaluation; NAN: nothing */
    bool barred;       /* the defaults violate the configuration's constraints: they cannot win */
    bool begun;        /* exploring has begun */
    bool over;         /* no more gain is expected */
    bool behind;       /* another kernel is so much faster that this one is given up */
    size_t drawn;      /* for the base line */
    double drawn_best;
    sb_search_times times;
} sb_tune_search;

/*
 * Begins the search of the target with the evaluator for its layer. Returns 1 if there is something
 * to search; 0 if the kernel does not support the layer, or, in a resumed tuning, its winner is
 * already stored. sb_tune_search_end() it in any case.
 */
int sb_tune_search_begin(sb_tune_search *search, const sb_tune_context *context,
                         sb_evaluator *evaluator, const sb_tune_target *target, sb_error *error);

/* Measures the defaults quickly. If they are far slower than `best_ns`, of another kernel, a call
 * or two must do. */
void sb_tune_search_glance(sb_tune_search *search, double best_ns);

/* Continues the search within the limits; determines the valid parameter sets first; a kernel
 * without any is finished. `again`: the evaluator was used by another search since. SB_INTERRUPTED
 * if the user stopped it. */
int sb_tune_search_go_on(sb_tune_search *search, const sb_search_options *limits, bool again,
                         sb_error *error);

/* Stores what was evaluated, without a winner. */
int sb_tune_search_keep(const sb_tune_search *search, sb_error *error);

/* Stores it, races the best, and stores the winner. `race_ns`: limit for races; 0: none. */
int sb_tune_search_finish(sb_tune_search *search, int64_t race_ns, sb_error *error);
void sb_tune_search_end(sb_tune_search *search);

/* The least time so far; INFINITY: none. */
double sb_tune_search_best(const sb_tune_search *search);

/* Searches within the limits. For sb_tune_search_go_on() only, as are the following. */
int sb_tune_explore(sb_tune_search *search, const sb_search_options *limits, sb_error *error);

enum { SB_TUNE_NEAREST = 3 }; /* other problems whose winners a search starts from */

/* The parameter sets that the nearest problems use, the nearest first, as far as the space has
 * them. Returns their number. */
size_t sb_tune_find_near(const sb_tune_search *search, uint32_t near[SB_TUNE_NEAREST]);

/* The defaults, the configuration's starting points (a message says why one cannot be used), and
 * those of the nearest problems. Returns their number; free() the list. */
size_t sb_tune_make_starts(const sb_tune_search *search, uint32_t **starts);

/* What other searches of the kernel measured, in logarithms: for sb_search_options. Returns the
 * number of hints; free() the list. */
size_t sb_tune_find_hints(const sb_tune_search *search, sb_evaluated **hints);

/* Is its objective the time? */
static inline bool sb_tune_search_timed(const sb_tune_search *search)
{
    return search->target.candidate->objective == SB_MINIMISE_TIME;
}

/* Notes what an evaluation has measured for certain. */
void sb_tune_search_see(sb_tune_search *search, const sb_evaluation *evaluation);

/* Times the best again, because new parameter sets are compared with it. */
void sb_tune_time_best(sb_tune_search *search);

/* If the tuning draws base lines: draws as many parameter sets as the search evaluated. */
int sb_tune_draw_base_line(sb_tune_search *search, sb_error *error);

/* Races the best and stores the winner. */
int sb_tune_decide(sb_tune_search *search, int64_t race_ns, sb_error *error);

#endif
