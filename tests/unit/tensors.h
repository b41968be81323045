/* SPDX-License-Identifier: Apache-2.0 */
/* Tensors and fp64 results of a problem for tests, exactly as large as they must be. */
#ifndef SB_TESTS_TENSORS_H
#define SB_TESTS_TENSORS_H

#include "conv/fill.h"
#include "core/text.h"

#include <stdlib.h>

static inline float *new_floats(int64_t count)
{
    return count ? sb_new((size_t)count, sizeof(float)) : NULL;
}

static inline sb_tensors new_tensors(const sb_problem *problem)
{
    const sb_weight_counts counts = sb_weight_elements(problem);
    return (sb_tensors) {
        .input = new_floats(sb_input_elements(problem)),
        .standard = new_floats(counts.standard),
        .depthwise = new_floats(counts.depthwise),
        .pointwise = new_floats(counts.pointwise),
    };
}

static inline void free_tensors(sb_tensors *tensors)
{
    free(tensors->input);
    free(tensors->standard);
    free(tensors->depthwise);
    free(tensors->pointwise);
}

static inline double *new_doubles(int64_t count)
{
    return sb_new((size_t)count, sizeof(double));
}

#endif
