/* SPDX-License-Identifier: Apache-2.0 */
/* Multiplications, parameters and bytes of a problem by the formulas. Every tap counts, padding or
 * not, as in published multiply-add counts. */
#ifndef SB_CONV_COST_H
#define SB_CONV_COST_H

#include "conv/problem.h"

/*
 * steps[i]   = n k (c / groups) r s p q of the i-th step
 * total      = the multiplications of all of them; biases, activations and residuals have none
 * parameters = weights and biases, by step and of all of them
 * bytes      = what must move at least once: input, residual, parameters and output, 4 bytes each
 */
typedef struct sb_cost {
    int64_t steps[SB_MAX_STEPS], total;
    int64_t step_parameters[SB_MAX_STEPS], parameters;
    int64_t bytes;
} sb_cost;

sb_cost sb_cost_of(const sb_problem *problem);

/* Multiplications of the standard twin divided by those of the pair's chain: the theoretical
 * speedup. */
double sb_theoretical_speedup(const sb_layer *layer);

#endif
