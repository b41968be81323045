/* SPDX-License-Identifier: Apache-2.0 */
/* Regression by a Gaussian process: predicts the targets of other parameter sets from known ones.
 * Internal to the model. */
#ifndef SB_TUNE_REGRESSION_H
#define SB_TUNE_REGRESSION_H

#include "tune/covariance.h"

typedef struct sb_regression {
    sb_covariance covariance;
    size_t most, count;
    double *targets; /* of the added parameter sets; set by the caller */

    /* private */
    sb_fit *fit;
    size_t factored;
    uint8_t *rows;   /* count x width levels */
    double *lower;   /* Cholesky factor of the covariance; rows of `most` */
    double *weights; /* covariance^-1 (targets - mean) */
    double mean;
    double scale; /* the signal's variance */
    sb_block *block;
    sb_lanes *lanes; /* of the parameter sets that are being predicted */
} sb_regression;

/* The space is borrowed for the regression's life. */
void sb_regression_start(sb_regression *regression, const sb_space *space, size_t most);
void sb_regression_free(sb_regression *regression);

void sb_regression_add(sb_regression *regression, size_t index); /* at most `most` in all */
void sb_regression_clear(sb_regression *regression);

/* Learns the targets, after this many steps of fitting. */
void sb_regression_learn(sb_regression *regression, int steps);

/* The predicted mean of up to SB_BLOCK parameter sets, and a variance that is not less than the
 * predicted one: what it would be if only the nearest evaluation were known. `variance` NULL: not
 * wanted. Costs much less than sb_regression_predict(). */
void sb_regression_sketch(const sb_regression *regression, const uint32_t *indices, size_t count,
                          double *mean, double *variance);

/* The predicted mean and variance of up to SB_BLOCK parameter sets. */
void sb_regression_predict(sb_regression *regression, const uint32_t *indices, size_t count,
                           double *mean, double *variance);

#endif
