/* SPDX-License-Identifier: Apache-2.0 */
/* The truth: convolution in fp64. */
#ifndef SB_CONV_REFERENCE_H
#define SB_CONV_REFERENCE_H

#include "conv/fill.h"

/*
 * value[n][k][p][q] by the definition in sepbench/plugin.h, in fp64, and, where `magnitude` is not
 * NULL, the same sum over absolute values |x| |w| (separable: |x| |dw| |pw|), the denominator of
 * the error bounds. Up to `threads` threads share the work and are gone when it returns; the result
 * does not depend on how many. Needs no memory and does with fewer threads where more cannot be
 * had, so that in this version it always returns 0.
 */
int sb_reference(const sb_problem *problem, const sb_tensors *tensors, int threads, double *value,
                 double *magnitude, sb_error *error);

#endif
