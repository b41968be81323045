/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/regression.h"

#include "core/text.h"
#include "tune/cholesky.h"

#include <math.h>
#include <stdlib.h>

void sb_regression_start(sb_regression *regression, const sb_space *space, size_t most)
{
    *regression = (sb_regression) { .most = most };
    sb_covariance_start(&regression->covariance, space);
    regression->fit = sb_fit_new(&regression->covariance, most);
    regression->rows = sb_new(most * (regression->covariance.width + 1), sizeof *regression->rows);
    regression->targets = sb_new(most, sizeof *regression->targets);
    regression->lower = sb_new(most * most, sizeof *regression->lower);
    regression->weights = sb_new(most, sizeof *regression->weights);
    regression->block = sb_new(most, sizeof *regression->block);
    regression->lanes =
        sb_new(sb_covariance_lanes(&regression->covariance) + 1, sizeof *regression->lanes);
}

void sb_regression_free(sb_regression *regression)
{
    sb_fit_free(regression->fit);
    sb_covariance_free(&regression->covariance);
    free(regression->rows);
    free(regression->targets);
    free(regression->lower);
    free(regression->weights);
    free(regression->block);
    free(regression->lanes);
}

void sb_regression_add(sb_regression *regression, size_t index)
{
    uint8_t *row = regression->rows + regression->count++ * regression->covariance.width;
    sb_covariance_place(&regression->covariance, index, row);
}

void sb_regression_clear(sb_regression *regression)
{
    regression->count = regression->factored = 0;
}

static void factor_rest(sb_regression *regression)
{
    const sb_covariance *c = &regression->covariance;
    for (; regression->factored < regression->count; regression->factored++) {
        size_t i = regression->factored;
        double *row = regression->lower + i * regression->most;
        for (size_t j = 0; j < i; j++)
            row[j] = sb_covariance_between(c, regression->rows + i * c->width,
                                           regression->rows + j * c->width, NULL);
        row[i] = 1.0 + c->noise;
        sb_cholesky_add(regression->lower, regression->most, i, row);
    }
}

void sb_regression_learn(sb_regression *regression, int steps)
{
    size_t n = regression->count;
    regression->mean = 0.0;
    for (size_t i = 0; i < n; i++)
        regression->mean += regression->targets[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        regression->weights[i] = regression->targets[i] - regression->mean;
    if (steps > 0) {
        sb_fit_improve(regression->fit, regression->rows, regression->weights, n, steps);
        regression->factored = 0;
    }
    factor_rest(regression);
    sb_cholesky_forward(regression->lower, regression->most, n, regression->weights);
    regression->scale =
        fmax(sb_dot(regression->weights, regression->weights, n) / (double)n, 1e-12);
    sb_cholesky_back(regression->lower, regression->most, n, regression->weights);
}

/* Up to SB_BLOCK parameter sets. */
static void prepare_block(const sb_regression *regression, const uint32_t *indices, size_t count)
{
    const sb_covariance *c = &regression->covariance;
    uint8_t row[SB_SPACE_AXES] = { 0 }, rows[SB_SPACE_AXES][SB_BLOCK] = { { 0 } };
    for (size_t b = 0; b < count; b++) {
        sb_covariance_place(c, indices[b], row);
        for (size_t a = 0; a < c->width; a++)
            rows[a][b] = row[a];
    }
    sb_covariance_prepare(c, rows, regression->lanes);
}

/* The covariances of the prepared ones with the i-th that is known. */
static void compare_with(const sb_regression *regression, size_t i, sb_block *out)
{
    const sb_covariance *c = &regression->covariance;
    sb_covariance_block(c, regression->lanes, regression->rows + i * c->width, out);
}

/* Mean and variance (relative to the signal's 1) of the prepared ones. */
static void predict(const sb_regression *regression, double *mean, double *variance)
{
    for (size_t b = 0; b < SB_BLOCK; b++) {
        mean[b] = regression->mean;
        variance[b] = 1.0;
    }
    for (size_t i = 0; i < regression->count; i++) {
        double *c = regression->block[i].lane;
        const double *lower = regression->lower + i * regression->most;
        compare_with(regression, i, &regression->block[i]);
        for (size_t b = 0; b < SB_BLOCK; b++)
            mean[b] += c[b] * regression->weights[i];
        sb_subtract_eights(lower, regression->block->lane, i, c);
        for (size_t b = 0; b < SB_BLOCK; b++) {
            c[b] /= lower[i];
            variance[b] -= c[b] * c[b];
        }
    }
}

void sb_regression_sketch(const sb_regression *regression, const uint32_t *indices, size_t count,
                          double *mean, double *variance)
{
    double means[SB_BLOCK] = { 0.0 }, nearest[SB_BLOCK] = { 0.0 };
    prepare_block(regression, indices, count);
    for (size_t i = 0; i < regression->count; i++) {
        sb_block like;
        compare_with(regression, i, &like);
        for (size_t b = 0; b < SB_BLOCK; b++) {
            means[b] += like.lane[b] * regression->weights[i];
            nearest[b] = like.lane[b] > nearest[b] ? like.lane[b] : nearest[b];
        }
    }
    for (size_t b = 0; b < count; b++)
        mean[b] = regression->mean + means[b];
    for (size_t b = 0; b < count && variance; b++) {
        double left = 1.0 - nearest[b] * nearest[b] / (1.0 + regression->covariance.noise);
        variance[b] = fmax(left, 1e-9) * regression->scale;
    }
}

void sb_regression_predict(sb_regression *regression, const uint32_t *indices, size_t count,
                           double *mean, double *variance)
{
    double means[SB_BLOCK], variances[SB_BLOCK];
    prepare_block(regression, indices, count);
    predict(regression, means, variances);
    for (size_t b = 0; b < count; b++) {
        mean[b] = means[b];
        variance[b] = fmax(variances[b], 1e-9) * regression->scale;
    }
}
