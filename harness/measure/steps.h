/* SPDX-License-Identifier: Apache-2.0 */
/* How the time of a layer's chain divides into its steps, each measured alone, compared with the
 * whole. */
#ifndef SB_MEASURE_STEPS_H
#define SB_MEASURE_STEPS_H

#include "measure/result.h"

/* A step of a technique's chain, or, as the last row, the chain itself. Everything is borrowed from
 * the group. */
typedef struct sb_step_share {
    sb_operation operation;
    char *technique;         /* or "best": our fastest kernels */
    const sb_result *result; /* the technique's fastest for the operation */
    /* Relative to the sum of the steps. For the chain, `share` is 1, and the other says how much
     * computing the steps together gains (below 1) or loses. */
    double of_multiplications;
    sb_interval of_time;
} sb_step_share;

/*
 * The rows of every technique with an `ok` result of each step of the layer's chain, then those of
 * "best"; free() the list. A technique without a result of the chain has no row for it. Returns how
 * many.
 *
 * A share is the quotient of published times: of_time.value = time / (sum of the steps' times). Its
 * interval is derived from the paired ratios of each step to the one in question, corrected for
 * their number (Bonferroni), so that all of them hold together; for two steps this widens nothing.
 */
size_t sb_group_steps(const sb_group *group, double confidence, uint64_t seed,
                      sb_step_share **shares);

#endif
