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

/* The quantile of all samples; `unknown` grows by the part of it that the clock leaves open. */
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

/* The statistic that is resampled: quantile(a), over quantile(b) unless that is NULL. */
static void resample_statistic(const sb_sorted *a, const sb_sorted *b, double p, uint64_t seed,
                               double *results)
{
    sb_random random = { seed };
    uint16_t *weights = sb_new(a->rounds, sizeof *weights);
    for (size_t i = 0; i < RESAMPLES; i++) {
        sb_draw_rounds(&random, a->rounds, weights);
        results[i] = sb_sorted_quantile(a, weights, p);
        if (b)
            results[i] /= sb_sorted_quantile(b, weights, p);
    }
    free(weights);
}

/*
 * How much wider than the percentile interval of error probability `read` one of `error` <= `read`
 * must be. A bootstrap of few rounds is too narrow by sqrt(n / (n - 1)) and by Student's quantile
 * over the normal one (Hesterberg 2015, expanded percentile).
 */
static double stretch_factor(double error, double read, size_t rounds)
{
    double more = (double)(rounds - 1);
    return sb_student_quantile(error / 2, rounds - 1) / sb_normal_quantile(read / 2) *
           sqrt((double)rounds / more);
}

/*
 * Percentiles farther out than READ are not read off, as a thousand resamples hold too few there
 * (and few rounds too few different ones); the interval is stretched on the scale of logarithms.
 */
static sb_interval bootstrap_interval(const sb_sorted *a, const sb_sorted *b, double p,
                                      double error, uint64_t seed)
{
    double unknown = 0, value = plain_quantile(a, p, &unknown);
    if (b)
        value /= plain_quantile(b, p, &unknown);
    double results[RESAMPLES];
    resample_statistic(a, b, p, seed, results);
    sb_sort_values(results, RESAMPLES);
    double read = fmax(error, READ), power = stretch_factor(error, read, a->rounds);
    double low = sb_quantile_sorted(results, RESAMPLES, read / 2) / value;
    double high = sb_quantile_sorted(results, RESAMPLES, 1 - read / 2) / value;
    return (sb_interval) {
        .value = value,
        .low = value * fmax(0, fmin(1, pow(low, power)) - unknown),
        .high = value * (fmax(1, pow(high, power)) + unknown),
    };
}

/* Of fewer than three rounds: anything that was seen. */
static sb_interval observed_range(const sb_sorted *a, const sb_sorted *b, double p)
{
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

/* Of x, or of x over y where there is a y, over the rounds that both have. */
static sb_interval by_rounds(const sb_series *x, const sb_series *y, sb_estimator estimator,
                             double error, uint64_t seed)
{
    sb_sorted a, b;
    sb_sorted_init(&a, x->count);
    sb_sorted_init(&b, y ? y->count : 0);
    for (sb_pairing at = { 0 }; sb_pairing_next(&at, x, y);) {
        sb_sorted_add_round(&a, x->samples + at.from[0], at.end[0] - at.from[0]);
        if (y)
            sb_sorted_add_round(&b, y->samples + at.from[1], at.end[1] - at.from[1]);
    }
    sb_sorted_finish(&a);
    sb_sorted_finish(&b);
    size_t fewest = y && b.count < a.count ? b.count : a.count;
    double p = sb_estimator_quantile(sb_estimator_for(estimator, fewest));
    sb_interval interval = { NAN, NAN, NAN };
    if (a.rounds >= 3)
        interval = bootstrap_interval(&a, y ? &b : NULL, p, error, seed);
    else if (a.rounds)
        interval = observed_range(&a, y ? &b : NULL, p);
    sb_sorted_free(&a);
    sb_sorted_free(&b);
    return interval;
}

/* A process is a unit of its own where there are several. */
static sb_interval interval_of(const sb_series *x, const sb_series *y, sb_estimator estimator,
                               double error, uint64_t seed)
{
    sb_interval interval = sb_processes_interval(x, y, estimator, error);
    return isnan(interval.value) ? by_rounds(x, y, estimator, error, seed) : interval;
}

sb_interval sb_estimate(const sb_series *series, sb_estimator estimator, double confidence,
                        uint64_t seed)
{
    assert(series->count > 0);
    return interval_of(series, NULL, estimator, 1 - confidence, seed);
}

sb_interval sb_ratio(const sb_series *x, const sb_series *y, sb_estimator estimator,
                     double confidence, size_t comparisons, uint64_t seed)
{
    assert(comparisons >= 1);
    return interval_of(x, y, estimator, (1 - confidence) / (double)comparisons, seed);
}
