/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/gaussian.h"

#include "core/text.h"
#include "tune/dimension.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Candidates that are judged side by side, as one vector. */
enum { BLOCK = 8 };

/* What the prior of the relevances (lognormal) is centred on. */
static const double usual_relevance[SB_WAYS] = { 0.7, 0.2, 0.2 };
static const double prior_width = 1.5;
static const double least_relevance = 0.02, most_relevance = 30.0;
static const double least_noise = 1e-4, most_noise = 0.3;
static const double least_additive = 0.02, most_additive = 0.95;

struct sb_gaussian {
    const sb_space *space;
    sb_dimension *dimensions; /* axes with more than one value */
    size_t width;             /* their number */
    double additive;          /* the main effects' part of the covariance */
    double noise;             /* variance beside the signal's 1 */
    double scale;             /* the signal's variance */

    /* from objectives to targets */
    double worst, middle, softness, mean, deviation;

    /* what was learnt */
    size_t count;
    uint8_t *rows;   /* count x width levels */
    double *targets; /* standardised */
    double *lower;   /* Cholesky factor of the covariance, count x count */
    double *weights; /* covariance^-1 targets */
    double *column;
    double (*block)[BLOCK];
};

/* -------------------------------------------------------------------------------------- model */

static void share_out(sb_gaussian *model)
{
    double total = 0.0;
    for (size_t a = 0; a < model->width; a++)
        total += sb_dimension_relevance(&model->dimensions[a]);
    for (size_t a = 0; a < model->width; a++)
        model->dimensions[a].share = sb_dimension_relevance(&model->dimensions[a]) / total;
}

sb_gaussian *sb_gaussian_new(const sb_space *space)
{
    sb_gaussian *model = sb_new(1, sizeof *model);
    model->space = space;
    model->additive = 0.5;
    model->noise = 0.01;
    model->dimensions = sb_new(space->axis_count, sizeof *model->dimensions);
    for (size_t a = 0; a < space->axis_count; a++)
        if (space->axes[a].count > 1)
            sb_dimension_start(&model->dimensions[model->width++], space, a);
    share_out(model);
    model->rows = sb_new(SB_MODEL_MOST * (model->width + 1), sizeof *model->rows);
    model->targets = sb_new(SB_MODEL_MOST, sizeof *model->targets);
    model->lower = sb_new(SB_MODEL_MOST * SB_MODEL_MOST, sizeof *model->lower);
    model->weights = sb_new(SB_MODEL_MOST, sizeof *model->weights);
    model->column = sb_new(SB_MODEL_MOST, sizeof *model->column);
    model->block = sb_new(SB_MODEL_MOST, sizeof *model->block);
    return model;
}

void sb_gaussian_free(sb_gaussian *model)
{
    if (!model)
        return;
    free(model->dimensions);
    free(model->rows);
    free(model->targets);
    free(model->lower);
    free(model->weights);
    free(model->column);
    free(model->block);
    free(model);
}

double sb_gaussian_relevance(const sb_gaussian *model, size_t axis)
{
    for (size_t a = 0; a < model->width; a++)
        if (model->dimensions[a].axis == axis)
            return sb_dimension_relevance(&model->dimensions[a]);
    return 0.0;
}

static void place(const sb_gaussian *model, size_t index, uint8_t *row)
{
    uint32_t digits[SB_SPACE_AXES];
    sb_space_digits(model->space, index, digits);
    for (size_t a = 0; a < model->width; a++) {
        const sb_dimension *d = &model->dimensions[a];
        row[a] = sb_dimension_level(d, model->space->axes[d->axis].count, digits[d->axis]);
    }
}

static double covariance(const sb_gaussian *model, const uint8_t *x, const uint8_t *y)
{
    double sum = 0.0, product = 1.0;
    for (size_t a = 0; a < model->width; a++) {
        double like = model->dimensions[a].likeness[x[a]][y[a]];
        product *= like;
        sum += model->dimensions[a].share * like;
    }
    return model->additive * sum + (1.0 - model->additive) * product;
}

/* ------------------------------------------------------------------------------------ algebra */

static void fill_covariance(sb_gaussian *model)
{
    size_t n = model->count, width = model->width;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++)
            model->lower[i * n + j] =
                covariance(model, model->rows + i * width, model->rows + j * width);
        model->lower[i * n + i] = 1.0 + model->noise;
    }
}

/* Cholesky, column by column: compilers vectorise that where they may not reorder sums along rows.
 * Returns half the logarithm of the determinant. */
static double factor(sb_gaussian *model)
{
    size_t n = model->count;
    double *restrict column = model->column, log_root = 0.0;
    for (size_t k = 0; k < n; k++) {
        double root = sqrt(fmax(model->lower[k * n + k], 1e-10));
        model->lower[k * n + k] = root;
        log_root += log(root);
        for (size_t i = k + 1; i < n; i++)
            column[i] = model->lower[i * n + k] /= root;
        for (size_t i = k + 1; i < n; i++) {
            double *restrict row = model->lower + i * n;
            for (size_t j = k + 1; j <= i; j++)
                row[j] -= column[i] * column[j];
        }
    }
    return log_root;
}

