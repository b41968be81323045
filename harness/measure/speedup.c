/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/speedup.h"

#include "conv/cost.h"
#include "core/text.h"
#include "measure/choose.h"

#include <stdlib.h>
#include <string.h>

/* The time that the result's operation takes at a rate that counts multiplications as defined. */
static double time_at(double gflops, const sb_layer *layer, const sb_result *result)
{
    sb_problem problem = sb_layer_problem(layer, result->operation, 1);
    return (double)sb_cost_of(&problem).total / gflops;
}

static void add_speedup(sb_group *group, const char *technique, double confidence, uint64_t seed)
{
    size_t standards, separables;
    sb_choice choice = { .technique = technique, .own = true, .peers = technique != NULL };
    choice.operation = SB_STANDARD;
    const sb_result *standard = sb_choose(group, &choice, &standards);
    choice.operation = sb_layer_chain(group->layer);
    const sb_result *separable = sb_choose(group, &choice, &separables);
    if (!standard || !separable)
        return;
    /* NAN if the peaks are not known */
    const double bound = time_at(standard->roofline_gflops, group->layer, standard);
    group->speedups[group->speedup_count++] = (sb_speedup) {
        .operation = choice.operation,
        .technique = sb_copy_text(technique ? technique : "best"),
        .standard_kernel = sb_copy_text(standard->label),
        .separable_kernel = sb_copy_text(separable->label),
        .standard_ns = standard->time.value,
        .separable_ns = separable->time.value,
        .measured = sb_paired_ratio(standard, separable, standards * separables, confidence, seed),
        .theoretical = sb_theoretical_speedup(group->layer),
        .roofline = bound / time_at(separable->roofline_gflops, group->layer, separable),
        .roofline_passes = bound / time_at(separable->passes_gflops, group->layer, separable),
    };
}

void sb_group_speedups(sb_group *group, double confidence, uint64_t seed)
{
    sb_group_clear_speedups(group);
    if (!sb_layer_is_pair(group->layer))
        return;
    group->speedups = sb_new(group->result_count + 1, sizeof *group->speedups);
    for (size_t i = 0; i < group->result_count; i++)
        if (sb_first_of_technique(group, i))
            add_speedup(group, group->results[i].technique, confidence, seed);
    add_speedup(group, NULL, confidence, seed);
}
