/* SPDX-License-Identifier: Apache-2.0 */
/* The reference: convolution in fp64. */
#ifndef SB_CONV_REFERENCE_H
#define SB_CONV_REFERENCE_H

#include "conv/fill.h"

/*
 * Computes value[n][k][p][q] by the definition in sepbench/plugin.h, in fp64, and, if `magnitude`
 * is not NULL, the denominator of the error bounds: step by step, the same sum over absolute
 * values, with the magnitudes of the step before as its input, and without activations. Up to
 * `threads` threads share the work and have ended when it returns; the result does not depend on
 * their number. Uses fewer threads if more cannot be created. Fails if there is no memory for the
 * tensors between the steps.
 */
int sb_reference(const sb_problem *problem, const sb_tensors *tensors, int threads, double *value,
                 double *magnitude, sb_error *error);

#endif
