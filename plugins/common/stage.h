/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage is one standard convolution, planned by one technique and cut into tasks that write
 * disjoint parts of the output, so that they may run in any order and by several threads at once.
 * A chain is a plan of one stage, or of two with a tensor between them: a separable convolution.
 */
#ifndef SB_PLUGINS_STAGE_H
#define SB_PLUGINS_STAGE_H

#include "common/kit.h"

typedef struct stage stage;
struct stage {
    int64_t tasks;
    int64_t scratch; /* floats that a thread needs, all its own; a multiple of 16 */
    void (*task)(const stage *own, int64_t index, float *scratch, const float *input,
                 float *output);
    void (*destroy)(stage *own, const sb_host *host);
};

enum { CHAIN_STAGES = 2 };

typedef struct chain {
    const sb_host *host;
    stage *stages[CHAIN_STAGES]; /* owned; the second is NULL for a standard problem */
    float *middle;
    float *scratch; /* [threads][pitch] */
    int64_t pitch;
    int threads;
    int schedule, chunk; /* how the openmp plugin hands out tasks */
} chain;

/* Takes the stages (also when it fails) and makes a plan. `second` is NULL for a standard problem.
 * A stage that had no memory may come as NULL where one is due: then this fails as well. */
int chain_new(const sb_host *host, const sb_problem *problem, stage *first, stage *second,
              int64_t threads, chain **out, sb_why *why);

/* sb_kernel.run with one thread, and sb_kernel.destroy. */
int chain_run(void *plan, const float *input, float *output);
void chain_destroy(void *plan);

/* Where a stage reads from and writes to. */
static inline const float *chain_input(const chain *own, int which, const float *input)
{
    return which == 0 ? input : own->middle;
}

static inline float *chain_output(const chain *own, int which, float *output)
{
    return which == 0 && own->stages[1] != NULL ? own->middle : output;
}

#endif
