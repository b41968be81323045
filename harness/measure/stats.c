/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/stats.h"

#include "core/text.h"
#include "measure/quantile.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------------- the series */

void sb_series_add(sb_series *series, sb_sample sample)
{
    assert(!series->count || series->samples[series->count - 1].round <= sample.round);
    if (series->count == series->capacity) {
        series->capacity = series->capacity ? 2 * series->capacity : 32;
        series->samples = sb_grow(series->samples, series->capacity, sizeof *series->samples);
    }
    series->samples[series->count++] = sample;
}

void sb_series_free(sb_series *series)
{
    free(series->samples);
    *series = (sb_series) { 0 };
}

/* Counts the runs of samples whose round, divided by `part`, is the same. */
static size_t count_runs(const sb_series *series, uint32_t part)
{
    size_t runs = 0;
    for (size_t i = 0; i < series->count; i++)
        runs += i == 0 || series->samples[i].round / part != series->samples[i - 1].round / part;
    return runs;
}

size_t sb_series_rounds(const sb_series *series)
{
    return count_runs(series, 1);
}

size_t sb_series_processes(const sb_series *series)
{
    return count_runs(series, SB_PROCESS_ROUNDS);
}

/* ------------------------------------------------------------------------------ the estimators */

static const struct {
    const char *name;
    double quantile;
} estimators[] = {
    [SB_ESTIMATE_AUTO] = { "auto", NAN }, [SB_ESTIMATE_P10] = { "p10", 0.10 },
    [SB_ESTIMATE_P25] = { "p25", 0.25 },  [SB_ESTIMATE_MEDIAN] = { "median", 0.50 },
    [SB_ESTIMATE_MIN] = { "min", 0.00 },
};
enum { ESTIMATORS = sizeof estimators / sizeof *estimators };

const char *sb_estimator_name(sb_estimator estimator)
{
    assert((size_t)estimator < ESTIMATORS);
    return estimators[estimator].name;
}

sb_estimator sb_estimator_for(sb_estimator wanted, size_t samples)
{
    if (wanted != SB_ESTIMATE_AUTO && wanted != SB_ESTIMATE_P10)
        return wanted;
    return samples >= 30 ? SB_ESTIMATE_P10 : SB_ESTIMATE_P25;
}

double sb_estimator_quantile(sb_estimator estimator)
{
    assert(estimator != SB_ESTIMATE_AUTO && (size_t)estimator < ESTIMATORS);
    return estimators[estimator].quantile;
}

/* -------------------------------------------------------------------------------- the summary */

static int compare_values(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void sb_sort_values(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_values);
}

/* Between the values of the two ranks beside the place. */
static double interpolate(const double *values, double place)
{
    const size_t below = (size_t)place;
    const double part = place - (double)below;
    if (part <= 0)
        return values[below];
    return values[below] + part * (values[below + 1] - values[below]);
}

/* Moves the value of rank k there; smaller ones come before it, and larger ones after it (Hoare
 * 1961). */
static void place_value(double *values, ptrdiff_t count, ptrdiff_t k)
{
    for (ptrdiff_t first = 0, last = count - 1; first < last;) {
        const double pivot = values[k];
        ptrdiff_t i = first, j = last;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i > j)
                break;
            const double moved = values[i];
            values[i++] = values[j];
            values[j--] = moved;
        }
        first = j < k ? i : first;
        last = k < i ? j : last;
    }
}

double sb_quantile_select(double *values, size_t count, double p)
{
    const double place = p * (double)(count - 1);
    const size_t below = (size_t)place;
    place_value(values, (ptrdiff_t)count, (ptrdiff_t)below);
    for (size_t i = below + 2; i < count; i++)
        if (values[i] < values[below + 1]) {
            const double moved = values[i];
            values[i] = values[below + 1];
            values[below + 1] = moved;
        }
    return interpolate(values, place);
}

double sb_quantile_sorted(const double *sorted, size_t count, double p)
{
    assert(count > 0);
    return interpolate(sorted, p * (double)(count - 1));
}

/* The distances from the first value beside one tick to the last value beside the next, for all
 * ticks of the `count` ascending values; values closer than `apart` belong to the same tick.
 * Returns their number. */
static size_t tick_spans(const double *sorted, size_t count, double apart, double *spans)
{
    size_t found = 0;
    double before = NAN, first = sorted[0];
    for (size_t i = 1; i <= count; i++) {
        if (i < count && sorted[i] - sorted[i - 1] < apart)
            continue;
        if (!isnan(before))
            spans[found++] = sorted[i - 1] - before;
        before = first;
        if (i < count)
            first = sorted[i];
    }
    return found;
}

