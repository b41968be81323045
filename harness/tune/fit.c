/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fits the covariance: the gradient of the likelihood (Rasmussen, Williams 2006, 5.9) in the
 * logarithms of all settings at once, and steps by its signs (Rprop; Riedmiller, Braun 1993). With
 * M = a a' / s - K^-1, where a = K^-1 y and s is the variance that maximises the likelihood of the
 * targets, the derivative by a setting is half the sum of M times that of K. K depends on a
 * relevance only through pairs of levels, so M is first summed by these.
 */
#include "core/text.h"
#include "tune/cholesky.h"
#include "tune/covariance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The centre of the relevances' prior (lognormal). */
static const double usual_relevance[SB_WAYS] = { 0.7, 0.2, 0.2 };
static const double prior_width = 1.5; /* of the logarithm */

static const double first_step = 0.3, largest_step = 0.5, smallest_step = 0.05;

/* A setting, of which the logarithm is adjusted. */
typedef struct setting {
    double *value;
    double least, most;
    double centre; /* the centre of its prior; 0: none */
    double gradient, last, step;
    double kept; /* the likeliest value so far */
} setting;

/* Sums over pairs of evaluations, by their levels of a dimension: of M, and of M times the product
 * part of the covariance. */
typedef struct level_sums {
    double plain[SB_DIMENSION_LEVELS][SB_DIMENSION_LEVELS],
        product[SB_DIMENSION_LEVELS][SB_DIMENSION_LEVELS];
} level_sums;

struct sb_fit {
    size_t most;
    sb_covariance *covariance;
    setting *
        settings; /* the relevances, dimension by dimension, then the noise and the additive part */
    size_t setting_count;
    level_sums *levels; /* by dimension */
    double *lower, *inverse, *work, *weights;
    double by_sum, by_product, diagonal; /* sums of M times the parts of the covariance */
    double likelihood, skill;            /* position in the list */
};

static void add_setting(sb_fit *fit, double *value, double least, double most, double centre)
{
    fit->settings[fit->setting_count++] = (setting) {
        .value = value, .least = least, .most = most, .centre = centre, .step = first_step
    };
}

sb_fit *sb_fit_new(sb_covariance *covariance, size_t most)
{
    sb_fit *fit = sb_new(1, sizeof *fit);
    fit->most = most;
    fit->covariance = covariance;
    fit->settings = sb_new(covariance->width * SB_WAYS + 2, sizeof *fit->settings);
    fit->levels = sb_new(covariance->width, sizeof *fit->levels);
    fit->lower = sb_new(most * most, sizeof *fit->lower);
    fit->inverse = sb_new(most * most, sizeof *fit->inverse);
    fit->work = sb_new(most * most, sizeof *fit->work);
    fit->weights = sb_new(most, sizeof *fit->weights);
    for (size_t a = 0; a < covariance->width; a++) {
        sb_dimension *d = &covariance->dimensions[a];
        for (sb_way how = 0; how < SB_WAYS; how++) {
            sb_way like = how == SB_BY_IDENTITY && !d->has[SB_BY_POSITION] ? SB_BY_POSITION : how;
            if (d->has[how])
                add_setting(fit, &d->relevance[how], 0.02, 30.0, usual_relevance[like]);
        }
    }
    add_setting(fit, &covariance->noise, 1e-4, 1.0, 0.0);
    add_setting(fit, &covariance->additive, 0.02, 0.95, 0.0);
    return fit;
}

void sb_fit_free(sb_fit *fit)
{
    if (!fit)
        return;
    free(fit->settings);
    free(fit->levels);
    free(fit->lower);
    free(fit->inverse);
    free(fit->work);
    free(fit->weights);
    free(fit);
}

/* ---------------------------------------------------------------------------------- likelihood */

static double log_prior(const sb_fit *fit)
{
    double sum = 0.0;
    for (size_t i = 0; i < fit->setting_count; i++) {
        const setting *one = &fit->settings[i];
        double z = one->centre > 0.0 ? log(*one->value / one->centre) / prior_width : 0.0;
        sum -= 0.5 * z * z;
    }
    return sum;
}

/* Factors the covariance; returns half the logarithm of the determinant. */
static double factor(sb_fit *fit, const uint8_t *rows, size_t n)
{
    size_t width = fit->covariance->width;
    double log_root = 0.0;
    for (size_t i = 0; i < n; i++) {
        double *row = fit->lower + i * fit->most;
        for (size_t j = 0; j < i; j++)
            row[j] = sb_covariance_between(fit->covariance, rows + i * width, rows + j * width);
        row[i] = 1.0 + fit->covariance->noise;
        sb_cholesky_add(fit->lower, fit->most, i, row);
        log_root += log(row[i]);
    }
    return log_root;
}

/* The log-likelihood of the settings, up to a constant, and their leave-one-out prediction error.
 * Returns the variance of the targets that maximises the likelihood. */
