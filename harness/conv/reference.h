/* SPDX-License-Identifier: Apache-2.0 */
/* The truth: convolution in fp64. */
#ifndef SB_CONV_REFERENCE_H
#define SB_CONV_REFERENCE_H

#include "conv/fill.h"

/*
 * value[n][k][p][q] by the definition in sepbench/plugin.h, in fp64, and, where `magnitude` is not
 * NULL, the denominator of the error bounds: step by step, the same sum over absolute values, with
 * the magnitudes of the step before for its input, and without activations. Up to `threads` threads
 * share the work and are gone when it returns; the result does not depend on how many. Does with
 * fewer threads where more cannot be had. Fails where there is no memory for the tensors between
 * the steps.
 */
int sb_reference(const sb_problem *problem, const sb_tensors *tensors, int threads, double *value,
                 double *magnitude, sb_error *error);

#endif
