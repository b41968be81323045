/* SPDX-License-Identifier: Apache-2.0 */
/* A rank test, and a correction for multiple tests. Pure. */
#ifndef SB_MEASURE_RANKS_H
#define SB_MEASURE_RANKS_H

#include <stddef.h>

/*
 * The two-sided p of the Mann-Whitney test: the probability that the ranks of two samples of one
 * distribution differ by so much. Exact if no values are equal and there are at most 20 of each
 * (Mann and Whitney 1947, the recurrence of their table); otherwise the normal approximation,
 * corrected for ties and for continuity. At least one value of each; they must be independent.
 */
double sb_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count);

/* Replaces each p by Holm's (1979): if those at most 0.05 are called different, the probability of
 * any error among them is at most 0.05, however they depend on each other. */
void sb_holm(double *p, size_t count);

#endif
