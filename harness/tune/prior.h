/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is expected of a space because of evaluations of similar ones: of other layers, numbers of
 * threads, machines, earlier builds. Each is only a hint. A regression learns them, and the model
 * of the search uses what it predicts as the mean that its own regression departs from, multiplied
 * by a trust that is fitted to the search's own evaluations: hints that do not agree with these
 * lose their weight.
 */
#ifndef SB_TUNE_PRIOR_H
#define SB_TUNE_PRIOR_H

#include "tune/regression.h"
#include "tune/search.h"

typedef struct sb_prior {
    sb_regression hints;
    bool known;    /* there are hints */
    double trust;  /* at least 0 */
    double middle; /* the mean of its predictions for what the search evaluated */
} sb_prior;

/* Converts the successful evaluations of one similar space to hints, in place: the logarithm of
 * the ratio to its best, compressed above the median, as how slow a bad parameter set is there does
 * not matter here. */
void sb_prior_scale(sb_evaluated *evaluated, size_t count);

/* Learns the hints: the best of them, and others evenly, if there are more than SB_MODEL_MOST. None
 * are allowed. The space is borrowed. */
void sb_prior_start(sb_prior *prior, const sb_space *space, const sb_evaluated *hints,
                    size_t count);
void sb_prior_free(sb_prior *prior);

/* What it predicts for a parameter set, without the trust; 0 if there are no hints. */
double sb_prior_predict(const sb_prior *prior, size_t index);

/* Fits the trust to targets (of mean 0) and the predictions for the same parameter sets, and
 * subtracts what the prior explains from the targets. */
void sb_prior_settle(sb_prior *prior, const double *predictions, double *targets, size_t count);

/* Adds what the prior expects to the means of up to SB_BLOCK parameter sets. */
void sb_prior_add(const sb_prior *prior, const uint32_t *indices, size_t count, double *means);

#endif
