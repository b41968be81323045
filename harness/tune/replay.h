/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies judged on a recorded space: how many evaluations until they come near its optimum. */
#ifndef SB_TUNE_REPLAY_H
#define SB_TUNE_REPLAY_H

#include "tune/recorded.h"
#include "tune/search.h"

enum { SB_REPLAY_GOALS = 5 };
extern const double sb_replay_goals[SB_REPLAY_GOALS]; /* over the optimum: 0.10 to 0.01 */

typedef struct sb_replay_options {
    size_t evaluations; /* budget of one search; 0: the size of the space */
    size_t repeat;      /* searches, with seeds `seed`, `seed` + 1, ... */
    uint64_t seed;
} sb_replay_options;

/* Evaluations until the goal was reached, over the searches; INFINITY where the order statistic is
 * one of a search that did not reach it. */
typedef struct sb_replay_row {
    double goal;
    double quartile1, median, quartile3, decile9, most;
    size_t failures; /* searches that did not reach it within the budget */
} sb_replay_row;

/* Each search goes on until it is within the smallest goal or its budget is spent. */
void sb_replay(const sb_recorded *recorded, const sb_strategy *strategy,
               const sb_replay_options *options, sb_replay_row rows[SB_REPLAY_GOALS]);

#endif
