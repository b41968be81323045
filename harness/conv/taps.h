/* SPDX-License-Identifier: Apache-2.0 */
/* What of a convolution meets the image: where cost.h counts every tap, this counts what must be
 * computed and moved, so that bounds stay bounds on padded images. Pure. */
#ifndef SB_CONV_TAPS_H
#define SB_CONV_TAPS_H

#include "conv/problem.h"

/* One image, one channel, one filter. */
typedef struct sb_taps {
    int64_t taps;    /* pairs of output position and filter place whose tap lies inside the image */
    int64_t outputs; /* output positions with such a tap: the others are zero */
    int64_t inputs;  /* input positions that some tap reads */
    int64_t filter;  /* filter places whose tap is inside for some output */
} sb_taps;

/* Exact; takes time in proportion to r + s. */
sb_taps sb_taps_of(const sb_step *step);

/*
 * The least that any program does that computes the problem from its definition, multiplications
 * by arithmetic: Winograd's F(m x m, r x s) does (m + r - 1) (m + s - 1) of m m r s, one level of
 * Strassen 7 of 8 of a step of 1 x 1. A chain without activations between its steps may also be
 * computed as the one convolution that it equals, where that is less (K = 1).
 */
typedef struct sb_least {
    double multiplications;
    double read, written; /* bytes: input and weights that are met, biases and residual; the whole
                             output */
} sb_least;

sb_least sb_least_of(const sb_problem *problem, sb_arithmetic arithmetic);

#endif
