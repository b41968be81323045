/* SPDX-License-Identifier: Apache-2.0 */
/* Judges strategies on a recorded space: how many evaluations they need to come near its optimum,
 * how near they are after a given number, and what they gain over random search. */
#ifndef SB_TUNE_REPLAY_H
#define SB_TUNE_REPLAY_H

#include "tune/recorded.h"
#include "tune/search.h"

enum { SB_REPLAY_GOALS = 5, SB_REPLAY_MARKS = 3 };
extern const double sb_replay_goals[SB_REPLAY_GOALS]; /* over the optimum: 0.10 to 0.01 */
extern const size_t sb_replay_marks[SB_REPLAY_MARKS]; /* evaluations: 20, 50, 200 */

typedef struct sb_replay_options {
    size_t evaluations; /* budget of one search; 0: the size of the space */
    int64_t time_ns;    /* or this much time: as recorded for the evaluations, or that of the search
                           itself if the recording has no costs; 0: no limit */
    double least_gain;  /* as in sb_search_options */
    size_t repeat;      /* number of searches, with seeds `seed`, `seed` + 1, ... */
    uint64_t seed;
    const sb_evaluated *hints; /* as in sb_search_options */
    size_t hint_count;
} sb_replay_options;

/* Evaluations until the goal was reached, over the searches; INFINITY if the order statistic
 * belongs to a search that did not reach it. */
typedef struct sb_replay_row {
    double goal;
    double quartile1, median, quartile3, decile9, most;
    size_t failures; /* searches that did not reach it within the budget */
    size_t late;     /* searches that did not reach it by the last mark */
} sb_replay_row;

typedef struct sb_replay_result {
    sb_replay_row rows[SB_REPLAY_GOALS];
    /* The best over the optimum after this many evaluations: the geometric mean of the searches.
     * INFINITY if one of them had no success yet. */
    double best[SB_REPLAY_MARKS];
    double score;       /* see baseline.h */
    size_t evaluations; /* of all searches */
} sb_replay_result;

/* Each search continues until its budget is spent, or it is within the smallest goal and past the
 * last mark, or at the optimum. */
void sb_replay(const sb_recorded *recorded, const sb_strategy *strategy,
               const sb_replay_options *options, sb_replay_result *result);

#endif
