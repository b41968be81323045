/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intervals for series that were measured in several processes. What a process determines once
 * (where its memory lies, how its threads find each other) affects all of its rounds; so each
 * process is one observation, and more rounds only make it more precise (Kalibera and Jones,
 * "Rigorous Benchmarking in Reasonable Time", ISMM 2013). The estimate is the geometric mean of the
 * processes' quantiles, the interval Student's on a logarithmic scale. Internal to the statistics;
 * pure.
 */
#ifndef SB_MEASURE_PROCESSES_H
#define SB_MEASURE_PROCESSES_H

#include "measure/stats.h"

/*
 * For `a`, or for a over b; b may be NULL. `error` is the interval's error probability. NANs if
 * either has fewer than four usable processes; a process with less than a quarter of the samples of
 * the largest is not usable. The value is always that of a alone over that of b alone. If both took
 * part in the same processes, the interval is that of the paired ratios; processes in which only
 * one took part count as independent. The quantile is the estimator's for the number of samples in
 * the smallest process.
 */
sb_interval sb_processes_interval(const sb_series *a, const sb_series *b, sb_estimator estimator,
                                  double error);

/* Number of samples in the smallest process; 0 with fewer than four usable ones. */
size_t sb_processes_least(const sb_series *series);

#endif
