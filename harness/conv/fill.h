/* SPDX-License-Identifier: Apache-2.0 */
/* Test data, the same for the same seed on every machine. */
#ifndef SB_CONV_FILL_H
#define SB_CONV_FILL_H

#include "conv/problem.h"

#include <stdint.h>

typedef enum sb_data {
    SB_INTEGERS, /* small whole numbers: every partial sum in any order stays below 2^24 */
    SB_REALS     /* a realistic range; no zeros, no denormals */
} sb_data;

/* Dense NCHW input and weights of a problem. Unused weight pointers are NULL and left alone. */
typedef struct sb_tensors {
    float *input;
    float *standard, *depthwise, *pointwise;
} sb_tensors;

/* The largest magnitudes of SB_INTEGERS data; the derivation is in fill.c. input is 0 where there
 * is no exact data. */
typedef struct sb_exact_ranges {
    int input, weight;
} sb_exact_ranges;

sb_exact_ranges sb_fill_ranges(const sb_problem *problem);

/* Fills all; different streams for each tensor. False for SB_INTEGERS if the problem's sums are too
 * long for any non-trivial exact data (2^24 products or more). */
bool sb_fill(const sb_problem *problem, sb_data data, uint64_t seed, const sb_tensors *tensors);

/* The pattern that marks output never written: a signalling NaN with a payload of our own. */
#define SB_UNWRITTEN_BITS UINT32_C(0x7fa5b5c5)
void sb_fill_unwritten(float *to, size_t count);
bool sb_is_unwritten(const float *value); /* by its bits */

#endif
