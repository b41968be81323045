/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intervals of series that were taken in several processes. What a process draws once (where its
 * memory lies, how its threads find each other) is the same in all of its rounds; so each process
 * is one observation, and its rounds only make it exact (Kalibera and Jones, "Rigorous Benchmarking
 * in Reasonable Time", ISMM 2013). The estimate is the geometric mean of the processes' quantiles,
 * the interval Student's on the scale of logarithms. Inner to the statistics; pure.
 */
#ifndef SB_MEASURE_PROCESSES_H
#define SB_MEASURE_PROCESSES_H

#include "measure/stats.h"

/*
 * Of `a`, or of a over b; b may be NULL. `error` is the interval's error probability. NANs where
 * fewer than four processes of either have something to say; one with less than a quarter of the
 * samples of the fullest has not. The value is always that of a alone over that of b alone. Where
 * both took part in the same processes the interval is that of the paired ratios; what only one of
 * them took part in counts as independent. The quantile is that of the estimator for the samples of
 * the process that has fewest.
 */
sb_interval sb_processes_interval(const sb_series *a, const sb_series *b, sb_estimator estimator,
                                  double error);

/* Samples of the process that has fewest; 0 where fewer than four have something to say. */
size_t sb_processes_least(const sb_series *series);

#endif
