/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/baseline.h"

#include "core/text.h"

#include <math.h>
#include <stdlib.h>

static const double far_enough = 0.95;

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double sb_baseline_cost(const sb_recorded *recorded, size_t index)
{
    return recorded->costed ? recorded->costs[index] : 1.0;
}

/* Of `count` different draws, the next in order is the least with the probability that it is among
 * them and none before it is. */
double sb_baseline_expected(const sb_baseline *baseline, size_t count)
{
    double none = 1.0, sum = 0.0;
    size_t size = baseline->size, last = size - (count < size ? count : size);
    for (size_t i = 0; i <= last && none > 1e-12; i++) {
        double among = (double)count / (double)(size - i);
        sum += none * fmin(among, 1.0) * baseline->sorted[i];
        none *= 1.0 - fmin(among, 1.0);
    }
    return sum;
}

double sb_baseline_median(const sb_baseline *baseline, double goal)
{
    size_t good = 0, size = baseline->size;
    while (good < size && baseline->sorted[good] <= goal)
        good++;
    double none = 1.0;
    for (size_t i = 0; i < size; i++) {
        none *= 1.0 - fmin(1.0, (double)good / (double)(size - i));
        if (none <= 0.5 + 1e-12)
            return (double)i + 1.0;
    }
    return INFINITY;
}

/* The fewest random parameter sets whose expected best is at most `objective`. */
static size_t count_until(const sb_baseline *baseline, double objective)
{
    size_t low = 1, high = baseline->size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sb_baseline_expected(baseline, middle) <= objective)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void sb_baseline_start(sb_baseline *baseline, const sb_recorded *recorded)
{
    size_t size = recorded->space.size, succeeded = size - recorded->failures;
    *baseline = (sb_baseline) { .sorted = sb_new(size, sizeof(double)), .size = size };
    for (size_t i = 0; i < size; i++) {
        baseline->sorted[i] = recorded->objectives[i];
        baseline->mean_cost += sb_baseline_cost(recorded, i) / (double)size;
    }
    qsort(baseline->sorted, size, sizeof *baseline->sorted, by_number);
    for (size_t i = succeeded; i < size; i++)
        baseline->sorted[i] = baseline->sorted[succeeded - 1];
    double best = baseline->sorted[0], median = baseline->sorted[succeeded / 2];
    size_t count = count_until(baseline, median - far_enough * (median - best));
    baseline->budget = (double)count * baseline->mean_cost;
    for (size_t p = 0; p < SB_BASELINE_POINTS; p++) {
        double part = (double)(p + 1) / SB_BASELINE_POINTS;
        size_t drawn = (size_t)(part * (double)count + 0.5);
        baseline->expected[p] = sb_baseline_expected(baseline, drawn ? drawn : 1);
    }
}

void sb_baseline_free(sb_baseline *baseline)
{
    free(baseline->sorted);
    *baseline = (sb_baseline) { 0 };
}

double sb_baseline_score(const sb_baseline *baseline, const double *means)
{
    double sum = 0.0;
    for (size_t p = 0; p < SB_BASELINE_POINTS; p++) {
        double way = baseline->expected[p] - baseline->sorted[0];
        sum += way > 0.0 ? (baseline->expected[p] - means[p]) / way : 0.0;
    }
    return sum / SB_BASELINE_POINTS;
}
