/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/gaussian.h"

#include "core/text.h"
#include "tune/regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sb_gaussian {
    sb_regression times;    /* of the successes */
    sb_regression verdicts; /* 1: failed, 0: did not; if some failed */
    size_t fitted;          /* number of evaluations at the last fit */
    size_t seen;            /* number of evaluations considered */
    sb_evaluated evaluated[SB_MODEL_MOST];
    size_t count; /* the learnt evaluations */
    size_t failures;

    /* from objectives to targets */
    double middle, softness, mean, spread;
};

sb_gaussian *sb_gaussian_new(const sb_space *space)
{
    sb_gaussian *model = sb_new(1, sizeof *model);
    sb_regression_start(&model->times, space, SB_MODEL_MOST);
    sb_regression_start(&model->verdicts, space, SB_MODEL_MOST);
    return model;
}

void sb_gaussian_free(sb_gaussian *model)
{
    if (!model)
        return;
    sb_regression_free(&model->times);
    sb_regression_free(&model->verdicts);
    free(model);
}

double sb_gaussian_relevance(const sb_gaussian *model, size_t axis)
{
    const sb_covariance *c = &model->times.covariance;
    for (size_t a = 0; a < c->width; a++)
        if (c->dimensions[a].axis == axis)
            return sb_dimension_relevance(&c->dimensions[a]);
    return 0.0;
}

double sb_gaussian_skill(const sb_gaussian *model)
{
    return model->times.skill;
}

/* ------------------------------------------------------------------------------------- targets */

static int by_objective(const void *a, const void *b)
{
    double x = ((const sb_evaluated *)a)->objective, y = ((const sb_evaluated *)b)->objective;
    return (x > y) - (x < y);
}

/* The logarithm, compressed above the median: how bad a bad configuration is does not matter, and
 * would hide the differences between good ones. */
static double target_of(const sb_gaussian *model, double objective)
{
    double target = log(objective), over = target - model->middle;
    if (over > 0.0 && model->softness > 0.0)
        target = model->middle + model->softness * log1p(over / model->softness);
    return (target - model->mean) / model->spread;
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
}

/* --------------------------------------------------------------------------------------- learn */

static void add_evaluated(sb_gaussian *model, sb_evaluated one)
{
    model->evaluated[model->count++] = one;
    sb_regression_add(&model->verdicts, one.index);
    if (isinf(one.objective))
        model->failures++;
    else
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

static void forecast_block(sb_gaussian *model, const uint32_t *indices, size_t count,
                           sb_forecast *forecasts)
{
    double mean[SB_BLOCK], variance[SB_BLOCK];
    sb_regression_predict(&model->times, indices, count, mean, variance);
    for (size_t b = 0; b < count; b++)
        forecasts[b] = (sb_forecast) { .mean = mean[b], .deviation = sqrt(variance[b]) };
    if (model->failures == 0)
        return;
    sb_regression_predict(&model->verdicts, indices, count, mean, variance);
    for (size_t b = 0; b < count; b++)
        forecasts[b].failure = fmin(fmax(mean[b], 0.0), 1.0);
}

void sb_gaussian_forecast(sb_gaussian *model, const uint32_t *indices, size_t count,
                          sb_forecast *forecasts)
{
    for (size_t i = 0; i < count; i += SB_BLOCK)
        forecast_block(model, indices + i, count - i < SB_BLOCK ? count - i : SB_BLOCK,
                       forecasts + i);
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
