/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/gaussian.h"

#include "core/text.h"
#include "tune/prior.h"
#include "tune/regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sb_gaussian {
    sb_regression times;    /* of the successes */
    sb_regression verdicts; /* 1: failed, 0: did not; if some failed */
    sb_prior prior;
    double expected[SB_MODEL_MOST]; /* by the prior, of the successes */
    size_t fitted;                  /* number of evaluations at the last fit */
    size_t seen;                    /* number of evaluations considered */
    sb_evaluated evaluated[SB_MODEL_MOST];
    size_t count; /* the learnt evaluations */
    size_t failures;

    /* from objectives to targets */
    double middle, softness, mean, spread;
};

sb_gaussian *sb_gaussian_new(const sb_space *space, const sb_evaluated *hints, size_t hint_count)
{
    sb_gaussian *model = sb_new(1, sizeof *model);
    sb_regression_start(&model->times, space, SB_MODEL_MOST);
    sb_regression_start(&model->verdicts, space, SB_MODEL_MOST);
    sb_prior_start(&model->prior, space, hints, hint_count);
    return model;
}

void sb_gaussian_free(sb_gaussian *model)
{
    if (!model)
        return;
    sb_regression_free(&model->times);
    sb_regression_free(&model->verdicts);
    sb_prior_free(&model->prior);
    free(model);
}

/* ------------------------------------------------------------------------------------- targets */

static int by_objective(const void *a, const void *b)
{
    double x = ((const sb_evaluated *)a)->objective, y = ((const sb_evaluated *)b)->objective;
    return (x > y) - (x < y);
}

/* The logarithm, compressed above the median: how bad a bad parameter set is does not matter, and
 * would hide the differences between good ones. */
static double target_of(const sb_gaussian *model, double objective)
{
    double target = log(objective), over = target - model->middle;
    if (over > 0.0 && model->softness > 0.0)
        target = model->middle + model->softness * log1p(over / model->softness);
    return (target - model->mean) / model->spread;
}

/* The inverse. */
double sb_gaussian_objective(const sb_gaussian *model, sb_forecast forecast)
{
    double target = forecast.mean * model->spread + model->mean, over = target - model->middle;
    if (over > 0.0 && model->softness > 0.0)
        target = model->middle + model->softness * expm1(over / model->softness);
    return exp(target);
}

/* The scale of the targets. */
static void choose_scale(sb_gaussian *model)
{
    sb_evaluated sorted[SB_MODEL_MOST];
    size_t n = model->count, succeeded = n - model->failures;
    memcpy(sorted, model->evaluated, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_objective);
    model->middle = succeeded ? log(sorted[succeeded / 2].objective) : 0.0;
    model->softness = succeeded ? 0.6 * (model->middle - log(sorted[0].objective)) : 0.0;
}

static void set_targets(sb_gaussian *model)
{
    double *targets = model->times.targets, sum = 0.0, squares = 0.0;
    size_t n = 0;
    choose_scale(model);
    model->mean = 0.0;
    model->spread = 1.0;
    for (size_t i = 0; i < model->count; i++) {
        double objective = model->evaluated[i].objective;
        model->verdicts.targets[i] = isinf(objective) ? 1.0 : 0.0;
        if (isinf(objective))
            continue;
        targets[n] = target_of(model, objective);
        sum += targets[n];
        squares += targets[n] * targets[n];
        n++;
    }
    if (n == 0)
        return;
    model->mean = sum / (double)n;
    model->spread = sqrt(fmax(squares / (double)n - model->mean * model->mean, 1e-12));
    for (size_t i = 0; i < n; i++)
        targets[i] = (targets[i] - model->mean) / model->spread;
    sb_prior_settle(&model->prior, model->expected, targets, n);
}

/* --------------------------------------------------------------------------------------- learn */

static void add_evaluated(sb_gaussian *model, sb_evaluated one)
{
    model->evaluated[model->count++] = one;
    sb_regression_add(&model->verdicts, one.index);
    if (isinf(one.objective)) {
        model->failures++;
        return;
    }
    model->expected[model->times.count] = sb_prior_predict(&model->prior, one.index);
    sb_regression_add(&model->times, one.index);
}

/* If there are more evaluations than can be learnt: half of them are the best, a quarter the
 * latest, and the rest is room for new ones, so that the factor is not recomputed for each. */
static void choose_evaluated(sb_gaussian *model, const sb_evaluated *evaluated, size_t count)
{
    size_t latest = SB_MODEL_MOST / 4, earlier = count - latest;
    sb_evaluated *sorted = sb_new(count, sizeof *sorted);
    memcpy(sorted, evaluated, earlier * sizeof *sorted);
    qsort(sorted, earlier, sizeof *sorted, by_objective);
    model->count = model->failures = 0;
    sb_regression_clear(&model->times);
    sb_regression_clear(&model->verdicts);
    for (size_t i = 0; i < SB_MODEL_MOST / 2; i++)
        add_evaluated(model, sorted[i]);
    for (size_t i = 0; i < latest; i++)
        add_evaluated(model, evaluated[earlier + i]);
    free(sorted);
}

/* Settings change slowly, and fitting costs much more than learning. */
static int fitting_steps(sb_gaussian *model, size_t count)
{
    enum { STEPS = 4 };
    if (count <= model->fitted + model->fitted / 12)
        return 0;
    model->fitted = count;
    return STEPS;
}

