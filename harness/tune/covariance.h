/* SPDX-License-Identifier: Apache-2.0 */
/* The covariance of two parameter sets: the model's assumptions about a space, and their fitting.
 * Internal to the model. */
#ifndef SB_TUNE_COVARIANCE_H
#define SB_TUNE_COVARIANCE_H

#include "tune/dimension.h"

/* Parameter sets that are compared at a time. */
enum { SB_BLOCK = 8 };
typedef struct sb_block {
    double lane[SB_BLOCK];
} sb_block;

typedef struct sb_covariance {
    const sb_space *space;
    sb_dimension *dimensions; /* axes with more than one value */
    size_t width;             /* their number */
    double additive;          /* the share of the main effects */
    double noise;             /* noise variance, relative to the signal's 1 */
} sb_covariance;

void sb_covariance_start(sb_covariance *covariance, const sb_space *space);
void sb_covariance_free(sb_covariance *covariance);

/* Converts a parameter set to levels, `width` of them. */
void sb_covariance_place(const sb_covariance *covariance, size_t index, uint8_t *row);

/* `product`, unless it is NULL, is set to the product part, for interactions. */
double sb_covariance_between(const sb_covariance *covariance, const uint8_t *x, const uint8_t *y,
                             double *product);

/* SB_BLOCK parameter sets, prepared for comparison with many others: the similarities to each level
 * of each dimension, and the same times the share of the main effects. */
typedef struct sb_lanes {
    sb_block alike, shared;
} sb_lanes;

/* How many of these all dimensions have. */
size_t sb_covariance_lanes(const sb_covariance *covariance);

/* rows[a][b] is the level of the b-th parameter set in the a-th dimension. Fills `lanes`. */
void sb_covariance_prepare(const sb_covariance *covariance, uint8_t (*rows)[SB_BLOCK],
                           sb_lanes *lanes);

/* The covariances of the prepared parameter sets with x. */
void sb_covariance_block(const sb_covariance *covariance, const sb_lanes *lanes, const uint8_t *x,
                         sb_block *out);

/* Call after relevances have changed. */
void sb_covariance_settle(sb_covariance *covariance);

/* The fitting of a covariance, which is borrowed, to at most this many evaluations. */
typedef struct sb_fit sb_fit;
sb_fit *sb_fit_new(sb_covariance *covariance, size_t most);
void sb_fit_free(sb_fit *fit); /* NULL is allowed */

/* Moves the settings by some gradient steps to increase the likelihood of the targets (whose mean
 * is 0) of `n` rows; it never decreases. */
void sb_fit_improve(sb_fit *fit, const uint8_t *rows, const double *targets, size_t n, int steps);

#endif
