/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "core/text.h"
#include "measure/pairing.h"
#include "measure/processes.h"
#include "measure/quantile.h"
#include "measure/tails.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RESAMPLES = 1000 };
#define READ 0.05

/* A value and which of the rounds in play it belongs to, from 0. */
typedef struct entry {
    double ns;
    uint32_t round;
} entry;

/* Samples sorted once: a resample only weighs them, and reads its quantile in one short walk. */
typedef struct sorted {
    entry *entries;
    size_t count;
    uint32_t *sizes; /* samples in each round */
    size_t rounds;
} sorted;

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    return (x->ns > y->ns) - (x->ns < y->ns);
}

static void sorted_init(sorted *s, size_t capacity)
{
    *s = (sorted) {
        .entries = sb_new(capacity, sizeof *s->entries),
        .sizes = sb_new(capacity, sizeof *s->sizes),
    };
}

static void sorted_free(sorted *s)
{
    free(s->entries);
    free(s->sizes);
}

static void add_round(sorted *s, const sb_sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        s->entries[s->count++] = (entry) { samples[i].ns, (uint32_t)s->rounds };
    s->sizes[s->rounds++] = (uint32_t)count;
}

static void sort_entries(sorted *s)
{
    qsort(s->entries, s->count, sizeof *s->entries, compare_entries);
}

/* The quantile of the samples with each round taken `weights[round]` times. */
static double weighted_quantile(const sorted *s, const uint16_t *weights, double p)
{
    size_t total = 0;
    for (size_t r = 0; r < s->rounds; r++)
        total += (size_t)weights[r] * s->sizes[r];
    double place = p * (double)(total - 1);
    size_t below = (size_t)place;
    double part = place - (double)below;
    size_t passed = 0, i = 0;
    while ((passed += weights[s->entries[i].round]) <= below)
        i++;
    double low = s->entries[i].ns;
    if (part <= 0 || passed > below + 1)
        return low;
    for (i++; !weights[s->entries[i].round];)
        i++;
    return low + part * (s->entries[i].ns - low);
}

/* The quantile of all samples; `unknown` grows by the part of it that the clock leaves open. */
static double plain_quantile(const sorted *s, double p, double *unknown)
{
    double *values = sb_new(s->count, sizeof *values);
    for (size_t i = 0; i < s->count; i++)
        values[i] = s->entries[i].ns;
    double quantile = sb_quantile_sorted(values, s->count, p);
    *unknown += sb_half_tick(values, s->count) / quantile;
    free(values);
    return quantile;
}

/* Two draws from each random number: this is where the time goes. */
static void draw_rounds(sb_random *random, size_t rounds, uint16_t *weights)
{
    memset(weights, 0, rounds * sizeof *weights);
    for (size_t i = 0; i < rounds; i += 2) {
        uint64_t bits = sb_random_next(random);
        weights[((bits >> 32) * rounds) >> 32]++;
        if (i + 1 < rounds)
            weights[((bits & UINT32_MAX) * rounds) >> 32]++;
    }
}

/* The statistic that is resampled: quantile(a), over quantile(b) unless that is NULL. */
static void resample_statistic(const sorted *a, const sorted *b, double p, uint64_t seed,
                               double *results)
{
    sb_random random = { seed };
    uint16_t *weights = sb_new(a->rounds, sizeof *weights);
    for (size_t i = 0; i < RESAMPLES; i++) {
        draw_rounds(&random, a->rounds, weights);
        results[i] = weighted_quantile(a, weights, p);
        if (b)
            results[i] /= weighted_quantile(b, weights, p);
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
static sb_interval bootstrap_interval(const sorted *a, const sorted *b, double p, double error,
                                      uint64_t seed)
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
static sb_interval observed_range(const sorted *a, const sorted *b, double p)
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
    sorted a, b;
    sorted_init(&a, x->count);
    sorted_init(&b, y ? y->count : 0);
    for (sb_pairing at = { 0 }; sb_pairing_next(&at, x, y);) {
        add_round(&a, x->samples + at.from[0], at.end[0] - at.from[0]);
        if (y)
            add_round(&b, y->samples + at.from[1], at.end[1] - at.from[1]);
    }
    sort_entries(&a);
    sort_entries(&b);
    size_t fewest = y && b.count < a.count ? b.count : a.count;
    double p = sb_estimator_quantile(sb_estimator_for(estimator, fewest));
    sb_interval interval = { NAN, NAN, NAN };
    if (a.rounds >= 3)
        interval = bootstrap_interval(&a, y ? &b : NULL, p, error, seed);
    else if (a.rounds)
        interval = observed_range(&a, y ? &b : NULL, p);
    sorted_free(&a);
    sorted_free(&b);
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
