/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "core/text.h"
#include "measure/quantile.h"

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

/* The end of the round that begins at sample `i`. */
static size_t round_end(const sb_series *series, size_t i)
{
    size_t end = i + 1;
    while (end < series->count && series->samples[end].round == series->samples[i].round)
        end++;
    return end;
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

static double plain_quantile(const sorted *s, double p)
{
    double *values = sb_new(s->count, sizeof *values);
    for (size_t i = 0; i < s->count; i++)
        values[i] = s->entries[i].ns;
    double quantile = sb_quantile_sorted(values, s->count, p);
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
static void resample(const sorted *a, const sorted *b, double p, uint64_t seed, double *results)
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

/* The standard normal quantile of 1 - tail, 0 < tail <= 1/2, by halving. */
static double normal_quantile(double tail)
{
    double low = 0, high = 38;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        *(0.5 * erfc(middle / sqrt(2)) > tail ? &low : &high) = middle;
    }
    return low;
}

/*
 * How much wider than the percentile interval of error probability `read` one of `error` <= `read`
 * must be. A bootstrap of few rounds is too narrow by sqrt(n / (n - 1)) and by Student's quantile
 * over the normal one (Hesterberg 2015, expanded percentile), here to first order in 1 / (n - 1).
 */
static double stretch(double error, double read, size_t rounds)
{
    double z = normal_quantile(error / 2), more = (double)(rounds - 1);
    double student = 1 + (z * z + 1) / (4 * more);
    return z / normal_quantile(read / 2) * sqrt((double)rounds / more) * student;
}

/*
 * A clock that ticks shows in the samples as values that repeat and gaps between them; a time is
 * known to half of the least gap. (Some processors' clocks tick every 10 ns: a tenth of a per cent
 * of a sample of 10 us, more than its noise.) Where next to nothing repeats the clock is fine
 * enough.
 */
static double half_tick(const sorted *s, double value)
{
    double tick = INFINITY;
    size_t repeats = 0;
    for (size_t i = 1; i < s->count; i++) {
        double gap = s->entries[i].ns - s->entries[i - 1].ns;
        repeats += gap <= 0;
        if (gap > 0 && gap < tick)
            tick = gap;
    }
    return isfinite(tick) && repeats * 20 > s->count ? tick / 2 / value : 0;
}

/*
 * Percentiles farther out than READ are not read off, as a thousand resamples hold too few there
 * (and few rounds too few different ones); the interval is stretched on the scale of logarithms.
 */
static sb_interval bootstrap(const sorted *a, const sorted *b, double p, double error,
                             uint64_t seed)
{
    double of_a = plain_quantile(a, p), of_b = b ? plain_quantile(b, p) : 1;
    double value = of_a / of_b;
    double unknown = half_tick(a, of_a) + (b ? half_tick(b, of_b) : 0);
    double results[RESAMPLES];
    resample(a, b, p, seed, results);
    sb_sort_values(results, RESAMPLES);
    double read = fmax(error, READ), power = stretch(error, read, a->rounds);
    double low = sb_quantile_sorted(results, RESAMPLES, read / 2) / value;
    double high = sb_quantile_sorted(results, RESAMPLES, 1 - read / 2) / value;
    return (sb_interval) {
        .value = value,
        .low = value * fmax(0, fmin(1, pow(low, power)) - unknown),
        .high = value * (fmax(1, pow(high, power)) + unknown),
    };
}

static double least(const sorted *s)
{
    return s->entries[0].ns;
}

static double most(const sorted *s)
{
    return s->entries[s->count - 1].ns;
}

sb_interval sb_estimate(const sb_series *series, sb_estimator estimator, double confidence,
                        uint64_t seed)
{
    assert(series->count > 0);
    sorted s;
    sorted_init(&s, series->count);
    for (size_t i = 0, end; i < series->count; i = end) {
        end = round_end(series, i);
        add_round(&s, series->samples + i, end - i);
    }
    sort_entries(&s);
    double p = sb_estimator_quantile(sb_estimator_for(estimator, s.count));
    sb_interval interval = { plain_quantile(&s, p), least(&s), most(&s) };
    if (s.rounds >= 3)
        interval = bootstrap(&s, NULL, p, 1 - confidence, seed);
    sorted_free(&s);
    return interval;
}

/* The rounds that both series hold, into `a` and `b`. */
static void pair_rounds(const sb_series *x, const sb_series *y, sorted *a, sorted *b)
{
    for (size_t i = 0, j = 0; i < x->count && j < y->count;) {
        size_t i_end = round_end(x, i), j_end = round_end(y, j);
        uint32_t i_round = x->samples[i].round, j_round = y->samples[j].round;
        if (i_round == j_round) {
            add_round(a, x->samples + i, i_end - i);
            add_round(b, y->samples + j, j_end - j);
        }
        i = i_round <= j_round ? i_end : i;
        j = j_round <= i_round ? j_end : j;
    }
    sort_entries(a);
    sort_entries(b);
}

sb_interval sb_ratio(const sb_series *x, const sb_series *y, sb_estimator estimator,
                     double confidence, size_t comparisons, uint64_t seed)
{
    assert(comparisons >= 1);
    sorted a, b;
    sorted_init(&a, x->count);
    sorted_init(&b, y->count);
    pair_rounds(x, y, &a, &b);
    sb_interval interval = { NAN, NAN, NAN };
    double p =
        sb_estimator_quantile(sb_estimator_for(estimator, a.count < b.count ? a.count : b.count));
    if (a.rounds >= 3)
        interval = bootstrap(&a, &b, p, (1 - confidence) / (double)comparisons, seed);
    else if (a.rounds)
        interval = (sb_interval) {
            .value = plain_quantile(&a, p) / plain_quantile(&b, p),
            .low = least(&a) / most(&b),
            .high = most(&a) / least(&b),
        };
    sorted_free(&a);
    sorted_free(&b);
    return interval;
}