/* weights = lower^-1 targets, and the scale that makes the targets likeliest. */
static void solve_forward(sb_gaussian *model)
{
    size_t n = model->count;
    double squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        double sum = model->targets[i];
        for (size_t k = 0; k < i; k++)
            sum -= model->lower[i * n + k] * model->weights[k];
        model->weights[i] = sum / model->lower[i * n + i];
        squares += model->weights[i] * model->weights[i];
    }
    model->scale = fmax(squares / (double)n, 1e-12);
}

static void solve_back(sb_gaussian *model)
{
    size_t n = model->count;
    for (size_t i = n; i-- > 0;) {
        double sum = model->weights[i];
        for (size_t k = i + 1; k < n; k++)
            sum -= model->lower[k * n + i] * model->weights[k];
        model->weights[i] = sum / model->lower[i * n + i];
    }
}

/* ---------------------------------------------------------------------------------------- fit */

static double log_prior(const sb_gaussian *model)
{
    double sum = 0.0;
    for (size_t a = 0; a < model->width; a++) {
        const sb_dimension *d = &model->dimensions[a];
        for (sb_way how = 0; how < SB_WAYS; how++) {
            sb_way centre = how == SB_BY_IDENTITY && !d->has[SB_BY_POSITION] ? SB_BY_POSITION : how;
            double z = log(d->relevance[how] / usual_relevance[centre]) / prior_width;
            sum -= d->has[how] ? 0.5 * z * z : 0.0;
        }
    }
    return sum;
}

/* How likely the settings are, up to a constant. */
static double log_posterior(sb_gaussian *model)
{
    fill_covariance(model);
    double log_root = factor(model);
    solve_forward(model);
    return log_prior(model) - 0.5 * (double)model->count * log(model->scale) - log_root;
}

typedef struct setting {
    double *value, least, most;
    double step;     /* a factor */
    sb_dimension *d; /* whose tables it makes, or NULL */
} setting;

static void set(sb_gaussian *model, const setting *one, double value)
{
    *one->value = value;
    if (one->d) {
        sb_dimension_tabulate(one->d);
        share_out(model);
    }
}

static bool try_step(sb_gaussian *model, const setting *one, double step, double *best)
{
    double was = *one->value, next = was * step;
    if (next < one->least || next > one->most)
        return false;
    set(model, one, next);
    double found = log_posterior(model);
    if (found > *best) {
        *best = found;
        return true;
    }
    set(model, one, was);
    return false;
}

static void improve(sb_gaussian *model, setting one, double *best)
{
    if (!try_step(model, &one, one.step, best))
        try_step(model, &one, 1.0 / one.step, best);
}

static void fit_settings(sb_gaussian *model)
{
    double best = log_posterior(model);
    for (size_t a = 0; a < model->width; a++) {
        sb_dimension *d = &model->dimensions[a];
        for (sb_way how = 0; how < SB_WAYS; how++)
            if (d->has[how])
                improve(model,
                        (setting) { &d->relevance[how], least_relevance, most_relevance, 2.0, d },
                        &best);
    }
    improve(model, (setting) { &model->noise, least_noise, most_noise, 3.0, NULL }, &best);
    improve(model, (setting) { &model->additive, least_additive, most_additive, 1.3, NULL }, &best);
}

/* -------------------------------------------------------------------------------------- learn */

static int by_objective(const void *a, const void *b)
{
    double x = ((const sb_evaluated *)a)->objective, y = ((const sb_evaluated *)b)->objective;
    return (x > y) - (x < y);
}

/* The logarithm, compressed above the median: how bad a bad configuration is does not matter, and
 * would drown what distinguishes good ones. Failures count as the worst success. */
static double target_of(const sb_gaussian *model, double objective)
{
    double target = isfinite(objective) ? log(objective) : model->worst;
    double over = target - model->middle;
    if (over > 0.0 && model->softness > 0.0)
        target = model->middle + model->softness * log1p(over / model->softness);
    return (target - model->mean) / model->deviation;
}

/* The scale of targets, from evaluations sorted by objective. */
static void choose_targets(sb_gaussian *model, const sb_evaluated *sorted)
{
    size_t n = model->count, succeeded = n;
    while (succeeded > 0 && !isfinite(sorted[succeeded - 1].objective))
        succeeded--;
    model->worst = succeeded ? log(sorted[succeeded - 1].objective) : 0.0;
    model->middle = succeeded ? log(sorted[succeeded / 2].objective) : 0.0;
    model->softness = succeeded ? 0.6 * (model->middle - log(sorted[0].objective)) : 0.0;
    model->mean = 0.0;
    model->deviation = 1.0;
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        double target = target_of(model, sorted[i].objective);
        sum += target;
        squares += target * target;
    }
    model->mean = sum / (double)n;
    model->deviation = sqrt(fmax(squares / (double)n - model->mean * model->mean, 1e-12));
}

