/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning searches, and how a budget for all of it is shared out. */
#ifndef SB_CAMPAIGN_TUNE_PLAN_H
#define SB_CAMPAIGN_TUNE_PLAN_H

#include "campaign/scope.h"

/* A problem with a number of threads: the kernels whose parameters are open for it are searched
 * together. Layers of the same shape are one. */
typedef struct sb_tune_unit {
    const sb_layer *layer; /* the first of the shape; borrowed */
    int64_t threads;
    sb_operation operation;
    double uses;     /* how often the network holds the shape */
    double weight;   /* uses times what one takes, roughly */
    size_t searches; /* kernels */
} sb_tune_unit;

typedef struct sb_tune_plan {
    sb_tune_unit *units;
    size_t count;
    size_t searches; /* of all units */
    size_t spared;   /* searches that another layer of the same shape makes needless */
} sb_tune_plan;

/* The units, as the configuration has them; with `heaviest_first` by weight. */
void sb_tune_plan_make(const sb_scope *scope, bool heaviest_first, sb_tune_plan *plan);
void sb_tune_plan_free(sb_tune_plan *plan);

/* Is the candidate searched for this operation of the layer? */
bool sb_tune_plan_takes(const sb_layer *layer, const sb_candidate *candidate,
                        sb_operation operation);

/* Of `left_ns` for the units from `at` on, what this one gets: in proportion to its weight, but no
 * less than a fifth of the mean. */
int64_t sb_tune_plan_share(const sb_tune_plan *plan, size_t at, int64_t left_ns);

/* The same, where each unit before it takes all that it gets. */
int64_t sb_tune_plan_part(const sb_tune_plan *plan, size_t at, int64_t budget_ns);

#endif
