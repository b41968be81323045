/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding errors of fp32. Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd
 * ed., chapter 3. */
#ifndef SB_CONV_ROUNDING_H
#define SB_CONV_ROUNDING_H

#include <math.h>

#define SB_UNIT_ROUNDOFF 0x1p-24 /* u */

/* gamma(n) = n u / (1 - n u): the bound on n successive roundings. Infinite from n u = 1 on. */
static inline double sb_gamma(double n)
{
    const double nu = n * SB_UNIT_ROUNDOFF;
    return nu < 1.0 ? nu / (1.0 - nu) : INFINITY;
}

#endif
