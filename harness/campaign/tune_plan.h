/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning searches, and how its budget is divided. */
#ifndef SB_CAMPAIGN_TUNE_PLAN_H
#define SB_CAMPAIGN_TUNE_PLAN_H

#include "campaign/scope.h"

/* A problem with a number of threads: the kernels with parameters open to tuning are searched
 * together. Layers of the same shape are one problem. */
typedef struct sb_tune_unit {
    const sb_layer *layer; /* the first layer of the shape; borrowed */
    int64_t threads;
    sb_operation operation;
    double uses;     /* the number of times that the network has the shape */
    double weight;   /* uses times the rough time of one */
    size_t searches; /* kernels */
    size_t layers;   /* of the shape */
} sb_tune_unit;

typedef struct sb_tune_plan {
    sb_tune_unit *units;
    size_t count;
    size_t searches; /* sum over all units */
    size_t spared;   /* searches that are unnecessary because another layer has the same shape */
} sb_tune_plan;

/* Finds the units, in the order of the configuration, or with `heaviest_first` by weight. */
void sb_tune_plan_make(const sb_scope *scope, bool heaviest_first, sb_tune_plan *plan);
void sb_tune_plan_free(sb_tune_plan *plan);

/* Is the candidate searched for this operation of the layer? */
bool sb_tune_plan_takes(const sb_layer *layer, const sb_candidate *candidate,
                        sb_operation operation);

/* The share of this unit in `left_ns` for the units from `at` on: in proportion to its weight, but
 * at least a fifth of the mean. */
int64_t sb_tune_plan_share(const sb_tune_plan *plan, size_t at, int64_t left_ns);

/* The same if each unit before it uses its whole share. */
int64_t sb_tune_plan_part(const sb_tune_plan *plan, size_t at, int64_t budget_ns);

/* How many of `going` kernels continue in a round of `left_ns`, if less than `least_ns` for a
 * kernel would be wasted: at least one. */
size_t sb_tune_plan_takers(size_t going, int64_t left_ns, int64_t least_ns);

#endif
