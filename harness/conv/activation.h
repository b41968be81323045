/* SPDX-License-Identifier: Apache-2.0 */
/* The definitions of the activations, and how they propagate errors. */
#ifndef SB_CONV_ACTIVATION_H
#define SB_CONV_ACTIVATION_H

#include "sepbench/plugin.h"

double sb_activate(sb_activation activation, double x);

/*
 * How an activation propagates an error. If |x^ - x| <= e m for an m >= |x|, then the computed
 * activation of x^ is off by at most (slope e + own (1 + e)) m, where slope is the activation's
 * Lipschitz constant and own the relative rounding error of computing it.
 */
typedef struct sb_activation_error {
    double slope, own;
} sb_activation_error;

sb_activation_error sb_activation_errors(sb_activation activation);

#endif
