/* SPDX-License-Identifier: Apache-2.0 */
/* One candidate on its way through a group: planned, verified, timed. Inner to harness/measure. */
#ifndef SB_MEASURE_JOB_H
#define SB_MEASURE_JOB_H

#include "measure/claims.h"
#include "measure/group.h"
#include "measure/stopping.h"

/* The fp64 truth of one operation for the data that the arena holds. */
typedef struct sb_truth {
    double *value, *magnitude;     /* magnitude: NULL for integers */
    double *tiles[SB_ARITHMETICS]; /* magnitudes of Winograd's, made when first needed */
    size_t users;                  /* jobs that hold it; see sb_job_hold() */
} sb_truth;

/* Of a job's samples, those of plans that gave the right output after they were timed. */
typedef struct sb_proved {
    size_t samples;
    int64_t switches;
} sb_proved;

typedef struct sb_job {
    const sb_candidate *candidate;
    const sb_kernel_info *kernel;
    sb_operation operation;
    sb_problem problem;
    sb_result *result; /* borrowed; its verdict is the job's */
    uint32_t slot;
    uint32_t given;
    int64_t values[SB_MAX_PARAMETERS];
    sb_layout input, output;
    bool planned;
    uint64_t life;      /* of the worker that holds the plan */
    double call_ns;     /* of the last call, to size turns */
    int64_t spent_ns;   /* turns so far */
    uint64_t bits;      /* hash of the output that passed, */
    uint64_t bits_life; /* given by a plan of this life, */
    sb_truth *truth; /* or what bounds it, held, where the kernel promises no bits; may be NULL */
    sb_proved proved;
    uint32_t losses; /* plans that went with their worker, through no fault of their own */
    sb_claims claims;
    bool timed;                        /* passed the gates, and went on to the rounds */
    bool probed;                       /* whether they are true */
    uint64_t varied_life, varied_seed; /* what decides on the places of variation.h */
    sb_stopping stopping;
    bool done;
} sb_job;

int sb_truth_make(const sb_arena *arena, sb_operation operation, sb_data data, int threads,
                  sb_truth *truth, sb_error *error);
void sb_truth_free(sb_truth *truth);

/* What every step of a job needs. */
typedef struct sb_bench {
    sb_session *session;
    sb_arena *arena;
    int reference_threads;
    float *scratch; /* a dense NCHW output, as large as was needed so far; owned by the group */
    size_t scratch_count;
    int64_t plan_ns;   /* spent so far in plans, */
    int64_t run_ns;    /* in turns, as their workers saw them, */
    int64_t idle_ns;   /* in waking and stopping workers for turns, */
    int64_t verify_ns; /* and in sb_job_mark() and sb_job_prove() */
} sb_bench;

static inline bool sb_job_ok(const sb_job *job)
{
    return job->result->verdict == SB_VERDICT_OK;
}

#define SB_JOB_MOVES "its output changed after run had returned"

/* Gives the job its verdict and the reason. */
void sb_job_fail(sb_job *job, sb_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* After a step that may have found the job wrong: then its worker goes. */
void sb_job_part(sb_bench *bench, const sb_job *job);

/* Plans for the data that the arena holds now; on failure the job has its verdict. The samples of
 * the plan before are void unless they were proved. */
bool sb_job_plan(sb_bench *bench, sb_job *job);

/* A turn of about `turn_ns` of samples, one at least, after untimed calls: WARM_NS of them for
 * short kernels, none for very long ones. `evict_bytes` as in sb_turn, 0 where caches stay warm. */
sb_request sb_job_size_turn(const sb_job *job, uint32_t iterations, double turn_ns,
                            uint64_t evict_bytes);

/* The worker does nothing for a while. On failure the job has its verdict. */
bool sb_job_rest(sb_bench *bench, sb_job *job, int64_t ns);

/* Takes the turn's claimed times into account. Where they are doubtful some long turns follow,
 * once, which tell whether they are true; if not, the job has its verdict. */
bool sb_job_believe(sb_bench *bench, sb_job *job, const sb_request *turn, const sb_reply *reply);

/* One turn; plans again first if the plan was lost with its worker. */
bool sb_job_turn(sb_bench *bench, sb_job *job, const sb_request *turn, sb_reply *reply);

/* The two gates before any timing: plan, run on marked output, compare. The second also runs twice
 * and compares bits, and takes the times of packing and reorders. */
bool sb_job_gate_exact(sb_bench *bench, sb_job *job, sb_truth *truth);
bool sb_job_gate_real(sb_bench *bench, sb_job *job, sb_truth *truth);

/* A job that passed and promises no bits holds the truth that it is held against after the timing;
 * with the last job that lets go, its memory goes. A job that holds none is let go of in vain. */
void sb_job_hold(sb_job *job, sb_truth *truth);
void sb_job_release(sb_job *job);

/* Around a turn that is to be verified and whose samples are recorded: marks the output before it,
 * and asks after it whether the last call gave the output that passed, or one within its bound. If
 * so, the samples so far are proved; else the job has its verdict. */
void sb_job_mark(sb_bench *bench, const sb_job *job, sb_request *turn);
bool sb_job_prove(sb_bench *bench, sb_job *job, const sb_reply *reply);

#endif