double sb_half_tick(const double *sorted, size_t count)
{
    const size_t faster = count / 2 + 1;
    size_t repeats = 0, gaps = 0;
    double *gap = sb_new(count + 1, sizeof *gap), tick = 0;
    for (size_t i = 1; i < count; i++) {
        const double step = sorted[i] - sorted[i - 1];
        repeats += step <= 0;
        if (step > 0 && i < faster)
            gap[gaps++] = step;
    }
    if (gaps && repeats * 20 > count) {
        sb_sort_values(gap, gaps);
        gaps = tick_spans(sorted, faster, sb_quantile_sorted(gap, gaps, 0.75) / 2, gap);
        sb_sort_values(gap, gaps);
        tick = gaps ? sb_quantile_sorted(gap, gaps, 0.75) : 0;
    }
    free(gap);
    return tick / 2;
}

/*
 * The largest j with P(B < j) <= (1 - confidence) / 2, B binomial (n, 1/2). The terms are kept as
 * logarithms: 2^-n underflows from n = 1075 on.
 */
size_t sb_median_rank(size_t count, double confidence)
{
    double tail = (1 - confidence) / 2, below = 0, term = -(double)count * log(2);
    for (size_t j = 0; 2 * j < count; j++) {
        below += exp(term);
        if (below > tail)
            return j;
        term += log((double)(count - j) / (double)(j + 1));
    }
    return count / 2;
}

/* The median and its exact interval; [min, max] if the rank is 0. */
static sb_interval median_interval(const double *sorted, size_t count, double confidence)
{
    size_t rank = sb_median_rank(count, confidence);
    size_t first = rank ? rank - 1 : 0;
    return (sb_interval) {
        .value = sb_quantile_sorted(sorted, count, 0.5),
        .low = sorted[first],
        .high = sorted[count - 1 - first],
    };
}

/* Only counts outliers; none is deleted. */
static size_t count_outliers(const double *sorted, size_t count, double median)
{
    double *distances = sb_new(count, sizeof *distances);
    for (size_t i = 0; i < count; i++)
        distances[i] = fabs(sorted[i] - median);
    sb_sort_values(distances, count);
    double limit = 14.8 * sb_quantile_sorted(distances, count, 0.5);
    size_t outliers = 0;
    while (outliers < count && distances[count - 1 - outliers] > limit)
        outliers++;
    free(distances);
    return outliers;
}

/* Writes the mean of each round into `means`; returns the number of rounds. */
static size_t round_means(const sb_series *series, double *means)
{
    size_t rounds = 0;
    for (size_t i = 0, j; i < series->count; i = j) {
        double sum = 0;
        for (j = i; j < series->count && series->samples[j].round == series->samples[i].round; j++)
            sum += series->samples[j].ns;
        means[rounds++] = sum / (double)(j - i);
    }
    return rounds;
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static double squares_about(const double *values, size_t count, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum;
}

static double lag1_correlation(const double *values, size_t count)
{
    double mean = mean_of(values, count), squares = squares_about(values, count, mean), sum = 0;
    for (size_t i = 0; i + 1 < count; i++)
        sum += (values[i] - mean) * (values[i + 1] - mean);
    return squares > 0 ? sum / squares : 0;
}

sb_summary sb_summarize(const sb_series *series, double confidence)
{
    sb_summary summary = { .count = series->count };
    if (!series->count)
        return summary;
    size_t count = series->count;
    double *values = sb_new(count, sizeof *values);
    size_t rounds = round_means(series, values);
    summary.lag1 = lag1_correlation(values, rounds);
    summary.dependent = fabs(summary.lag1) > 1.96 / sqrt((double)rounds);

    for (size_t i = 0; i < count; i++)
        values[i] = series->samples[i].ns;
    sb_sort_values(values, count);
    summary.min = values[0];
    summary.mean = mean_of(values, count);
    if (count > 1)
        summary.stddev = sqrt(squares_about(values, count, summary.mean) / (double)(count - 1));
    summary.median = median_interval(values, count, confidence);
    summary.outliers = count_outliers(values, count, summary.median.value);
    free(values);
    return summary;
}

/* ------------------------------------------------------------------------------- conclusions */

bool sb_determined(double low, double high)
{
    return low > 0 && isfinite(high) && high <= 1.5 * low;
}

sb_difference sb_decide(sb_interval ratio, double floor)
{
    if (ratio.low > 1 && ratio.value > 1 + floor)
        return SB_SLOWER;
    if (ratio.high < 1 && ratio.value < 1 / (1 + floor))
        return SB_FASTER;
    bool within = ratio.high <= 1 + floor && ratio.low >= 1 / (1 + floor);
    return within ? SB_SAME : SB_UNDECIDED;
}

double sb_geometric_mean(const double *ratios, size_t count)
{
    assert(count > 0);
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += log(ratios[i]);
    return exp(sum / (double)count);
}
