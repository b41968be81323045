/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a convolution whose taps lie inside the image. cost.h counts every tap; this counts
 * what must be computed and moved, so that bounds remain lower bounds on padded images. Pure. */
#ifndef SB_CONV_TAPS_H
#define SB_CONV_TAPS_H

#include "conv/problem.h"

/* For one image, one channel and one filter. */
typedef struct sb_taps {
    int64_t taps;    /* pairs of output position and filter tap whose input lies inside the image */
    int64_t outputs; /* output positions with such a tap; all others are zero */
    int64_t inputs;  /* input positions that some tap reads */
    int64_t filter;  /* filter taps that lie inside the image for some output */
} sb_taps;

/* Exact; takes time proportional to r + s. */
sb_taps sb_taps_of(const sb_step *step);

/*
 * The least work of any program that computes the problem from its definition. Multiplications
 * depend on the arithmetic: Winograd's F(m x m, r x s) does (m + r - 1) (m + s - 1) instead of m m
 * r s, with stride 2 (2 m + r - 2) (2 m + s - 2), each level of Strassen 7 of 8 for a step of 1
 * x 1. A chain without activations between its steps may also be computed as the one convolution
 * that it equals, if that is less (K = 1).
 */
typedef struct sb_least {
    double multiplications;
    double read, written; /* bytes: the input and weights that taps read, biases and residual; the
                             whole output */
} sb_least;

sb_least sb_least_of(const sb_problem *problem, sb_arithmetic arithmetic);

#endif
