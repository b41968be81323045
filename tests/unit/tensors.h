/* SPDX-License-Identifier: Apache-2.0 */
/* Tensors and fp64 results of a problem, for tests. They are exactly as large as necessary, so that
 * sanitizers find an access past the end. */
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
    sb_tensors tensors = {
        .input = new_floats(sb_input_elements(problem)),
        .residual = new_floats(problem->residual ? sb_output_elements(problem) : 0),
    };
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *step = &problem->steps[i];
        tensors.weights[i] = new_floats(sb_step_weights(step));
        tensors.biases[i] = new_floats(step->bias ? step->k : 0);
    }
    return tensors;
}

static inline void free_tensors(sb_tensors *tensors)
{
    free(tensors->input);
    free(tensors->residual);
    for (int i = 0; i < SB_MAX_STEPS; i++) {
        free(tensors->weights[i]);
        free(tensors->biases[i]);
    }
}

static inline double *new_doubles(int64_t count)
{
    return sb_new((size_t)count, sizeof(double));
}

#endif
