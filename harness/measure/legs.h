/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's side of a pass through a network: runs its legs one after the other, and times
 * each. */
#ifndef SB_MEASURE_LEGS_H
#define SB_MEASURE_LEGS_H

#include "conv/layout.h"
#include "measure/protocol.h"

typedef struct sb_leg_run {
    const sb_kernel *kernel; /* NULL: a reorder */
    void *plan;
    float *output;
    const float *input, *residual;
    sb_shape shape; /* for a reorder, with its layouts */
    sb_layout from, to;
    int threads; /* of a reorder */
} sb_leg_run;

/* Computes the addresses of the leg's tensors in the pass's memory; the caller sets kernel and
 * plan. */
sb_leg_run sb_leg_place(const sb_leg *leg, char *memory);

typedef struct sb_legs {
    const sb_leg_run *legs;
    uint32_t count;
    uint32_t warm_passes, passes, apart; /* as in sb_request */
    double *times;                       /* passes times count, pass by pass */
} sb_legs;

/* Fills times, and samples and wall_ns of the reply. Non-zero as soon as a call fails. */
int sb_legs_run(const sb_legs *legs, sb_why *why, sb_reply *reply);

#endif
