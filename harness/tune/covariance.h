/* SPDX-License-Identifier: Apache-2.0 */
/* The covariance of two configurations: the model's assumptions about a space, and their fitting.
 * Internal to the model. */
#ifndef SB_TUNE_COVARIANCE_H
#define SB_TUNE_COVARIANCE_H

#include "tune/dimension.h"

/* Configurations that are compared at a time. */
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

/* Converts a configuration to levels, `width` of them. */
void sb_covariance_place(const sb_covariance *covariance, size_t index, uint8_t *row);

double sb_covariance_between(const sb_covariance *covariance, const uint8_t *x, const uint8_t *y);

/* The covariances of SB_BLOCK configurations with x; rows[a][b] is the b-th one's level of the a-th
 * dimension. */
void sb_covariance_block(const sb_covariance *covariance, const uint8_t *x,
                         uint8_t (*rows)[SB_BLOCK], sb_block *out);

/* Call after relevances have changed. */
void sb_covariance_settle(sb_covariance *covariance);

/* The fitting of a covariance, which is borrowed, to at most this many evaluations. */
typedef struct sb_fit sb_fit;
sb_fit *sb_fit_new(sb_covariance *covariance, size_t most);
void sb_fit_free(sb_fit *fit); /* NULL is allowed */

/* Moves the settings by some gradient steps to increase the likelihood of the targets (whose mean
 * is 0) of `n` rows; it never decreases. Returns the skill of the settings (model.h). */
double sb_fit_improve(sb_fit *fit, const uint8_t *rows, const double *targets, size_t n, int steps);

#endif
