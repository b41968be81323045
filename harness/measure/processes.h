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
 * Of `a`, or of a over b, process by process, each over the rounds that both took part in; b may be
 * NULL. `error` is the interval's error probability. NANs where fewer than four processes have
 * something to say; one with less than a quarter of the samples of the fullest has not. The
 * quantile is that of the estimator for the samples of the process that has fewest.
 */
sb_interval sb_processes_interval(const sb_series *a, const sb_series *b, sb_estimator estimator,
                                  double error);

#endif
