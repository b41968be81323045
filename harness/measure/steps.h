/* SPDX-License-Identifier: Apache-2.0 */
/* Where the time of a layer's chain goes: its steps, each measured alone, beside the whole. */
#ifndef SB_MEASURE_STEPS_H
#define SB_MEASURE_STEPS_H

#include "measure/result.h"

/* A step of a technique's chain, or, last, the chain itself. Everything is borrowed of the group.
 */
typedef struct sb_step_share {
    sb_operation operation;
    char *technique;         /* or "best": the fastest own kernels */
    const sb_result *result; /* the technique's fastest for the operation */
    /* Over the sum of the steps. Of the chain the first is 1, and the second says what doing all at
     * once gains (below 1) or loses. */
    double of_multiplications;
    sb_interval of_time;
} sb_step_share;

/*
 * The rows of every technique that has an `ok` result of each step of the layer's chain, then those
 * of "best"; free() the list. A chain that nobody of the technique computes has no row. Returns how
 * many.
 *
 * A share is the quotient of published times: of_time.value = time / (sum of the steps' times). Its
 * interval comes from the paired ratios of each step to the one in question, corrected for their
 * number (Bonferroni), so that all of them hold together; for two steps nothing is lost by that.
 */
size_t sb_group_steps(const sb_group *group, double confidence, uint64_t seed,
                      sb_step_share **shares);

#endif