static double weigh_settings(sb_fit *fit, const uint8_t *rows, const double *targets, size_t n)
{
    double log_root = factor(fit, rows, n), errors = 0.0;
    memcpy(fit->weights, targets, n * sizeof *targets);
    sb_cholesky_forward(fit->lower, fit->most, n, fit->weights);
    double variance = fmax(sb_dot(fit->weights, fit->weights, n) / (double)n, 1e-12);
    sb_cholesky_back(fit->lower, fit->most, n, fit->weights);
    sb_cholesky_invert(fit->lower, fit->most, n, fit->inverse, fit->work);
    for (size_t i = 0; i < n; i++) {
        double error = fit->weights[i] / fit->inverse[i * fit->most + i];
        errors += error * error;
    }
    fit->skill = 1.0 - errors / fmax(sb_dot(targets, targets, n), 1e-12);
    fit->likelihood = log_prior(fit) - 0.5 * (double)n * log(variance) - log_root;
    return variance;
}

/* ------------------------------------------------------------------------------------ gradient */

static void clear_sums(sb_fit *fit)
{
    for (size_t a = 0; a < fit->covariance->width; a++)
        for (uint32_t x = 0; x < fit->covariance->dimensions[a].levels; x++) {
            size_t bytes = fit->covariance->dimensions[a].levels * sizeof(double);
            memset(fit->levels[a].plain[x], 0, bytes);
            memset(fit->levels[a].product[x], 0, bytes);
        }
    fit->by_sum = fit->by_product = fit->diagonal = 0.0;
}

static void add_pair(sb_fit *fit, const uint8_t *x, const uint8_t *y, double m)
{
    const sb_covariance *c = fit->covariance;
    double sum = 0.0, product = 1.0;
    for (size_t a = 0; a < c->width; a++) {
        double like = c->dimensions[a].likeness[x[a]][y[a]];
        product *= like;
        sum += c->dimensions[a].share * like;
    }
    for (size_t a = 0; a < c->width; a++) {
        fit->levels[a].plain[x[a]][y[a]] += m;
        fit->levels[a].product[x[a]][y[a]] += m * product;
    }
    fit->by_sum += m * sum;
    fit->by_product += m * product;
}

static void sum_pairs(sb_fit *fit, const uint8_t *rows, size_t n, double variance)
{
    size_t width = fit->covariance->width;
    clear_sums(fit);
    for (size_t i = 0; i < n; i++) {
        const double *inverse = fit->inverse + i * fit->most;
        double weight = fit->weights[i] / variance;
        for (size_t j = 0; j < i; j++)
            add_pair(fit, rows + i * width, rows + j * width,
                     weight * fit->weights[j] - inverse[j]);
        fit->diagonal += 0.5 * (weight * fit->weights[i] - inverse[i]);
    }
}

/* The derivative by the relevance of one way of a dimension: through the similarity, and through
 * the shares of the main effects, which shift towards this dimension. */
static double relevance_gradient(const sb_fit *fit, size_t a, sb_way how, double total)
{
    const sb_covariance *c = fit->covariance;
    const sb_dimension *d = &c->dimensions[a];
    double less = 0.0, alike = 0.0;
    for (uint32_t x = 0; x < d->levels; x++)
        for (uint32_t y = 0; y < d->levels; y++) {
            double like = d->likeness[x][y] * fit->levels[a].plain[x][y];
            alike += like;
            less += sb_dimension_unlike(d, how, x, y) *
                    ((1.0 - c->additive) * fit->levels[a].product[x][y] +
                     c->additive * d->share * like);
        }
    return c->additive * (alike - fit->by_sum) / total - less;
}

static void find_gradient(sb_fit *fit)
{
    const sb_covariance *c = fit->covariance;
    setting *one = fit->settings;
    double total = 0.0;
    for (size_t a = 0; a < c->width; a++)
        total += sb_dimension_relevance(&c->dimensions[a]);
    for (size_t a = 0; a < c->width; a++)
        for (sb_way how = 0; how < SB_WAYS; how++)
            if (c->dimensions[a].has[how]) {
                double prior = log(*one->value / one->centre) / (prior_width * prior_width);
                one->gradient = *one->value * relevance_gradient(fit, a, how, total) - prior;
                one++;
            }
    one[0].gradient = c->noise * fit->diagonal;
    one[1].gradient = c->additive * (fit->by_sum - fit->by_product);
}

/* ---------------------------------------------------------------------------------------- steps */

static void move_setting(setting *one)
{
    double agreement = one->gradient * one->last;
    if (agreement > 0.0)
        one->step = fmin(one->step * 1.2, largest_step);
    if (agreement < 0.0)
        one->step = fmax(one->step * 0.5, smallest_step);
    one->last = one->gradient;
    double next = *one->value * exp(copysign(one->step, one->gradient));
    *one->value = fmin(fmax(next, one->least), one->most);
}

double sb_fit_improve(sb_fit *fit, const uint8_t *rows, const double *targets, size_t n, int steps)
{
    double best = -INFINITY, skill = 0.0;
    for (int step = 0; step <= steps; step++) {
        double variance = weigh_settings(fit, rows, targets, n);
        if (fit->likelihood > best) {
            best = fit->likelihood;
            skill = fit->skill;
            for (size_t i = 0; i < fit->setting_count; i++)
                fit->settings[i].kept = *fit->settings[i].value;
        }
        if (step == steps)
            break;
        sum_pairs(fit, rows, n, variance);
        find_gradient(fit);
        for (size_t i = 0; i < fit->setting_count; i++)
            move_setting(&fit->settings[i]);
        sb_covariance_settle(fit->covariance);
    }
    for (size_t i = 0; i < fit->setting_count; i++)
        *fit->settings[i].value = fit->settings[i].kept;
    sb_covariance_settle(fit->covariance);
    return fmax(0.0, skill);
}
