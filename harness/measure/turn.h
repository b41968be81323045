/* SPDX-License-Identifier: Apache-2.0 */
/* One turn of a kernel in a round: untimed calls, then timed samples. All code that runs between
 * two readings of the clock is here. */
#ifndef SB_MEASURE_TURN_H
#define SB_MEASURE_TURN_H

#include "measure/protocol.h"

typedef struct sb_turn {
    const sb_kernel *kernel;
    void *plan;
    sb_call call;
    int64_t warm_ns;
    uint32_t warm_calls, iterations, samples;
    uint64_t evict_bytes;
    bool refills; /* before each sample the tensors are read into the caches */
    size_t input_bytes, residual_bytes, output_bytes;
    uint64_t marks;                 /* as in sb_request */
    uint64_t flips[2];              /* as in sb_request */
    const sb_variation *variations; /* one for each sample; NULL: none */
    int64_t rest_ns;                /* as in sb_request */
} sb_turn;

/* For cold caches, before a turn with one sample: opens the inputs that will change, makes the
 * untimed calls, and sweeps the caches. Fills wall_ns. Non-zero as soon as a call fails. */
int sb_turn_prepare(const sb_turn *turn, sb_reply *reply);

/* Fills samples, ns, wall_ns, warm_ns, switches and digest of the reply. Non-zero as soon as a call
 * fails. */
int sb_turn_take(const sb_turn *turn, sb_reply *reply);

/* Sets rounding to nearest, no traps, and denormals to zero, in this thread and in those that it
 * starts: the same for every kernel, whatever another kernel set. */
void sb_turn_reset_floats(void);

/* Clears the flag with which x86 copies memory backwards. Compiled code relies on that; a kernel's
 * assembly may leave it set. */
void sb_turn_reset_direction(void);

#endif
