/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "core/text.h"
#include "measure/pairing.h"
#include "measure/processes.h"
#include "measure/quantile.h"
#include "measure/resample.h"
#include "measure/tails.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 1000 };
#define READ 0.05

/* The quantile of all samples. `unknown` grows by the uncertainty due to the clock's resolution. */
static double plain_quantile(const sb_sorted *s, double p, double *unknown)
{
    double *values = sb_new(s->count, sizeof *values);
    for (size_t i = 0; i < s->count; i++)
        values[i] = s->entries[i].ns;
    double quantile = sb_quantile_sorted(values, s->count, p);
    *unknown += sb_half_tick(values, s->count) / quantile;
    free(values);
    return quantile;
}

/* Two samples of rounds, or one (b NULL). Rounds that both have come first in each and are drawn
 * for both, which preserves the pairing; rounds that only one has are drawn for it alone. */
typedef struct pair {
    const sb_sorted *a, *b;
    size_t common;
} pair;

static double resample_quantile(const sb_sorted *s, size_t common, double p, sb_random *random,
                                uint16_t *weights)
{
    if (s->rounds > common)
        sb_draw_rounds(random, s->rounds - common, weights + common);
    return sb_sorted_quantile(s, weights, p);
}

/* The resampled statistic: quantile(a), divided by quantile(b) if there is one. */
static void resample_statistic(const pair *of, double p, uint64_t seed, double *results)
{
    sb_random random = { seed };
    size_t most = of->b && of->b->rounds > of->a->rounds ? of->b->rounds : of->a->rounds;
    uint16_t *weights = sb_new(most, sizeof *weights);
    for (size_t i = 0; i < RESAMPLES; i++) {
        sb_draw_rounds(&random, of->common, weights);
        results[i] = resample_quantile(of->a, of->common, p, &random, weights);
        if (of->b)
            results[i] /= resample_quantile(of->b, of->common, p, &random, weights);
    }
    free(weights);
}

static size_t fewest_rounds(const pair *of)
{
    return of->b && of->b->rounds < of->a->rounds ? of->b->rounds : of->a->rounds;
}

/*
 * The factor by which the interval at error probability `error` is wider than the percentile
 * interval at `read` >= `error`. A bootstrap of few rounds is too narrow by sqrt(n / (n - 1)) and
 * by the ratio of Student's quantile to the normal one (Hesterberg 2015, expanded percentile).
 */
static double stretch_factor(double error, double read, size_t rounds)
{
    double more = (double)(rounds - 1);
    return sb_student_quantile(error / 2, rounds - 1) / sb_normal_quantile(read / 2) *
           sqrt((double)rounds / more);
}

sb_interval sb_interval_limit(sb_interval interval)
{
    static const double most = 1000;
    if (interval.value > 0)
        interval.high = fmin(interval.high, most * interval.value);
    return interval;
}

/*
 * Percentiles beyond READ are not read from the resamples, because a thousand of them have too few
 * there (and few rounds too few different ones); the interval is widened on a logarithmic scale
 * instead.
 */
sb_interval sb_resampled_interval(double value, double *results, size_t count, double error,
                                  size_t rounds)
{
    const double read = fmax(error, READ), power = stretch_factor(error, read, rounds);
    sb_sort_values(results, count);
    if (!(value > 0)) /* the clock did not tick */
        return (sb_interval) { value, fmin(value, results[0]), results[count - 1] };
    const double low = sb_quantile_sorted(results, count, read / 2) / value;
    const double high = sb_quantile_sorted(results, count, 1 - read / 2) / value;
    return sb_interval_limit((sb_interval) {
        .value = value,
        .low = value * fmin(1, pow(low, power)),
        .high = value * fmax(1, pow(high, power)),
    });
}

static sb_interval bootstrap_interval(const pair *of, double p, double error, uint64_t seed)
{
    double unknown = 0, value = plain_quantile(of->a, p, &unknown);
    if (of->b)
        value /= plain_quantile(of->b, p, &unknown);
    double results[RESAMPLES];
    resample_statistic(of, p, seed, results);
    sb_interval interval =
        sb_resampled_interval(value, results, RESAMPLES, error, fewest_rounds(of));
    interval.low = fmax(0, interval.low - value * unknown);
    interval.high += value * unknown;
    return interval;
}

