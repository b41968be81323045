/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the statistics: order statistics of plain arrays. Pure. */
#ifndef SB_MEASURE_QUANTILE_H
#define SB_MEASURE_QUANTILE_H

#include "measure/stats.h"

void sb_sort_values(double *values, size_t count); /* ascending */

/*
 * The quantile p in [0, 1] of `count` >= 1 ascending values: the value at place p (count - 1),
 * counted from 0, interpolated linearly between its neighbours (Hyndman and Fan 1996, definition
 * 7). p = 0 is the minimum, p = 0.5 the usual median.
 */
double sb_quantile_sorted(const double *sorted, size_t count, double p);

/* The same of values in any order; it changes their order. Sorting takes ten times as long. */
double sb_quantile_select(double *values, size_t count, double p);

/*
 * The clock's tick. A coarse clock shows in the samples as repeated values with gaps between them;
 * two equal times can then differ by a tick, so each is known to half of one. (Some processors'
 * clocks tick every 10 ns: 0.1 % of a sample of 10 us, more than its noise.) Rounding to whole
 * nanoseconds puts two or three values beside each tick, which count as one. Returns the upper
 * quartile of the gaps among the faster half of the samples; 0 if hardly any value repeats: the
 * clock is fine enough.
 */
double sb_half_tick(const double *sorted, size_t count);

/*
 * The exact interval of the median runs from this rank (counted from 1) to count + 1 - rank; it
 * covers the median of independent samples of any distribution with at least this confidence (Le
 * Boudec, theorem 2.1 and table A.1). 0 if there are too few samples for the confidence.
 */
size_t sb_median_rank(size_t count, double confidence);

/* The quantile of an estimator. Not for SB_ESTIMATE_AUTO. */
double sb_estimator_quantile(sb_estimator estimator);

#endif
