/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A regression that learns a space from few evaluations: a Gaussian process (Rasmussen, Williams
 * 2006) on the logarithm of the objective. Two values of a parameter are similar by their
 * positions, by being the same, and by both being powers of two or not (sizes that divide evenly
 * behave alike, wherever they are); the weights of these are fitted. The covariance of two
 * configurations is a sum over the parameters, for their main effects, plus a product over them,
 * for their interactions. It decays exponentially, so that the prediction does not oscillate at a
 * cliff between neighbouring values.
 */
#ifndef SB_TUNE_GAUSSIAN_H
#define SB_TUNE_GAUSSIAN_H

#include "tune/search.h"

typedef struct sb_gaussian sb_gaussian;

/* The most evaluations that are learnt; the time to learn them grows with their cube. */
enum { SB_MODEL_MOST = 192 };

/* The space is borrowed for the model's life. */
sb_gaussian *sb_gaussian_new(const sb_space *space);
void sb_gaussian_free(sb_gaussian *model); /* NULL is allowed */

/* Learns the evaluations: all of them, or if there are more than SB_MODEL_MOST, the best and the
 * latest. They are those of the previous call and new ones. Refits the weights from time to
 * time. */
void sb_gaussian_learn(sb_gaussian *model, const sb_evaluated *evaluated, size_t count);

/* The prediction for a configuration, in the model's scale: mean and standard deviation. */
typedef struct sb_forecast {
    double mean, deviation;
    double failure; /* the probability that it fails */
} sb_forecast;

void sb_gaussian_forecast(sb_gaussian *model, const uint32_t *indices, size_t count,
                          sb_forecast *forecasts);

/* The expected improvement over the objective `than`, as a fraction of it: 0.02 is 2 % (beyond the
 * slower half of what was learnt, in compressed units). */
double sb_gaussian_improvement(const sb_gaussian *model, double than, sb_forecast forecast);

/* How well the model predicts unseen configurations, by leaving out each evaluation in turn: the
 * fraction of the variance that it explains, at most 1, at least 0. */
double sb_gaussian_skill(const sb_gaussian *model);

/* How much the parameter matters; 0: not at all, 1: the similarity is about halved across its
 * range. */
double sb_gaussian_relevance(const sb_gaussian *model, size_t axis);

#endif
