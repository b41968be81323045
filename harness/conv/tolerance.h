/* SPDX-License-Identifier: Apache-2.0 */
/* The two gates: is an output right? Source of the bounds: Higham, "Accuracy and Stability of
 * Numerical Algorithms", 2nd ed., chapter 3. */
#ifndef SB_CONV_TOLERANCE_H
#define SB_CONV_TOLERANCE_H

#include "conv/layout.h"

/* u = 2^-24; gamma(n) = n u / (1 - n u). */
double sb_gamma(double n);

/*
 * The bound on |error| / magnitude of an element:
 * direct standard    gamma(T + 1), T = c / groups * r * s products
 * direct separable   gamma(t) + gamma(d) + gamma(t) gamma(d), t = r s, d = c multiplier
 * Winograd standard  8 u (F2), 64 u (F4), 128 u (F6); and relative L2 error at most 2e-5
 * Winograd separable the same for the first step: a + gamma(d) + a gamma(d); and the L2 error
 * Strassen           against the largest magnitude of the tensor, as derived in tolerance.c, for
 *                    SB_REALS data only; and the L2 error
 * Infinite where gamma is not defined (2^24 products or more).
 */
double sb_error_bound(const sb_problem *problem, sb_arithmetic arithmetic);

typedef struct sb_check {
    bool passed;
    double max_error; /* largest |error| / magnitude (exact gate: largest |error|) */
    double bound;     /* what it may be (exact gate: 0) */
    char reason[192]; /* empty where passed; else the first or worst element and what is wrong */
} sb_check;

/* `output` lies in `layout`; `value` and `magnitude` are NCHW. An element that is not finite, or
 * still bears the unwritten pattern, fails. Padding channels are not looked at. */
sb_check sb_check_exact(const sb_problem *problem, sb_layout layout, const float *output,
                        const double *value);
sb_check sb_check_real(const sb_problem *problem, sb_layout layout, sb_arithmetic arithmetic,
                       const float *output, const double *value, const double *magnitude);

#endif
