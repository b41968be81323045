/* SPDX-License-Identifier: Apache-2.0 */
/* What the formulas say about a problem. Every tap counts, padding or not (as in published
 * multiply-add counts). */
#ifndef SB_CONV_COST_H
#define SB_CONV_COST_H

#include "conv/problem.h"

/*
 * standard   = n k (c / groups) r s p q
 * depthwise  = n c multiplier r s p q            (the step; 0 for a standard problem)
 * pointwise  = n k c multiplier p q              (the step; 0 for a standard problem)
 * total      = the multiplications of the problem's own operation
 * parameters = its weights
 * bytes      = what must move at least once: input, weights and output, 4 bytes each
 */
typedef struct sb_cost {
    int64_t depthwise, pointwise, total;
    int64_t parameters;
    int64_t bytes;
} sb_cost;

sb_cost sb_cost_of(const sb_problem *problem);

/* Multiplications of standard over separable for a pair: what theory allows. */
double sb_theoretical_speedup(const sb_layer *layer);

#endif