void sb_gaussian_learn(sb_gaussian *model, const sb_evaluated *evaluated, size_t count)
{
    if (model->count + (count - model->seen) > SB_MODEL_MOST)
        choose_evaluated(model, evaluated, count);
    else
        for (size_t i = model->seen; i < count; i++)
            add_evaluated(model, evaluated[i]);
    model->seen = count;
    set_targets(model);
    int steps = fitting_steps(model, count);
    if (model->count > model->failures)
        sb_regression_learn(&model->times, steps);
    if (model->failures)
        sb_regression_learn(&model->verdicts, steps);
}

/* --------------------------------------------------------------------------------------- judge */

static void forecast_failures(const sb_gaussian *model, const uint32_t *indices, size_t count,
                              sb_forecast *forecasts)
{
    double mean[SB_BLOCK];
    if (model->failures == 0)
        return;
    sb_regression_sketch(&model->verdicts, indices, count, mean, NULL);
    for (size_t b = 0; b < count; b++)
        forecasts[b].failure = fmin(fmax(mean[b], 0.0), 1.0);
}

static void set_forecasts(const sb_gaussian *model, const uint32_t *indices, size_t count,
                          double *mean, const double *variance, sb_forecast *forecasts)
{
    sb_prior_add(&model->prior, indices, count, mean);
    for (size_t b = 0; b < count; b++)
        forecasts[b] = (sb_forecast) { .mean = mean[b], .deviation = sqrt(variance[b]) };
    forecast_failures(model, indices, count, forecasts);
}

/* Up to SB_BLOCK parameter sets. */
static void forecast_block(sb_gaussian *model, const uint32_t *indices, size_t count,
                           sb_forecast *forecasts)
{
    double mean[SB_BLOCK], variance[SB_BLOCK];
    sb_regression_predict(&model->times, indices, count, mean, variance);
    set_forecasts(model, indices, count, mean, variance, forecasts);
}

/* The same with too large deviations, at less cost. */
static void sketch_block(const sb_gaussian *model, const uint32_t *indices, size_t count,
                         sb_forecast *forecasts)
{
    double mean[SB_BLOCK], variance[SB_BLOCK];
    sb_regression_sketch(&model->times, indices, count, mean, variance);
    set_forecasts(model, indices, count, mean, variance, forecasts);
}

sb_forecast sb_gaussian_forecast(sb_gaussian *model, uint32_t index)
{
    sb_forecast forecast;
    forecast_block(model, &index, 1, &forecast);
    return forecast;
}

/* E[max(0, least - x)] of a normal x (Mockus; Jones, Schonlau, Welch 1998). */
double sb_gaussian_improvement(const sb_gaussian *model, double than, sb_forecast forecast)
{
    double least = isfinite(than) ? target_of(model, than) : 3.0;
    double z = (least - forecast.mean) / forecast.deviation;
    double below = 0.5 * erfc(-z * M_SQRT1_2), density = exp(-0.5 * z * z) * 0.3989422804014327;
    double gain = model->spread * forecast.deviation * (z * below + density);
    return (1.0 - forecast.failure) * gain;
}

/* -------------------------------------------------------------------------------------- choose */

/* A candidate, by its place in the list, and a bound of its improvement. */
typedef struct prospect {
    uint32_t place;
    double bound;
} prospect;

static int by_bound(const void *a, const void *b)
{
    const prospect *x = a, *y = b;
    if (x->bound != y->bound)
        return x->bound > y->bound ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static size_t block_from(size_t at, size_t count)
{
    return count - at < SB_BLOCK ? count - at : SB_BLOCK;
}

/* The improvement grows with the deviation. */
static void bound_prospects(const sb_gaussian *model, const uint32_t *indices, size_t count,
                            double than, prospect *prospects)
{
    for (size_t i = 0; i < count; i += SB_BLOCK) {
        sb_forecast forecasts[SB_BLOCK];
        sketch_block(model, indices + i, block_from(i, count), forecasts);
        for (size_t b = 0; b < block_from(i, count); b++)
            prospects[i + b] = (prospect) {
                .place = (uint32_t)(i + b),
                .bound = sb_gaussian_improvement(model, than, forecasts[b]),
            };
    }
    qsort(prospects, count, sizeof *prospects, by_bound);
}

/* Judges those with the largest bounds, until the others cannot be better. */
size_t sb_gaussian_choose(sb_gaussian *model, const uint32_t *indices, size_t count, double than,
                          double *gain)
{
    prospect *prospects = sb_new(count, sizeof *prospects);
    size_t best = 0;
    *gain = -1.0;
    bound_prospects(model, indices, count, than, prospects);
    for (size_t i = 0; i < count && prospects[i].bound >= *gain; i += SB_BLOCK) {
        uint32_t block[SB_BLOCK];
        sb_forecast forecasts[SB_BLOCK];
        for (size_t b = 0; b < block_from(i, count); b++)
            block[b] = indices[prospects[i + b].place];
        forecast_block(model, block, block_from(i, count), forecasts);
        for (size_t b = 0; b < block_from(i, count); b++) {
            size_t place = prospects[i + b].place;
            double own = sb_gaussian_improvement(model, than, forecasts[b]);
            if (own > *gain || (own == *gain && place < best)) {
                *gain = own;
                best = place;
            }
        }
    }
    free(prospects);
    return best;
}
