/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/cost.h"

#include <assert.h>

/* The limits that sb_layer_finish() checks keep each product at 2^62 or below: it is one of two
 * tensors of at most 2^31 elements each. */
sb_cost sb_cost_of(const sb_problem *problem)
{
    const sb_weight_counts weights = sb_weight_elements(problem);
    const int64_t positions = problem->n * problem->p * problem->q;
    sb_cost cost = {
        .depthwise = positions * weights.depthwise,
        .pointwise = positions * weights.pointwise,
        .parameters = weights.standard + weights.depthwise + weights.pointwise,
    };
    cost.total = positions * weights.standard + cost.depthwise + cost.pointwise;
    cost.bytes = (int64_t)sizeof(float) *
                 (sb_input_elements(problem) + cost.parameters + sb_output_elements(problem));
    return cost;
}

double sb_theoretical_speedup(const sb_layer *layer)
{
    assert(layer->operations[SB_STANDARD] && layer->operations[SB_SEPARABLE]);
    const sb_problem standard = sb_layer_problem(layer, SB_STANDARD, 1);
    const sb_problem separable = sb_layer_problem(layer, SB_SEPARABLE, 1);
    return (double)sb_cost_of(&standard).total / (double)sb_cost_of(&separable).total;
}
