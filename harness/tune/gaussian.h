/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A regression that learns a space from few evaluations: a Gaussian process (Rasmussen, Williams
 * 2006) on the logarithm of the objective. Two values of a parameter are alike by their positions,
 * by being the same, and by being powers of two or not (sizes that divide evenly behave alike,
 * wherever they lie); how much each of these matters is fitted. The covariance of two
 * configurations is a sum over the parameters, for their main effects, plus a product over them,
 * for what they do together. It decays exponentially, so that a cliff between neighbouring values
 * does not ring.
 */
#ifndef SB_TUNE_GAUSSIAN_H
#define SB_TUNE_GAUSSIAN_H

#include "tune/search.h"

typedef struct sb_gaussian sb_gaussian;

/* Most evaluations that are learnt; the time to learn them grows with their cube. */
enum { SB_MODEL_MOST = 160 };

/* The space is borrowed for the model's life. */
sb_gaussian *sb_gaussian_new(const sb_space *space);
void sb_gaussian_free(sb_gaussian *model); /* NULL is allowed */

/* Learns the evaluations: all, or where they are more than SB_MODEL_MOST the best and the latest
 * ones. `fit` also improves what matters how much by one step each, from where it stands. */
void sb_gaussian_learn(sb_gaussian *model, const sb_evaluated *evaluated, size_t count, bool fit);

/* The expected improvement of each configuration over the objective `than`, as a part of it: 0.02
 * is 2 % (past the slower half of what was learnt, in units that shrink). */
void sb_gaussian_improvements(sb_gaussian *model, double than, const uint32_t *indices,
                              size_t count, double *improvements);

/* How much the parameter matters; 0: not at all, 1: its range about halves what two values have in
 * common. */
double sb_gaussian_relevance(const sb_gaussian *model, size_t axis);

#endif
