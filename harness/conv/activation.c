/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/activation.h"

#include "conv/rounding.h"

#include <math.h>

double sb_activate(sb_activation activation, double x)
{
    switch (activation) {
    case SB_RELU:
        return fmax(x, 0.0);
    case SB_RELU6:
        return fmin(fmax(x, 0.0), 6.0);
    case SB_HARD_SWISH:
        return x * fmin(fmax(x + 3.0, 0.0), 6.0) / 6.0;
    case SB_SWISH:
        return x / (1.0 + exp(-x));
    case SB_ACTIVATION_NONE:
    default:
        return x;
    }
}

/*
 * relu and relu6 round nothing and never move two arguments apart.
 *
 * hard_swish: between -3 and 3 its slope is (2 x + 3) / 6, at most 3/2. Computed as x min(max(x +
 * 3, 0), 6) / 6 it rounds the sum (an error of at most 6 u in a factor that is then divided by 6,
 * so u |x|), a product, and a division or a product with a rounded 1/6: five roundings in all at
 * most.
 *
 * swish, x s(x) with s(x) = 1 / (1 + exp(-x)): its slope s (1 + x (1 - s)) is largest where 2 (1 -
 * s) + x (1 - s) (1 - 2 s) = 0, at x = 2.3994, with the value 1.09984. If exp has an error of at
 * most 8 units in the last place (16 u), the sum 1 + exp has at most 17 u, the quotient 18 u and
 * the product 19 u, in a factor s that is at most 1. A kernel may approximate the reciprocal: 24 u.
 * References: Ramachandran, Zoph, Le, "Searching for Activation Functions" (2017), for the
 * function; Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., lemma 3.1, for the
 * counting.
 */
sb_activation_error sb_activation_errors(sb_activation activation)
{
    switch (activation) {
    case SB_HARD_SWISH:
        return (sb_activation_error) { 1.5, sb_gamma(5) };
    case SB_SWISH:
        return (sb_activation_error) { 1.1, sb_gamma(24) };
    case SB_RELU:
    case SB_RELU6:
    case SB_ACTIVATION_NONE:
    default:
        return (sb_activation_error) { 1.0, 0.0 };
    }
}
