/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The expected result of random search in a recorded space, and the score of a strategy compared
 * with it (after Willemsen et al., "A methodology for comparing optimization algorithms for
 * auto-tuning", 2024): how much further along the way from random search's expected best to the
 * optimum the strategy is, averaged over the budget. 0: no better than random search, 1: the
 * optimum at once. The budget is what random search needs for 95 % of the way from the median to
 * the optimum. It is in units of time if the recording has the cost of each evaluation, otherwise
 * in evaluations.
 */
#ifndef SB_TUNE_BASELINE_H
#define SB_TUNE_BASELINE_H

#include "tune/recorded.h"

enum { SB_BASELINE_POINTS = 50 };

typedef struct sb_baseline {
    double *sorted; /* objectives, ascending; failures count as the worst success */
    size_t size;
    double mean_cost;                    /* of an evaluation */
    double budget;                       /* in the unit of the costs */
    double expected[SB_BASELINE_POINTS]; /* random search's expected best, at equal parts of the
                                            budget */
} sb_baseline;

void sb_baseline_start(sb_baseline *baseline, const sb_recorded *recorded);
void sb_baseline_free(sb_baseline *baseline);

/* The cost of evaluating the parameter set. */
double sb_baseline_cost(const sb_recorded *recorded, size_t index);

/* The expected best of `count` different random parameter sets. */
double sb_baseline_expected(const sb_baseline *baseline, size_t count);

/* Random search's median number of evaluations until an objective of at most `goal`. */
double sb_baseline_median(const sb_baseline *baseline, double goal);

/* The score, from a strategy's mean best at each of the points. */
double sb_baseline_score(const sb_baseline *baseline, const double *means);

#endif
