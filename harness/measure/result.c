/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/result.h"

#include <assert.h>
#include <stdlib.h>

const char *sb_verdict_name(sb_verdict verdict)
{
    static const char *const names[] = {
        [SB_VERDICT_OK] = "ok",           [SB_VERDICT_UNSUPPORTED] = "unsupported",
        [SB_VERDICT_WRONG] = "wrong",     [SB_VERDICT_CRASHED] = "crashed",
        [SB_VERDICT_TIMEOUT] = "timeout", [SB_VERDICT_ERROR] = "error",
        [SB_VERDICT_SKIPPED] = "skipped",
    };
    assert((size_t)verdict < sizeof names / sizeof *names);
    return names[verdict];
}

const char *sb_cache_mode_name(sb_cache_mode mode)
{
    static const char *const names[SB_CACHE_MODES] = {
        [SB_CACHE_WARM] = "warm",
        [SB_CACHE_COLD] = "cold",
        [SB_CACHE_COLD_WEIGHTS] = "cold-weights",
    };
    return names[mode];
}

static void free_result(sb_result *result)
{
    free(result->plugin);
    free(result->kernel);
    free(result->technique);
    free(result->label);
    free(result->params);
    free(result->origin);
    free(result->detail);
    free(result->stop_reason);
    sb_series_free(&result->series);
}

static void free_speedup(sb_speedup *speedup)
{
    free(speedup->technique);
    free(speedup->standard_kernel);
    free(speedup->separable_kernel);
}

void sb_group_clear_speedups(sb_group *group)
{
    for (size_t i = 0; i < group->speedup_count; i++)
        free_speedup(&group->speedups[i]);
    free(group->speedups);
    group->speedups = NULL;
    group->speedup_count = 0;
}

void sb_group_free(sb_group *group)
{
    sb_group_clear_speedups(group);
    for (size_t i = 0; i < group->result_count; i++)
        free_result(&group->results[i]);
    free(group->results);
    *group = (sb_group) { 0 };
}
