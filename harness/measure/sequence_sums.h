/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time of a pass from those of its legs. A pass takes milliseconds, so that on a machine that
 * others use hardly any is undisturbed; most of its legs are. The time is therefore the sum of low
 * quantiles of the legs' times, each over all passes. Internal to the measuring of sequences; pure.
 */
#ifndef SB_MEASURE_SEQUENCE_SUMS_H
#define SB_MEASURE_SEQUENCE_SUMS_H

#include "measure/stats.h"

/* The samples of each leg. All have one in the same passes, in sequence and apart in the same
 * rounds. */
typedef struct sb_sequence_legs_times {
    const sb_series *in_sequence, *apart;
    size_t count;
} sb_sequence_legs_times;

typedef struct sb_sequence_sums {
    sb_interval in_sequence, apart, ratio; /* ratio: in sequence over apart */
} sb_sequence_sums;

/*
 * Intervals by bootstrap: whole processes are drawn, or rounds if there are fewer than four
 * processes, the same for all legs, in sequence and apart, so that the ratio's interval is that of
 * pairs. With fewer than three to draw, the intervals are the ranges.
 */
sb_sequence_sums sb_sequence_sum(const sb_sequence_legs_times *times, sb_estimator estimator,
                                 double confidence, uint64_t seed);

#endif
