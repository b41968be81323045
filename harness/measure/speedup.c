/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/speedup.h"

#include "conv/cost.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* Which results compete: those of a technique, or (NULL) all that are not peers. */
static bool competes(const sb_result *result, sb_operation operation, const char *technique)
{
    if (result->verdict != SB_VERDICT_OK || !result->series.count || result->operation != operation)
        return false;
    return technique ? strcmp(result->technique, technique) == 0 : !result->peer;
}

static const sb_result *fastest(const sb_group *group, sb_operation operation,
                                const char *technique)
{
    const sb_result *best = NULL;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (!competes(result, operation, technique))
            continue;
        if (!best || result->time.value < best->time.value)
            best = result;
    }
    return best;
}

/* How many results might have been the fastest, the one that was included. */
static size_t contenders(const sb_group *group, const sb_result *best, const char *technique)
{
    size_t count = 0;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        count +=
            competes(result, best->operation, technique) && result->time.low <= best->time.high;
    }
    return count;
}

static double multiplications(const sb_layer *layer, const sb_result *result)
{
    sb_problem problem = sb_layer_problem(layer, result->operation, 1);
    return (double)sb_cost_of(&problem).total;
}

/* Time at the bound over time at the bound; NAN where the peaks are not known. */
static double roofline(const sb_layer *layer, const sb_result *standard, const sb_result *separable)
{
    double standard_ns = multiplications(layer, standard) / standard->roofline_gflops;
    double separable_ns = multiplications(layer, separable) / separable->roofline_gflops;
    return standard_ns / separable_ns;
}

static sb_interval measured(const sb_result *standard, const sb_result *separable,
                            size_t comparisons, double confidence, uint64_t seed)
{
    bool agreed = standard->estimator == separable->estimator;
    sb_estimator estimator = agreed ? standard->estimator : SB_ESTIMATE_AUTO;
    return sb_ratio(&standard->series, &separable->series, estimator, confidence, comparisons,
                    seed);
}

static void add_speedup(sb_group *group, const char *technique, double confidence, uint64_t seed)
{
    const sb_result *standard = fastest(group, SB_STANDARD, technique);
    const sb_result *separable = fastest(group, SB_SEPARABLE, technique);
    if (!standard || !separable)
        return;
    size_t pairs = contenders(group, standard, technique) * contenders(group, separable, technique);
    group->speedups[group->speedup_count++] = (sb_speedup) {
        .technique = sb_copy_text(technique ? technique : "best"),
        .standard_kernel = sb_copy_text(standard->label),
        .separable_kernel = sb_copy_text(separable->label),
        .standard_ns = standard->time.value,
        .separable_ns = separable->time.value,
        .measured = measured(standard, separable, pairs, confidence, seed),
        .theoretical = sb_theoretical_speedup(group->layer),
        .roofline = roofline(group->layer, standard, separable),
    };
}

static bool seen_before(const sb_group *group, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(group->results[i].technique, group->results[index].technique) == 0)
            return true;
    return false;
}

void sb_group_speedups(sb_group *group, double confidence, uint64_t seed)
{
    sb_group_clear_speedups(group);
    group->speedups = sb_new(group->result_count + 1, sizeof *group->speedups);
    for (size_t i = 0; i < group->result_count; i++)
        if (!seen_before(group, i))
            add_speedup(group, group->results[i].technique, confidence, seed);
    add_speedup(group, NULL, confidence, seed);
}
