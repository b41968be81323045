/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/cost.h"

#include <assert.h>

/* sb_layer_finish() checks limits that keep each product at 2^62 or below: it is a product of the
 * sizes of two tensors of at most 2^31 elements each. */
sb_cost sb_cost_of(const sb_problem *problem)
{
    sb_cost cost = { 0 };
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *s = &problem->steps[i];
        const int64_t weights = sb_step_weights(s);
        cost.steps[i] = problem->n * s->p * s->q * weights;
        cost.total += cost.steps[i];
        cost.step_parameters[i] = weights + (s->bias ? s->k : 0);
        cost.parameters += cost.step_parameters[i];
    }
    const int64_t outputs = sb_output_elements(problem);
    cost.bytes = (int64_t)sizeof(float) * (sb_input_elements(problem) + cost.parameters + outputs +
                                           (problem->residual ? outputs : 0));
    return cost;
}

double sb_theoretical_speedup(const sb_layer *layer)
{
    assert(sb_layer_is_pair(layer));
    const sb_problem standard = sb_layer_problem(layer, SB_STANDARD, 1);
    const sb_problem chain = sb_layer_problem(layer, sb_layer_chain(layer), 1);
    return (double)sb_cost_of(&standard).total / (double)sb_cost_of(&chain).total;
}
