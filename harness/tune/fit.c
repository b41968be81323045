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
    double plain, product;
} level_sums;

struct sb_fit {
    size_t most;
    sb_covariance *covariance;
    setting *
        settings; /* the relevances, dimension by dimension, then the noise and the additive part */
    size_t setting_count;
    level_sums *sums; /* dimension by dimension, levels x levels */
    size_t sum_count;
    double *lower, *inverse, *work, *weights;
    double *products;                    /* the product parts of the covariances */
    double by_sum, by_product, diagonal; /* sums of M times the parts of the covariance */
    double likelihood;
};

static void add_setting(sb_fit *fit, double *value, double least, double most, double centre)
{
    fit->settings[fit->setting_count++] = (setting) {
        .value = value, .least = least, .most = most, .centre = centre, .step = first_step
    };
}

static size_t squared_levels(const sb_dimension *d)
{
    return (size_t)d->levels * d->levels;
}

sb_fit *sb_fit_new(sb_covariance *covariance, size_t most)
{
    sb_fit *fit = sb_new(1, sizeof *fit);
    fit->most = most;
    fit->covariance = covariance;
    fit->settings = sb_new(covariance->width * SB_WAYS + 2, sizeof *fit->settings);
    for (size_t a = 0; a < covariance->width; a++)
        fit->sum_count += squared_levels(&covariance->dimensions[a]);
    fit->sums = sb_new(fit->sum_count + 1, sizeof *fit->sums);
    fit->lower = sb_new(most * most, sizeof *fit->lower);
    fit->inverse = sb_new(most * most, sizeof *fit->inverse);
    fit->work = sb_new(most * most, sizeof *fit->work);
    fit->products = sb_new(most * most, sizeof *fit->products);
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
    free(fit->sums);
    free(fit->lower);
    free(fit->inverse);
    free(fit->work);
    free(fit->products);
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
            row[j] = sb_covariance_between(fit->covariance, rows + i * width, rows + j * width,
                                           &fit->products[i * fit->most + j]);
        row[i] = 1.0 + fit->covariance->noise;
        sb_cholesky_add(fit->lower, fit->most, i, row);
        log_root += log(row[i]);
    }
    return log_root;
}

/* The log-likelihood of the settings, up to a constant. Returns the variance of the targets that
 * maximises the likelihood. */
static double weigh_settings(sb_fit *fit, const uint8_t *rows, const double *targets, size_t n)
{
    double log_root = factor(fit, rows, n);
    memcpy(fit->weights, targets, n * sizeof *targets);
    sb_cholesky_forward(fit->lower, fit->most, n, fit->weights);
    double variance = fmax(sb_dot(fit->weights, fit->weights, n) / (double)n, 1e-12);
    sb_cholesky_back(fit->lower, fit->most, n, fit->weights);
    fit->likelihood = log_prior(fit) - 0.5 * (double)n * log(variance) - log_root;
    return variance;
}

/* ------------------------------------------------------------------------------------ gradient */

/* Adds m, and m times the product part. */
static void add_pair(sb_fit *fit, const uint8_t *x, const uint8_t *y, double m, double product)
{
    const sb_covariance *c = fit->covariance;
    level_sums *sums = fit->sums;
    for (size_t a = 0; a < c->width; a++) {
        const uint32_t levels = c->dimensions[a].levels;
        level_sums *at = &sums[x[a] * levels + y[a]];
        at->plain += m;
        at->product += product;
        sums += levels * levels;
    }
    fit->by_product += product;
}

static void sum_pairs(sb_fit *fit, const uint8_t *rows, size_t n, double variance)
{
    size_t width = fit->covariance->width;
    sb_cholesky_invert(fit->lower, fit->most, n, fit->inverse, fit->work);
    memset(fit->sums, 0, fit->sum_count * sizeof *fit->sums);
    fit->by_product = fit->diagonal = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double *inverse = fit->inverse + i * fit->most;
        double weight = fit->weights[i] / variance;
        for (size_t j = 0; j < i; j++) {
            const double m = weight * fit->weights[j] - inverse[j];
            add_pair(fit, rows + i * width, rows + j * width, m,
                     m * fit->products[i * fit->most + j]);
        }
        fit->diagonal += 0.5 * (weight * fit->weights[i] - inverse[i]);
    }
}

/* The sum of M times the sum part, from those by levels. */
static void sum_main_effects(sb_fit *fit)
{
    const sb_covariance *c = fit->covariance;
    const level_sums *sums = fit->sums;
    fit->by_sum = 0.0;
    for (size_t a = 0; a < c->width; a++) {
        const sb_dimension *d = &c->dimensions[a];
        for (size_t i = 0; i < squared_levels(d); i++)
            fit->by_sum += d->share * d->likeness[i] * sums[i].plain;
        sums += squared_levels(d);
    }
}

/* The derivative by the relevance of one way of a dimension: through the similarity, and through
 * the shares of the main effects, which shift towards this dimension. */
static double relevance_gradient(const sb_fit *fit, size_t a, const level_sums *sums, sb_way how,
                                 double total)
{
    const sb_covariance *c = fit->covariance;
    const sb_dimension *d = &c->dimensions[a];
    double less = 0.0, alike = 0.0;
    for (uint32_t x = 0; x < d->levels; x++)
        for (uint32_t y = 0; y < d->levels; y++, sums++) {
            double like = sb_dimension_alike(d, x, y) * sums->plain;
            alike += like;
            less += sb_dimension_unlike(d, how, x, y) *
                    ((1.0 - c->additive) * sums->product + c->additive * d->share * like);
        }
    return c->additive * (alike - fit->by_sum) / total - less;
}

static void find_gradient(sb_fit *fit)
{
    const sb_covariance *c = fit->covariance;
    const level_sums *sums = fit->sums;
    setting *one = fit->settings;
    double total = 0.0;
    for (size_t a = 0; a < c->width; a++)
        total += sb_dimension_relevance(&c->dimensions[a]);
    for (size_t a = 0; a < c->width; a++) {
        for (sb_way how = 0; how < SB_WAYS; how++)
            if (c->dimensions[a].has[how]) {
                double prior = log(*one->value / one->centre) / (prior_width * prior_width);
                one->gradient = *one->value * relevance_gradient(fit, a, sums, how, total) - prior;
                one++;
            }
        sums += squared_levels(&c->dimensions[a]);
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

void sb_fit_improve(sb_fit *fit, const uint8_t *rows, const double *targets, size_t n, int steps)
{
    double best = -INFINITY;
    for (int step = 0; step <= steps; step++) {
        double variance = weigh_settings(fit, rows, targets, n);
        if (fit->likelihood > best) {
            best = fit->likelihood;
            for (size_t i = 0; i < fit->setting_count; i++)
                fit->settings[i].kept = *fit->settings[i].value;
        }
        if (step == steps)
            break;
        sum_pairs(fit, rows, n, variance);
        sum_main_effects(fit);
        find_gradient(fit);
        for (size_t i = 0; i < fit->setting_count; i++)
            move_setting(&fit->settings[i]);
        sb_covariance_settle(fit->covariance);
    }
    for (size_t i = 0; i < fit->setting_count; i++)
        *fit->settings[i].value = fit->settings[i].kept;
    sb_covariance_settle(fit->covariance);
}
