/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/replay.h"

#include "core/text.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

const double sb_replay_goals[SB_REPLAY_GOALS] = { 0.10, 0.05, 0.03, 0.02, 0.01 };

/* One search: how many evaluations each goal took. */
typedef struct progress {
    const sb_recorded *recorded;
    size_t evaluations;
    double reached[SB_REPLAY_GOALS]; /* INFINITY: not yet */
} progress;

static int look_up(void *context, size_t index, const int64_t *values, double incumbent,
                   double *objective, sb_error *error)
{
    (void)values, (void)incumbent, (void)error;
    progress *now = context;
    now->evaluations++;
    *objective = now->recorded->objectives[index];
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
        if (isinf(now->reached[g]) &&
            *objective <= now->recorded->best * (1.0 + sb_replay_goals[g]))
            now->reached[g] = (double)now->evaluations;
    return isfinite(now->reached[SB_REPLAY_GOALS - 1]);
}

static void search_once(const sb_recorded *recorded, const sb_strategy *strategy, size_t budget,
                        uint64_t seed, double *reached)
{
    progress now = { .recorded = recorded };
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
        now.reached[g] = INFINITY;
    sb_search_options options = { .evaluations = budget, .seed = seed };
    sb_search_result result;
    sb_search_run(strategy, &recorded->space, &options, look_up, &now, &result, NULL);
    free(result.evaluated);
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
        reached[g] = now.reached[g];
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Linear between order statistics; never between a number and a failure. */
static double quantile(const double *sorted, size_t count, double part)
{
    double where = part * (double)(count - 1);
    size_t below = (size_t)where, above = below + 1 < count ? below + 1 : below;
    double fraction = where - (double)below;
    if (fraction <= 0.0 || sorted[below] == sorted[above])
        return sorted[below];
    return isinf(sorted[above]) ? INFINITY
                                : sorted[below] + fraction * (sorted[above] - sorted[below]);
}

static sb_replay_row summarise(double *reached, size_t count, double goal)
{
    qsort(reached, count, sizeof *reached, by_number);
    sb_replay_row row = {
        .goal = goal,
        .quartile1 = quantile(reached, count, 0.25),
        .median = quantile(reached, count, 0.5),
        .quartile3 = quantile(reached, count, 0.75),
        .decile9 = quantile(reached, count, 0.9),
        .most = reached[count - 1],
    };
    for (size_t i = 0; i < count; i++)
        row.failures += isinf(reached[i]) ? 1 : 0;
    return row;
}

void sb_replay(const sb_recorded *recorded, const sb_strategy *strategy,
               const sb_replay_options *options, sb_replay_row rows[SB_REPLAY_GOALS])
{
    assert(options->repeat > 0);
    double *reached = sb_new(SB_REPLAY_GOALS * options->repeat, sizeof *reached);
    for (size_t i = 0; i < options->repeat; i++) {
        double one[SB_REPLAY_GOALS];
        search_once(recorded, strategy, options->evaluations, options->seed + i, one);
        for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
            reached[g * options->repeat + i] = one[g];
    }
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
        rows[g] = summarise(reached + g * options->repeat, options->repeat, sb_replay_goals[g]);
    free(reached);
}
