/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/prior.h"

#include "core/text.h"
#include "measure/quantile.h"
#include "tune/gaussian.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FITS = 2, STEPS = 4 }; /* calls of the fitting, and its steps in each */

static const double softness = 0.6; /* as the model's own (gaussian.c) */

/* Before the search has evaluated anything: as if this many evaluations had shown this trust. */
static const double initial_trust = 0.5, initial_weight = 3.0;

static int by_objective(const void *a, const void *b)
{
    double x = ((const sb_evaluated *)a)->objective, y = ((const sb_evaluated *)b)->objective;
    return (x > y) - (x < y);
}

void sb_prior_scale(sb_evaluated *evaluated, size_t count)
{
    double *logs = sb_new(count + 1, sizeof *logs);
    for (size_t i = 0; i < count; i++)
        logs[i] = log(evaluated[i].objective);
    for (size_t i = 0; i < count; i++)
        evaluated[i].objective = logs[i];
    sb_sort_values(logs, count);
    double median = count ? sb_quantile_sorted(logs, count, 0.5) - logs[0] : 0.0;
    double soft = softness * median;
    for (size_t i = 0; i < count; i++) {
        double slower = evaluated[i].objective - logs[0], over = slower - median;
        evaluated[i].objective =
            over > 0.0 && soft > 0.0 ? median + soft * log1p(over / soft) : slower;
    }
    free(logs);
}

/* Of `count` sorted hints: the best half of what can be learnt, and others evenly. */
static size_t choose_hints(sb_evaluated *hints, size_t count)
{
    const size_t best = SB_MODEL_MOST / 2, rest = SB_MODEL_MOST - best;
    if (count <= SB_MODEL_MOST)
        return count;
    for (size_t i = 0; i < rest; i++)
        hints[best + i] = hints[best + i * (count - best) / rest];
    return SB_MODEL_MOST;
}

void sb_prior_start(sb_prior *prior, const sb_space *space, const sb_evaluated *hints, size_t count)
{
    *prior = (sb_prior) { .known = count > 1, .trust = initial_trust };
    if (!prior->known)
        return;
    sb_evaluated *sorted = sb_new(count, sizeof *sorted);
    memcpy(sorted, hints, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_objective);
    count = choose_hints(sorted, count);
    sb_regression_start(&prior->hints, space, SB_MODEL_MOST);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        sb_regression_add(&prior->hints, sorted[i].index);
        prior->hints.targets[i] = sorted[i].objective;
        sum += sorted[i].objective;
        squares += sorted[i].objective * sorted[i].objective;
    }
    const double mean = sum / (double)count;
    const double spread = sqrt(fmax(squares / (double)count - mean * mean, 1e-12));
    for (size_t i = 0; i < count; i++)
        prior->hints.targets[i] = (prior->hints.targets[i] - mean) / spread;
    for (int i = 0; i < FITS; i++)
        sb_regression_learn(&prior->hints, STEPS);
    free(sorted);
}

void sb_prior_free(sb_prior *prior)
{
    if (prior->known)
        sb_regression_free(&prior->hints);
}

double sb_prior_predict(const sb_prior *prior, size_t index)
{
    const uint32_t one = (uint32_t)index;
    double mean = 0.0;
    if (prior->known)
        sb_regression_sketch(&prior->hints, &one, 1, &mean, NULL);
    return mean;
}

/* Least squares, with the initial trust as a few more evaluations. */
void sb_prior_settle(sb_prior *prior, const double *predictions, double *targets, size_t count)
{
    double sum = 0.0, along = initial_weight * initial_trust, squares = initial_weight;
    if (!prior->known || count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        sum += predictions[i];
    prior->middle = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        double over = predictions[i] - prior->middle;
        along += over * targets[i];
        squares += over * over;
    }
    prior->trust = fmax(along / squares, 0.0);
    for (size_t i = 0; i < count; i++)
        targets[i] -= prior->trust * (predictions[i] - prior->middle);
}

void sb_prior_add(const sb_prior *prior, const uint32_t *indices, size_t count, double *means)
{
    double expected[SB_BLOCK];
    if (!prior->known || prior->trust == 0.0)
        return;
    sb_regression_sketch(&prior->hints, indices, count, expected, NULL);
    for (size_t b = 0; b < count; b++)
        means[b] += prior->trust * (expected[b] - prior->middle);
}
