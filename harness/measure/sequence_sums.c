/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_sums.h"

#include "core/text.h"
#include "measure/quantile.h"
#include "measure/resample.h"

#include <stdlib.h>

/* Fewer than for one series: a network has hundreds of legs. */
enum { RESAMPLES = 400, LEAST_PROCESSES = 4, LEAST_UNITS = 3 };

/* The legs of passes of one kind, each with its samples sorted. */
typedef struct side {
    sb_sorted *legs; /* owned */
    size_t count;
} side;

/* Samples of the same number are drawn together. */
static uint32_t unit_of(const sb_series *series, size_t i, bool by_process)
{
    const uint32_t round = series->samples[i].round;
    return by_process ? round / SB_PROCESS_ROUNDS : round;
}

static void sort_leg(const sb_series *series, bool by_process, sb_sorted *to)
{
    sb_sorted_init(to, series->count);
    for (size_t from = 0, end; from < series->count; from = end) {
        for (end = from + 1; end < series->count &&
                             unit_of(series, end, by_process) == unit_of(series, from, by_process);)
            end++;
        sb_sorted_add_round(to, series->samples + from, end - from);
    }
    sb_sorted_finish(to);
}

static side open_side(const sb_series *series, size_t count, bool by_process)
{
    side s = { .legs = sb_new(count, sizeof *s.legs), .count = count };
    for (size_t i = 0; i < count; i++)
        sort_leg(&series[i], by_process, &s.legs[i]);
    return s;
}

static void close_side(side *s)
{
    for (size_t i = 0; i < s->count; i++)
        sb_sorted_free(&s->legs[i]);
    free(s->legs);
}

static double sum_quantiles(const side *s, const uint16_t *weights, double p)
{
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += sb_sorted_quantile(&s->legs[i], weights, p);
    return sum;
}

/* Of the least and of the largest samples. */
static sb_interval range_of(const side *s, double value)
{
    sb_interval range = { .value = value };
    for (size_t i = 0; i < s->count; i++) {
        range.low += s->legs[i].entries[0].ns;
        range.high += s->legs[i].entries[s->legs[i].count - 1].ns;
    }
    return range;
}

static sb_sequence_sums find_ranges(const side sides[2], double in_sequence, double apart)
{
    const sb_interval a = range_of(&sides[0], in_sequence), b = range_of(&sides[1], apart);
    return (sb_sequence_sums) { a, b, { a.value / b.value, a.low / b.high, a.high / b.low } };
}

static sb_sequence_sums resample_sums(const side sides[2], size_t units, double p, double error,
                                      uint64_t seed, const double values[2])
{
    double sums[3][RESAMPLES];
    uint16_t *weights = sb_new(units, sizeof *weights);
    sb_random random = { seed };
    for (size_t i = 0; i < RESAMPLES; i++) {
        sb_draw_rounds(&random, units, weights);
        sums[0][i] = sum_quantiles(&sides[0], weights, p);
        sums[1][i] = sum_quantiles(&sides[1], weights, p);
        sums[2][i] = sums[0][i] / sums[1][i];
    }
    free(weights);
    return (sb_sequence_sums) {
        sb_resampled_interval(values[0], sums[0], RESAMPLES, error, units),
        sb_resampled_interval(values[1], sums[1], RESAMPLES, error, units),
        sb_resampled_interval(values[0] / values[1], sums[2], RESAMPLES, error, units),
    };
}

sb_sequence_sums sb_sequence_sum(const sb_sequence_legs_times *times, sb_estimator estimator,
                                 double confidence, uint64_t seed)
{
    const bool by_process = sb_series_processes(&times->in_sequence[0]) >= LEAST_PROCESSES;
    const double p = sb_estimator_quantile(estimator);
    side sides[2] = { open_side(times->in_sequence, times->count, by_process),
                      open_side(times->apart, times->count, by_process) };
    const size_t units = sides[0].legs[0].rounds;
    uint16_t *once = sb_new(units, sizeof *once);
    for (size_t i = 0; i < units; i++)
        once[i] = 1;
    const double values[2] = { sum_quantiles(&sides[0], once, p),
                               sum_quantiles(&sides[1], once, p) };
    const sb_sequence_sums sums =
        units < LEAST_UNITS ? find_ranges(sides, values[0], values[1])
                            : resample_sums(sides, units, p, 1 - confidence, seed, values);
    free(once);
    close_side(&sides[0]);
    close_side(&sides[1]);
    return sums;
}
