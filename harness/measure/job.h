/* SPDX-License-Identifier: Apache-2.0 */
/* One candidate on its way through a group: planned, verified, timed. Internal to
 * harness/measure. */
#ifndef SB_MEASURE_JOB_H
#define SB_MEASURE_JOB_H

#include "measure/claims.h"
#include "measure/group.h"
#include "measure/stopping.h"

enum { SB_ANCHORS = 16 }; /* input elements that change during a process (variation.h) */

/* The fp64 reference of one operation for the data in the arena. */
typedef struct sb_truth {
    double *value, *magnitude;     /* magnitude: NULL for integers */
    double *tiles[SB_ARITHMETICS]; /* magnitudes for Winograd, computed when first needed */
    size_t users;                  /* number of jobs that hold it; see sb_job_hold(); and its owner,
                                      if that is not the group */
} sb_truth;

/* Marks which of a job's samples are from plans whose output was correct after they were timed. */
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
    uint64_t life;      /* lifetime number of the worker that holds the plan */
    double call_ns;     /* of the last call, to size turns */
    int64_t spent_ns;   /* turns so far */
    int64_t evict_ns;   /* of the last turn: untimed calls, and the sweep of the caches */
    uint64_t bits;      /* hash of the output that passed, */
    uint64_t bits_life; /* written by the present plan, */
    sb_truth *truth; /* or the reference that bounds it, held, if the kernel promises no bits; may
                        be NULL */
    sb_proved proved;
    uint32_t losses; /* plans lost because another kernel crashed the worker */
    sb_claims claims;
    bool timed;                        /* passed the gates and went on to the rounds */
    bool probed;                       /* whether the claimed times are true */
    double blank_ns;                   /* processor time of a cold turn without calls; 0: unknown */
    uint32_t turns, unexplained;       /* counted by sb_job_believe(), */
    uint32_t told, overspent;          /* and among those that did not wait for a processor */
    uint32_t counted;                  /* turns whose threads were counted, */
    int64_t threads_ran;               /* and the most that ran in one of them */
    bool voided;                       /* the last turn's samples do not count */
    uint64_t varied_life, varied_seed; /* determines the places of variation.h */
    float varied_seen[SB_ANCHORS];     /* what the output of each of them held last */
    bool renewed;                      /* got new inputs (renewal.h) */
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
    bool brief;     /* doubtful times are first probed in shorter turns */
    float *scratch; /* a dense NCHW output, as large as needed so far; owned by the group */
    size_t scratch_count;
    int64_t plan_ns;   /* time spent so far in plans, */
    int64_t run_ns;    /* in turns, as measured by their workers, */
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

/* After a step that may have found the job wrong: if so, ends its worker. */
void sb_job_part(sb_bench *bench, const sb_job *job);

/* Plans for the data in the arena; on failure the job has its verdict. Samples of the plan before
 * are void unless they were proved. */
bool sb_job_plan(sb_bench *bench, sb_job *job);

/* Begins and ends a verification: its time is neither the job's nor that of measuring, but all of
 * it is `verify_ns`. The end returns whether the job is still ok. */
typedef struct sb_verification {
    int64_t start_ns, spent_ns, run_ns, idle_ns, verify_ns;
    double call_ns;
} sb_verification;
sb_verification sb_verification_begin(const sb_bench *bench, const sb_job *job);
bool sb_verification_end(const sb_verification *from, sb_bench *bench, sb_job *job);

/* A turn with about `turn_ns` of samples, at least one, after untimed calls: for WARM_NS with short
 * kernels, none with very long ones. `evict_bytes`: 0 for warm caches, else one sample. */
sb_request sb_job_size_turn(const sb_job *job, uint32_t iterations, double turn_ns,
                            uint64_t evict_bytes);

/* Lets the worker sleep for a while. On failure the job has its verdict. */
bool sb_job_rest(sb_bench *bench, sb_job *job, int64_t ns);

/* Checks the turn's claimed times. A turn in which the worker computed outside of the calls is
 * `voided`; if most turns are, the job has its verdict. If the times are doubtful, some long turns
 * follow, once, to decide whether they are true; if not, the job has its verdict. */
bool sb_job_believe(sb_bench *bench, sb_job *job, const sb_request *turn, const sb_reply *reply);

/* One turn; plans again first if the plan was lost with its worker. */
bool sb_job_turn(sb_bench *bench, sb_job *job, const sb_request *turn, sb_reply *reply);

/* For a job whose kernel uses all threads that it may: how many ran, if they were fewer in all
 * turns that were counted; otherwise 0. */
int64_t sb_job_fewer_threads(const sb_job *job);

/* The two gates before any timing: plan, run on marked output, compare. The second gate also runs
 * twice and compares bits, and takes the times of packing and reorders. */
bool sb_job_gate_exact(sb_bench *bench, sb_job *job, sb_truth *truth);
bool sb_job_gate_real(sb_bench *bench, sb_job *job, sb_truth *truth);

/* A job that passed and promises no bits holds the reference that its output is checked against
 * after the timing; the reference is freed when the last job releases it. Releasing without holding
 * does nothing. */
void sb_job_hold(sb_job *job, sb_truth *truth);
void sb_job_release(sb_job *job);

/* For a turn that is to be verified and whose samples are recorded: marks the output before the
 * turn, and checks afterwards whether the last call wrote the output that passed, or one within its
 * bound. If so, the samples so far are proved; otherwise the job has its verdict. */
void sb_job_mark(sb_bench *bench, const sb_job *job, sb_request *turn);
bool sb_job_prove(sb_bench *bench, sb_job *job, const sb_reply *reply);

#endif
