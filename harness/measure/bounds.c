/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/bounds.h"

#include "conv/cost.h"
#include "conv/taps.h"

static sb_bound find_bound(const sb_peaks *peaks, const sb_problem *problem, bool cold)
{
    const sb_least least = sb_least_of(problem, SB_DIRECT);
    return sb_bound_of(peaks, &least, problem->threads, cold);
}

/* As if each step were a separate pass over its input, weights and output. */
static double passes_ns(const sb_peaks *peaks, const sb_problem *problem, bool cold)
{
    double sum = 0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_problem step = sb_problem_of_step(problem, i);
        sum += find_bound(peaks, &step, cold).ns;
    }
    return sum;
}

void sb_set_bounds(const sb_peaks *peaks, const sb_problem *problem, bool cold, sb_result *result)
{
    const double operations = 2 * (double)sb_cost_of(problem).total;
    const sb_bound bound = find_bound(peaks, problem, cold);
    result->bound_by = bound.limit;
    result->roofline_gflops = operations / bound.ns;
    result->passes_gflops = operations / passes_ns(peaks, problem, cold);
}
