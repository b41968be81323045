/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares one kernel in two runs. Their rounds are not paired, and conditions that a process fixes
 * once affect all of its samples: so the bootstrap draws processes first, then rounds within each,
 * and the tests compare the processes' medians. Pure.
 */
#ifndef SB_MEASURE_CONTRAST_H
#define SB_MEASURE_CONTRAST_H

#include "measure/stats.h"

typedef struct sb_contrast {
    sb_interval ratio; /* of medians, new over base, with its 95 % interval */
    double median[2];  /* base and new: the geometric mean of the processes' medians, ns */
    double p;          /* Welch's t on logarithms; not corrected for multiple comparisons */
    double rank_p; /* Mann-Whitney's; NAN with fewer than 9 samples or 4 processes on either side */
    size_t processes[2], samples[2];
} sb_contrast;

/*
 * Both series must have samples. Two that are equal sample for sample are the same measurement:
 * ratio 1, no interval, p 1. A side with fewer than four processes does not show how much processes
 * differ; each is then assumed to deviate by a normal 3 %, or by the observed amount if that is
 * more.
 */
sb_contrast sb_contrast_of(const sb_series *base, const sb_series *new_, uint64_t seed);

/*
 * The conclusion, from the corrected p. FASTER and SLOWER: p and, if known, rank_p are at most
 * 0.05, the interval excludes 1, and the ratio is past the threshold (0.02: 1.02 or 1/1.02). SAME:
 * the interval lies within the threshold, or the ratio does and p is at most 0.05 (a proven change
 * that is small). Otherwise UNDECIDED.
 */
sb_difference sb_contrast_verdict(const sb_contrast *contrast, double p, double threshold);

#endif
