/* SPDX-License-Identifier: Apache-2.0 */
/* The exact value of single elements, to check a few places of an output. */
#ifndef SB_CONV_ELEMENT_H
#define SB_CONV_ELEMENT_H

#include "conv/fill.h"

/* The position of an element in an image. */
typedef struct sb_position {
    int64_t n, c, y, x;
} sb_position;

/* The output at `place` as sb_reference() computes it, without the tensors between the steps: their
 * elements are computed when needed. */
double sb_element(const sb_problem *problem, const sb_tensors *tensors, sb_position place,
                  double *magnitude);

/* The number of products that this takes. */
double sb_element_products(const sb_problem *problem);

/* Finds an input element that the output at `place` depends on, by the weight that `draw` selects
 * (any number is accepted). False if that tap lies outside the image. */
bool sb_element_source(const sb_problem *problem, sb_position place,
                       const uint64_t draw[SB_MAX_STEPS], sb_position *source);

#endif
