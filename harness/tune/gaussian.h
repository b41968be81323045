/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A regression that learns a space from few evaluations: a Gaussian process (Rasmussen, Williams
 * 2006) on the logarithm of the objective. Two values of a parameter are similar by their
 * positions, by being the same, and by both being powers of two or not (sizes that divide evenly
 * behave alike, wherever they are); the weights of these are fitted. The covariance of two
 * parameter sets is a sum over the parameters, for their main effects, plus a product over them,
 * for their interactions. It decays exponentially, so that the prediction does not oscillate at a
 * cliff between neighbouring values.
 */
#ifndef SB_TUNE_GAUSSIAN_H
#define SB_TUNE_GAUSSIAN_H

#include "tune/search.h"

typedef struct sb_gaussian sb_gaussian;

/* The most evaluations that are learnt; the time to learn them grows with their cube. */
enum { SB_MODEL_MOST = 192 };

/* The space is borrowed for the model's life. The hints are evaluations of similar spaces
 * (prior.h): the logarithms of times, or the like. */
sb_gaussian *sb_gaussian_new(const sb_space *space, const sb_evaluated *hints, size_t hint_count);
void sb_gaussian_free(sb_gaussian *model); /* NULL is allowed */

/* Learns the evaluations: all of them, or if there are more than SB_MODEL_MOST, the best and the
 * latest. They are those of the previous call and new ones. Refits the weights from time to
 * time. */
void sb_gaussian_learn(sb_gaussian *model, const sb_evaluated *evaluated, size_t count);

/* The prediction for a parameter set, in the model's scale: mean and standard deviation. */
typedef struct sb_forecast {
    double mean, deviation;
    double failure; /* the probability that it fails */
} sb_forecast;

sb_forecast sb_gaussian_forecast(sb_gaussian *model, uint32_t index);

/* The objective that is as likely too small as too large. */
double sb_gaussian_objective(const sb_gaussian *model, sb_forecast forecast);

/* The expected improvement over the objective `than`, as a fraction of it: 0.02 is 2 % (beyond the
 * slower half of what was learnt, in compressed units). */
double sb_gaussian_improvement(const sb_gaussian *model, double than, sb_forecast forecast);

/* The place of the parameter set with the largest expected improvement, and that improvement, among
 * `count`, which is at least 1. If nothing has succeeded: the first, and -1. */
size_t sb_gaussian_choose(sb_gaussian *model, const uint32_t *indices, size_t count, double than,
                          double *gain);

#endif
