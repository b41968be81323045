/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/choose.h"

#include <math.h>
#include <string.h>

const char *sb_counting_name(sb_counting counting)
{
    static const char *const names[SB_COUNTINGS] = {
        [SB_COUNT_RUN] = "run",
        [SB_COUNT_REORDERS] = "+ reorders",
        [SB_COUNT_PACKING] = "+ packing",
    };
    return names[counting];
}

double sb_counted_apart(const sb_result *result, sb_counting counting)
{
    switch (counting) {
    case SB_COUNT_REORDERS:
        return result->reorder_ns;
    case SB_COUNT_PACKING:
        return result->reorder_ns + result->prepare_ns;
    default:
        return 0;
    }
}

static bool meets_choice(const sb_result *result, const sb_choice *choice)
{
    if (result->verdict != SB_VERDICT_OK || !result->series.count)
        return false;
    if (result->operation != choice->operation)
        return false;
    if (choice->technique && strcmp(result->technique, choice->technique) != 0)
        return false;
    if (choice->direct && result->arithmetic != SB_DIRECT)
        return false;
    if (!isfinite(sb_counted_apart(result, choice->counting)))
        return false;
    return result->peer ? choice->peers : choice->own;
}

const sb_result *sb_choose(const sb_group *group, const sb_choice *choice, size_t *contenders)
{
    const sb_counting counting = choice->counting;
    const sb_result *best = NULL;
    double least = 0, high = 0;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        double ns = result->time.value + sb_counted_apart(result, counting);
        if (!meets_choice(result, choice) || (best && ns >= least))
            continue;
        best = result;
        least = ns;
        high = result->time.high + sb_counted_apart(result, counting);
    }
    if (!contenders)
        return best;
    *contenders = 0;
    for (size_t i = 0; best && i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        double low = result->time.low + sb_counted_apart(result, counting);
        *contenders += meets_choice(result, choice) && low <= high;
    }
    return best;
}

bool sb_first_of_technique(const sb_group *group, size_t result)
{
    for (size_t i = 0; i < result; i++)
        if (strcmp(group->results[i].technique, group->results[result].technique) == 0)
            return false;
    return true;
}

sb_interval sb_paired_ratio(const sb_result *a, const sb_result *b, size_t comparisons,
                            double confidence, uint64_t seed)
{
    sb_estimator estimator = a->estimator == b->estimator ? a->estimator : SB_ESTIMATE_AUTO;
    return sb_ratio(&a->series, &b->series, estimator, confidence, comparisons, seed);
}
