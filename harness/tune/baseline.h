/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What random search is expected to find in a recorded space, and how a strategy scores against it
 * (after Willemsen et al., "A methodology for comparing optimization algorithms for auto-tuning",
 * 2024): the part of the way from random search's expected best to the optimum that the strategy is
 * ahead, in the mean over the budget. 0: no better than random search, 1: the optimum at once. The
 * budget is what random search needs for 95 % of the way from the median to the optimum. It counts
 * time, where the recording tells what each evaluation took, and else evaluations.
 */
#ifndef SB_TUNE_BASELINE_H
#define SB_TUNE_BASELINE_H

#include "tune/recorded.h"

enum { SB_BASELINE_POINTS = 50 };

typedef struct sb_baseline {
    double *sorted; /* objectives, ascending; failures as the worst success */
    size_t size;
    double mean_cost;                    /* of an evaluation */
    double budget;                       /* in the unit of the costs */
    double expected[SB_BASELINE_POINTS]; /* random search's, at equal parts of the budget */
} sb_baseline;

void sb_baseline_start(sb_baseline *baseline, const sb_recorded *recorded);
void sb_baseline_free(sb_baseline *baseline);

/* What evaluating the configuration counts. */
double sb_baseline_cost(const sb_recorded *recorded, size_t index);

/* The expected best of `count` different random configurations. */
double sb_baseline_expected(const sb_baseline *baseline, size_t count);

/* Random search's median number of evaluations to an objective of at most `goal`. */
double sb_baseline_median(const sb_baseline *baseline, double goal);

/* From a strategy's mean best at each of the points. */
double sb_baseline_score(const sb_baseline *baseline, const double *means);

#endif
