/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/stopping.h"

#include <assert.h>

enum { LEAST_ROUNDS = 3 };

const char *sb_stop_name(sb_stop stop)
{
    static const char *const names[] = {
        [SB_STOP_NOT_YET] = "",
        [SB_STOP_PRECISION] = "precision",
        [SB_STOP_NOISE] = "noise",
        [SB_STOP_MAX_TIME] = "max_time",
        [SB_STOP_MAX_SAMPLES] = "max_samples",
    };
    assert((size_t)stop < sizeof names / sizeof *names);
    return names[stop];
}

static double half_width(const sb_stopping *rule, const sb_series *series)
{
    const sb_stop_limits *limits = &rule->limits;
    sb_interval i = sb_estimate(series, limits->estimator, limits->confidence, limits->seed);
    return (i.high - i.low) / (2 * i.value);
}

/*
 * Has the width stopped shrinking? Widths fluctuate: comparing widths over a mere doubling of the
 * rounds stopped four in ten simulated runs of plain exponential noise; comparing over this span
 * stopped one in 100.
 */
static bool is_stale(const sb_stopping *rule)
{
    if (rule->looks < SB_STOP_LOOKS)
        return false;
    double newest = rule->widths[(rule->looks - 1) % SB_STOP_LOOKS];
    return newest > 0.7 * rule->widths[rule->looks % SB_STOP_LOOKS];
}

static sb_stop check_interval(sb_stopping *rule, const sb_series *series, size_t rounds)
{
    double width = half_width(rule, series);
    rule->widths[rule->looks++ % SB_STOP_LOOKS] = width;
    rule->next_look = rounds + (rounds + 3) / 4;
    if (width <= rule->limits.precision)
        return SB_STOP_PRECISION;
    return is_stale(rule) ? SB_STOP_NOISE : SB_STOP_NOT_YET;
}

static bool time_to_look(const sb_stopping *rule, const sb_series *series, size_t rounds,
                         bool process_over)
{
    if (rounds < rule->limits.min_rounds || rounds < rule->next_look)
        return false;
    return rule->limits.min_processes <= 1 ||
           (process_over && sb_series_processes(series) >= rule->limits.min_processes);
}

sb_stop sb_stopping_check(sb_stopping *rule, const sb_series *series, int64_t spent_ns,
                          bool process_over)
{
    if (rule->stop)
        return rule->stop;
    size_t rounds = sb_series_rounds(series);
    if (rounds < LEAST_ROUNDS)
        return SB_STOP_NOT_YET;
    if (time_to_look(rule, series, rounds, process_over))
        rule->stop = check_interval(rule, series, rounds);
    if (!rule->stop && rounds >= rule->limits.max_rounds)
        rule->stop = SB_STOP_MAX_SAMPLES;
    if (!rule->stop && spent_ns >= rule->limits.max_ns)
        rule->stop = SB_STOP_MAX_TIME;
    return rule->stop;
}
