/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/choose.h"

#include <string.h>

static bool meets(const sb_result *result, const sb_choice *choice)
{
    if (result->verdict != SB_VERDICT_OK || !result->series.count)
        return false;
    if (result->operation != choice->operation)
        return false;
    if (choice->technique && strcmp(result->technique, choice->technique) != 0)
        return false;
    if (choice->direct && result->arithmetic != SB_DIRECT)
        return false;
    return result->peer ? choice->peers : choice->own;
}

const sb_result *sb_choose(const sb_group *group, const sb_choice *choice, size_t *contenders)
{
    const sb_result *best = NULL;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (meets(result, choice) && (!best || result->time.value < best->time.value))
            best = result;
    }
    if (!contenders)
        return best;
    *contenders = 0;
    for (size_t i = 0; best && i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        *contenders += meets(result, choice) && result->time.low <= best->time.high;
    }
    return best;
}

sb_interval sb_paired_ratio(const sb_result *a, const sb_result *b, size_t comparisons,
                            double confidence, uint64_t seed)
{
    sb_estimator estimator = a->estimator == b->estimator ? a->estimator : SB_ESTIMATE_AUTO;
    return sb_ratio(&a->series, &b->series, estimator, confidence, comparisons, seed);
}
