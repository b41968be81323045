/* SPDX-License-Identifier: Apache-2.0 */
/* The truth of single elements, for looks at a few places of an output. */
#ifndef SB_CONV_ELEMENT_H
#define SB_CONV_ELEMENT_H

#include "conv/fill.h"

/* An element of an image. */
typedef struct sb_position {
    int64_t n, c, y, x;
} sb_position;

/* The output at `place` as sb_reference() has it, without its tensors between the steps: their
 * elements are computed as they are needed. */
double sb_element(const sb_problem *problem, const sb_tensors *tensors, sb_position place,
                  double *magnitude);

/* How many products that takes. */
double sb_element_products(const sb_problem *problem);

/* An input element that the output at `place` depends on, by the weight that `draw` numbers: any
 * number will do. False where that tap lies outside the image. */
bool sb_element_source(const sb_problem *problem, sb_position place,
                       const uint64_t draw[SB_MAX_STEPS], sb_position *source);

#endif
