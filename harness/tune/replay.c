/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/replay.h"

#include "core/text.h"
#include "tune/baseline.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

const double sb_replay_goals[SB_REPLAY_GOALS] = { 0.10, 0.05, 0.03, 0.02, 0.01 };
const size_t sb_replay_marks[SB_REPLAY_MARKS] = { 20, 50, 200 };

/* The state of one search. */
typedef struct progress {
    const sb_recorded *recorded;
    const sb_baseline *baseline;
    double cost_limit;
    size_t evaluations;
    double best, cost;
    size_t point;                      /* index of the next point of the baseline */
    double reached[SB_REPLAY_GOALS];   /* evaluations needed; INFINITY: not reached yet */
    double marked[SB_REPLAY_MARKS];    /* the best at that time; INFINITY: none */
    double points[SB_BASELINE_POINTS]; /* the best at that time */
} progress;

/* Before its first success, a search counts as random search. */
static void pass_points(progress *now, double until)
{
    double step = now->baseline->budget / SB_BASELINE_POINTS;
    for (; now->point < SB_BASELINE_POINTS && step * (double)(now->point + 1) < until; now->point++)
        now->points[now->point] =
            isfinite(now->best) ? now->best : now->baseline->expected[now->point];
}

static void note(progress *now)
{
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
        if (isinf(now->reached[g]) && now->best <= now->recorded->best * (1.0 + sb_replay_goals[g]))
            now->reached[g] = (double)now->evaluations;
    for (size_t m = 0; m < SB_REPLAY_MARKS; m++)
        if (now->evaluations <= sb_replay_marks[m])
            now->marked[m] = now->best;
}

static bool over(const progress *now)
{
    bool near = isfinite(now->reached[SB_REPLAY_GOALS - 1]);
    bool past = now->evaluations >= sb_replay_marks[SB_REPLAY_MARKS - 1];
    return (near && past) || now->best <= now->recorded->best || now->cost >= now->cost_limit;
}

static int look_up(void *context, size_t index, const int64_t *values, double incumbent,
                   double *objective, sb_error *error)
{
    (void)values, (void)incumbent, (void)error;
    progress *now = context;
    now->evaluations++;
    now->cost += sb_baseline_cost(now->recorded, index);
    pass_points(now, now->cost);
    *objective = now->recorded->objectives[index];
    now->best = fmin(now->best, *objective);
    note(now);
    return over(now);
}

static progress search_once(const sb_recorded *recorded, const sb_baseline *baseline,
                            const sb_strategy *strategy, const sb_replay_options *options,
                            uint64_t seed)
{
    progress now = { .recorded = recorded, .baseline = baseline, .best = INFINITY };
    sb_search_options how = { .evaluations = options->evaluations,
                              .seed = seed,
                              .least_gain = options->least_gain,
                              .hints = options->hints,
                              .hint_count = options->hint_count };
    now.cost_limit =
        recorded->costed && options->time_ns ? (double)options->time_ns / 1e6 : INFINITY;
    how.time_ns = recorded->costed ? 0 : options->time_ns;
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
        now.reached[g] = INFINITY;
    sb_search_result result;
    sb_search_run(strategy, &recorded->space, &how, look_up, &now, &result, NULL);
    pass_points(&now, INFINITY);
    free(result.evaluated);
    return now;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Interpolates linearly between order statistics, but never between a number and a failure. */
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
    for (size_t i = 0; i < count; i++) {
        row.failures += isinf(reached[i]) ? 1 : 0;
        row.late += reached[i] > (double)sb_replay_marks[SB_REPLAY_MARKS - 1] ? 1 : 0;
    }
    return row;
}

void sb_replay(const sb_recorded *recorded, const sb_strategy *strategy,
               const sb_replay_options *options, sb_replay_result *result)
{
    assert(options->repeat > 0);
    size_t repeat = options->repeat;
    double *reached = sb_new(SB_REPLAY_GOALS * repeat, sizeof *reached);
    double logs[SB_REPLAY_MARKS] = { 0.0 }, means[SB_BASELINE_POINTS] = { 0.0 };
    sb_baseline baseline;
    sb_baseline_start(&baseline, recorded);
    *result = (sb_replay_result) { 0 };
    for (size_t i = 0; i < repeat; i++) {
        progress one = search_once(recorded, &baseline, strategy, options, options->seed + i);
        for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
            reached[g * repeat + i] = one.reached[g];
        for (size_t m = 0; m < SB_REPLAY_MARKS; m++)
            logs[m] += log(one.marked[m] / recorded->best) / (double)repeat;
        for (size_t p = 0; p < SB_BASELINE_POINTS; p++)
            means[p] += one.points[p] / (double)repeat;
        result->evaluations += one.evaluations;
    }
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++)
        result->rows[g] = summarise(reached + g * repeat, repeat, sb_replay_goals[g]);
    for (size_t m = 0; m < SB_REPLAY_MARKS; m++)
        result->best[m] = exp(logs[m]);
    result->score = sb_baseline_score(&baseline, means);
    sb_baseline_free(&baseline);
    free(reached);
}
