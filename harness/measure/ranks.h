/* SPDX-License-Identifier: Apache-2.0 */
/* A test by ranks, and the correction for making many tests. Pure. */
#ifndef SB_MEASURE_RANKS_H
#define SB_MEASURE_RANKS_H

#include <stddef.h>

/*
 * The two-sided p of the Mann-Whitney test: how often, were both from one distribution, their ranks
 * would lie so far apart. Exact where no values are equal and there are at most 20 of each
 * (Mann and Whitney 1947, the recurrence of their table); else the normal approximation, corrected
 * for ties and for continuity. At least one value of each; they must be independent.
 */
double sb_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count);

/* Replaces each p by Holm's (1979): to call those at most 0.05 different errs anywhere among all of
 * them with probability 0.05 at most, however they depend on each other. */
void sb_holm(double *p, size_t count);

#endif
