/* SPDX-License-Identifier: Apache-2.0 */
/* Quantiles of the distributions that intervals are made with. Pure. */
#ifndef SB_MEASURE_TAILS_H
#define SB_MEASURE_TAILS_H

#include <stddef.h>

/* The standard normal value exceeded with probability `tail`, 0 < tail <= 1/2. */
double sb_normal_quantile(double tail);

/* Student's t for `freedom` >= 1 degrees of freedom, exceeded with probability `tail`. The
 * distribution is the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4. */
double sb_student_quantile(double tail, size_t freedom);
/* The inverse: the probability that t >= 0 is exceeded. */
double sb_student_tail(double t, size_t freedom);

#endif