/* With fewer than three rounds: the range of all samples. */
static sb_interval observed_range(const pair *of, double p)
{
    const sb_sorted *a = of->a, *b = of->b;
    double unknown = 0;
    sb_interval i = { plain_quantile(a, p, &unknown), a->entries[0].ns,
                      a->entries[a->count - 1].ns };
    if (b) {
        i.value /= plain_quantile(b, p, &unknown);
        i.low /= b->entries[b->count - 1].ns;
        i.high /= b->entries[0].ns;
    }
    return i;
}

/* Adds the rounds that both have, or those that only one has. */
static void add_rounds(sb_sorted *const to[2], const sb_series *x, const sb_series *y, bool common)
{
    const sb_series *const series[2] = { x, y };
    for (sb_pairing at = { 0 }; sb_pairing_next(&at, x, y);) {
        const size_t sizes[2] = { at.end[0] - at.from[0], at.end[1] - at.from[1] };
        if ((sizes[0] && sizes[1]) != common)
            continue;
        for (int i = 0; i < 2; i++)
            if (sizes[i])
                sb_sorted_add_round(to[i], series[i]->samples + at.from[i], sizes[i]);
    }
}

/* Of x, or of x over y if there is a y. */
static sb_interval by_rounds(const sb_series *x, const sb_series *y, double p, double error,
                             uint64_t seed)
{
    sb_sorted a, b;
    sb_sorted *const both[2] = { &a, &b };
    sb_sorted_init(&a, x->count);
    sb_sorted_init(&b, y ? y->count : x->count);
    add_rounds(both, x, y ? y : x, true);
    const pair of = { &a, y ? &b : NULL, a.rounds };
    add_rounds(both, x, y ? y : x, false);
    sb_sorted_finish(&a);
    sb_sorted_finish(&b);
    const bool enough = fewest_rounds(&of) >= 3;
    sb_interval interval =
        enough ? bootstrap_interval(&of, p, error, seed) : observed_range(&of, p);
    sb_sorted_free(&a);
    sb_sorted_free(&b);
    return interval;
}

/* If there are several processes, each is one observation. */
static sb_interval estimate_one(const sb_series *series, sb_estimator estimator, double error,
                                uint64_t seed)
{
    const double p = sb_estimator_quantile(sb_estimator_for(estimator, sb_series_least(series)));
    const sb_interval interval = sb_processes_interval(series, NULL, estimator, error);
    return sb_interval_limit(isnan(interval.value) ? by_rounds(series, NULL, p, error, seed)
                                                   : interval);
}

/* The quotient of two independent intervals. */
static sb_interval divide_intervals(sb_interval a, sb_interval b)
{
    const double value = a.value / b.value;
    return sb_interval_limit((sb_interval) {
        .value = value,
        .low = value * exp(-hypot(log(a.value / a.low), log(b.high / b.value))),
        .high = value * exp(hypot(log(a.high / a.value), log(b.value / b.low))),
    });
}

sb_interval sb_estimate(const sb_series *series, sb_estimator estimator, double confidence,
                        uint64_t seed)
{
    assert(series->count > 0);
    return estimate_one(series, estimator, 1 - confidence, seed);
}

sb_interval sb_ratio(const sb_series *x, const sb_series *y, sb_estimator estimator,
                     double confidence, size_t comparisons, uint64_t seed)
{
    assert(comparisons >= 1 && x->count > 0 && y->count > 0);
    const double error = (1 - confidence) / (double)comparisons;
    const size_t least[2] = { sb_series_least(x), sb_series_least(y) };
    const sb_estimator one = sb_estimator_for(estimator, least[least[1] < least[0]]);
    const sb_interval paired = sb_processes_interval(x, y, one, error);
    if (!isnan(paired.value))
        return sb_interval_limit(paired);
    if (sb_processes_least(x) || sb_processes_least(y))
        return divide_intervals(estimate_one(x, one, error, seed),
                                estimate_one(y, one, error, seed));
    return sb_interval_limit(by_rounds(x, y, sb_estimator_quantile(one), error, seed));
}

size_t sb_series_least(const sb_series *series)
{
    const size_t least = sb_processes_least(series);
    return least ? least : series->count;
}
