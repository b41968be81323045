/* SPDX-License-Identifier: Apache-2.0 */
/* The two gates that decide whether an output is correct. Source of the bounds: Higham, "Accuracy
 * and Stability of Numerical Algorithms", 2nd ed., chapter 3. */
#ifndef SB_CONV_TOLERANCE_H
#define SB_CONV_TOLERANCE_H

#include "conv/layout.h"
#include "conv/rounding.h"

/*
 * The bound on |error| / magnitude of an element. A step adds to the error e of its input its own,
 * g, and its activation's (activation.h): e + g + e g, then that. g is
 *
 * - direct: gamma(T) for T = c / groups * r * s products, and one more for a bias, for a residual,
 * and for a convolution that stands alone
 * - Winograd: 5 u (F2), 75 u (F4), 111 u (F6) for 3 x 3, 47 u and 116 u (F2, F4) for parts
 * of the filter with more taps along a side, 8 u and 15 u for those of one row or column, for the
 * first step, against the magnitudes of tiles.h, as derived in tolerance.c; other steps are direct;
 * and relative L2 error at most 2e-5
 * - Strassen, one level or two: for steps of 1 x 1, or as small as their stride, and one group,
 * against the largest magnitude of the tensor, as derived in tolerance.c, for SB_REALS data only;
 * and the L2 error
 *
 * Infinite where gamma is not defined (2^24 products or more).
 */
double sb_error_bound(const sb_problem *problem, sb_arithmetic arithmetic);

typedef struct sb_check {
    bool passed;
    double max_error; /* largest |error| / magnitude (exact gate: largest |error|) */
    double bound;     /* its bound (exact gate: 0) */
    char reason[192]; /* empty if passed; else the first or worst element and what is wrong */
} sb_check;

/* `output` lies in `layout`; `value` and `magnitude` are NCHW. An element that is not finite, or
 * still holds the unwritten pattern, fails. Padding channels are ignored. */
sb_check sb_check_exact(const sb_problem *problem, sb_layout layout, const float *output,
                        const double *value);
sb_check sb_check_real(const sb_problem *problem, sb_layout layout, sb_arithmetic arithmetic,
                       const float *output, const double *value, const double *magnitude);

#endif
