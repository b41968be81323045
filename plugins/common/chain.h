/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a problem with any number of steps: a chain of stages, each of which reads what the
 * one before wrote. A stage is one convolution by one technique, or several that are computed in
 * one pass.
 */
#ifndef SB_PLUGINS_CHAIN_H
#define SB_PLUGINS_CHAIN_H

#include "common/conv.h"

/* What a stage works on in one call. */
typedef struct tensors {
    const float *input;
    const float *residual; /* NULL: none is added; laid out as the output */
    float *output;
} tensors;

enum { STAGE_TEXT = 224 };

typedef struct stage stage;
struct stage {
    /* Either computes the whole, with threads of its own if it wants any: returns 0, or -1 with the
     * reason; */
    int (*run)(stage *own, const tensors *t, sb_why *why);
    /* or tasks that write disjoint parts of the output, so that they may run in any order and by
     * several threads at once. One task a thread is a static split. */
    void (*task)(const stage *own, int64_t index, float *scratch, const tensors *t);
    int64_t tasks;
    int64_t scratch; /* floats that a thread needs for a task, all its own */
    void (*destroy)(stage *own, const sb_host *host);
    uint32_t input, output; /* sb_layout; the residual's is the output's */
    char text[STAGE_TEXT];  /* for sb_kernel.describe */
};

/*
 * The input for a maker of stages: one step of a problem, its weights, and the kernel's parameters.
 * Borrowed.
 */
typedef struct stage_order {
    const sb_host *host;
    const int64_t *values;
    const float *weights; /* [k][c / groups][r][s] */
    const float *bias;    /* [k]; NULL for a step without */
    uint32_t step, steps; /* which, and how many there are */
    uint32_t input;       /* sb_layout that the stage before gives; for the first one SB_NCHW */
    conv conv;            /* the step */
} stage_order;

/* Returns a stage that the caller owns; or NULL, with the reason unless memory is lacking. */
typedef stage *stage_maker(const stage_order *order, sb_why *why);

typedef struct chain {
    const sb_host *host;
    stage *stages[SB_MAX_STEPS]; /* owned */
    int count;
    bool failed;
    int64_t floats[2]; /* of the tensors between the stages, which take turns; 0: not needed */
    float *between[2];
    float *scratch; /* of each thread, scratch_pitch() apart */
    int64_t pitch;
    int threads;
    int schedule, chunk; /* chain_run_threads(): an omp_sched_t; 0: each thread its part in order */
    char text[SB_MAX_STEPS * (STAGE_TEXT + 4)];
} chain;

/* The order for one step. `input` is the layout that the stage before gives. */
stage_order order_of(const sb_host *host, const sb_problem *problem, const int64_t *values,
                     const sb_weights *weights, uint32_t step, uint32_t input);

/* A chain for a kernel that makes one stage a step, with so many threads for its tasks. 0, or -1
 * with the reason and everything released. */
int chain_plan(const sb_host *host, const sb_problem *problem, const int64_t *values,
               const sb_weights *weights, int64_t threads, stage_maker *make, void **out,
               sb_why *why);

/*
 * The same piece by piece, for stages that are several steps: an empty chain (NULL without memory,
 * and the reason), stages in their order, and the end.
 *
 * chain_add() takes the stage over; `last_step` is the last of the steps that it computes. NULL
 * stands for one that could not be made: then -1, and chain_finish() fails. chain_finish() returns
 * -1 with everything released; the reason is the one that a maker gave, or else a lack of memory.
 */
chain *chain_new(const sb_host *host, int64_t threads, sb_why *why);
int chain_add(chain *own, const sb_problem *problem, uint32_t last_step, stage *made);
int chain_finish(chain *own, void **out, sb_why *why);

/* sb_kernel.run by the caller's thread alone, .destroy and .describe. The plan is the chain. */
int chain_run(void *plan, const sb_call *call);
void chain_destroy(void *plan);
const char *chain_describe(const void *plan);

/* What stage `which` works on in a call. */
tensors chain_tensors(const chain *own, int which, const sb_call *call);

#endif