/* Half of what can be learnt are the best, half the latest others; all, where they are few. */
static size_t choose_evaluated(const sb_evaluated *evaluated, size_t count, sb_evaluated *chosen)
{
    if (count <= SB_MODEL_MOST) {
        memcpy(chosen, evaluated, count * sizeof *chosen);
        return count;
    }
    sb_evaluated *sorted = sb_new(count, sizeof *sorted);
    size_t latest = SB_MODEL_MOST / 2, earlier = count - latest;
    memcpy(sorted, evaluated, earlier * sizeof *sorted);
    qsort(sorted, earlier, sizeof *sorted, by_objective);
    memcpy(chosen, sorted, (SB_MODEL_MOST - latest) * sizeof *chosen);
    memcpy(chosen + SB_MODEL_MOST - latest, evaluated + earlier, latest * sizeof *chosen);
    free(sorted);
    return SB_MODEL_MOST;
}

void sb_gaussian_learn(sb_gaussian *model, const sb_evaluated *evaluated, size_t count, bool fit)
{
    sb_evaluated chosen[SB_MODEL_MOST];
    model->count = choose_evaluated(evaluated, count, chosen);
    qsort(chosen, model->count, sizeof *chosen, by_objective);
    choose_targets(model, chosen);
    for (size_t i = 0; i < model->count; i++) {
        place(model, chosen[i].index, model->rows + i * model->width);
        model->targets[i] = target_of(model, chosen[i].objective);
    }
    if (fit)
        fit_settings(model);
    log_posterior(model); /* for the factor, with the settings that were kept */
    solve_back(model);
}

/* -------------------------------------------------------------------------------------- judge */

/* Covariances of BLOCK candidates with what was learnt `i`-th. */
static void covariances(const sb_gaussian *model, size_t i, uint8_t (*rows)[BLOCK], double *out)
{
    const uint8_t *row = model->rows + i * model->width;
    double sum[BLOCK] = { 0.0 }, product[BLOCK];
    for (size_t b = 0; b < BLOCK; b++)
        product[b] = 1.0 - model->additive;
    for (size_t a = 0; a < model->width; a++) {
        const float *likeness = model->dimensions[a].likeness[row[a]];
        double share = model->additive * model->dimensions[a].share;
        for (size_t b = 0; b < BLOCK; b++) {
            double like = likeness[rows[a][b]];
            product[b] *= like;
            sum[b] += share * like;
        }
    }
    for (size_t b = 0; b < BLOCK; b++)
        out[b] = sum[b] + product[b];
}

/* Mean and variance (the signal's being 1) of BLOCK candidates. */
static void predict(const sb_gaussian *model, uint8_t (*rows)[BLOCK], double *mean,
                    double *variance)
{
    for (size_t b = 0; b < BLOCK; b++) {
        mean[b] = 0.0;
        variance[b] = 1.0;
    }
    for (size_t i = 0; i < model->count; i++) {
        double c[BLOCK];
        const double *lower = model->lower + i * model->count;
        covariances(model, i, rows, c);
        for (size_t b = 0; b < BLOCK; b++)
            mean[b] += c[b] * model->weights[i];
        for (size_t k = 0; k < i; k++)
            for (size_t b = 0; b < BLOCK; b++)
                c[b] -= lower[k] * model->block[k][b];
        double inverse = 1.0 / lower[i];
        for (size_t b = 0; b < BLOCK; b++) {
            double v = model->block[i][b] = c[b] * inverse;
            variance[b] -= v * v;
        }
    }
}

/* E[max(0, least - x)] of a normal x (Mockus; Jones, Schonlau, Welch 1998). */
static double expected_improvement(double least, double mean, double deviation)
{
    double z = (least - mean) / deviation;
    double below = 0.5 * erfc(-z * M_SQRT1_2), density = exp(-0.5 * z * z) * 0.3989422804014327;
    return deviation * (z * below + density);
}

static void judge_block(sb_gaussian *model, double least, const uint32_t *indices, size_t count,
                        double *improvements)
{
    uint8_t rows[SB_SPACE_AXES][BLOCK] = { { 0 } }, row[SB_SPACE_AXES] = { 0 };
    double mean[BLOCK], variance[BLOCK];
    for (size_t b = 0; b < count; b++) {
        place(model, indices[b], row);
        for (size_t a = 0; a < model->width; a++)
            rows[a][b] = row[a];
    }
    predict(model, rows, mean, variance);
    for (size_t b = 0; b < count; b++) {
        double deviation = sqrt(fmax(variance[b], 1e-9) * model->scale);
        improvements[b] = model->deviation * expected_improvement(least, mean[b], deviation);
    }
}

void sb_gaussian_improvements(sb_gaussian *model, double than, const uint32_t *indices,
                              size_t count, double *improvements)
{
    double least = target_of(model, than);
    for (size_t i = 0; i < count; i += BLOCK)
        judge_block(model, least, indices + i, count - i < BLOCK ? count - i : BLOCK,
                    improvements + i);
}
