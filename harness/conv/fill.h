/* SPDX-License-Identifier: Apache-2.0 */
/* Test data: the same for the same seed on every machine. */
#ifndef SB_CONV_FILL_H
#define SB_CONV_FILL_H

#include "conv/problem.h"

#include <stdint.h>

typedef enum sb_data {
    SB_INTEGERS, /* multiples of a power of two: every partial sum, in any order, is exact in a
                    float */
    SB_REALS     /* a realistic range; no zeros, no denormals */
} sb_data;

/* Dense NCHW input and residual; weights and biases by step. A tensor that the problem does not
 * have is NULL and is skipped. */
typedef struct sb_tensors {
    float *input, *residual;
    float *weights[SB_MAX_STEPS], *biases[SB_MAX_STEPS];
} sb_tensors;

/* The magnitudes of SB_INTEGERS data; fill.c derives them. input is 0 if there is no exact data. */
typedef struct sb_exact_ranges {
    int input, weight;          /* whole numbers of magnitude 1 to this; weights are scaled, */
    int shift[SB_MAX_STEPS];    /* step by step, by 2^-shift */
    int64_t bias[SB_MAX_STEPS]; /* in units of the step's output */
} sb_exact_ranges;

sb_exact_ranges sb_fill_ranges(const sb_problem *problem);

/*
 * Fills all tensors. A tensor's data depends on the seed, its kind and its shape, and for SB_REALS
 * on nothing else: problems that share a tensor agree on it. (The residual equals the input if both
 * have the same shape.) False for SB_INTEGERS if there is no non-trivial exact data: for sums of
 * 2^24 products or more, or an activation that rounds.
 */
bool sb_fill(const sb_problem *problem, sb_data data, uint64_t seed, const sb_tensors *tensors);

/* The pattern that marks output as not written: a signalling NaN with a payload of our own. */
#define SB_UNWRITTEN_BITS UINT32_C(0x7fa5b5c5)
void sb_fill_unwritten(float *to, size_t count);
bool sb_is_unwritten(const float *value); /* compared by its bits */

#endif
