/* SPDX-License-Identifier: Apache-2.0 */
/* Runs sequences in their workers, in interleaved rounds. Internal to the measuring of
 * sequences. */
#ifndef SB_MEASURE_SEQUENCE_RUN_H
#define SB_MEASURE_SEQUENCE_RUN_H

#include "measure/process.h"
#include "measure/sequence_legs.h"

/* The memory that all sequences of one number of threads share. */
typedef struct sb_sequence_ground {
    const sb_sequence_job *job;
    sb_sequence_memory memory;
    int memory_fd, weights_fd;
    char *base, *weights;
    int64_t weights_bytes;
    sb_region weight[SB_MAX_STEPS], bias[SB_MAX_STEPS]; /* room for the largest of each step */
    float *spare; /* for inputs that are filled along with weights */
} sb_sequence_ground;

int sb_sequence_ground_open(sb_sequence_ground *ground, const sb_sequence_job *job,
                            sb_error *error);
void sb_sequence_ground_close(sb_sequence_ground *ground);

/* Zeroes every buffer but the network's input. */
void sb_sequence_ground_clear(sb_sequence_ground *ground);

/* Fills in the weights and biases of a place's problem: the same values for the same problem. Sets
 * their regions in the request; returns the harness's views of them. */
sb_tensors sb_sequence_ground_fill(const sb_sequence_ground *ground, const sb_problem *problem,
                                   sb_request *request);

/* What the last verified call of a leg read and wrote: hashes of the tensors as NCHW. */
typedef struct sb_sequence_proof {
    bool known;
    uint64_t input, residual, output;
} sb_sequence_proof;

/* A sequence: a kernel for each place, of one or several plugins. */
typedef struct sb_sequence_run {
    sb_sequence_ground *ground;
    const sb_plugin_info *only;                    /* of all kernels; NULL: of any plugins */
    size_t *choice;                                /* an option of each place */
    const sb_plugin_info *plugins[SB_MAX_TENANTS]; /* the plugins in the worker */
    size_t plugin_count;
    sb_sequence_legs legs;
    sb_sequence *to;        /* borrowed */
    sb_series *in_sequence; /* of each leg */
    sb_series *apart;
    sb_worker *worker;
    sb_sequence_proof *proofs;    /* of each leg */
    bool joins;                   /* the plugin takes whole networks: sequence_join.h */
    bool repeats;                 /* every pass gives the same bits: sequence_verify.h */
    char failed[SB_MAX_WHY + 64]; /* why it was left out; "" while it continues */
    sb_verdict verdict;           /* of what failed, */
    bool blames;                  /* and whether that was the kernel of one place, */
    size_t at;                    /* this one */
    bool silent;                  /* left out without a fault of its own */
    bool ends;                    /* the user wants to stop */
    double pass_ns;               /* approximate time of a pass; 0: not known yet */
    int64_t spent_ns;             /* in the present process */
    size_t rounds, all_rounds;    /* in the present process; in all of them */
} sb_sequence_run;

/* Leaves the run out, with this verdict. */
void sb_sequence_run_fail(sb_sequence_run *run, sb_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Runs `count` legs as `how` says: its samples, warm_calls, apart. Returns the times, pass by pass,
 * borrowed until the next call; NULL on failure. */
const double *sb_sequence_run_pass(sb_sequence_run *run, const sb_leg *legs, uint32_t count,
                                   sb_request *how);

/* Starts the worker, with a plan for each place. Sets `failed` if it cannot. */
void sb_sequence_run_start(sb_sequence_run *run);
void sb_sequence_run_end(sb_sequence_run *run);

/* Measures some passes in sequence and some separately, and stores their times for this round. */
void sb_sequence_run_round(sb_sequence_run *run, uint32_t round);

/* The least time of each of these legs in the worker, with warm caches. False on failure. */
bool sb_sequence_run_reorders(sb_sequence_run *run, const sb_leg *legs, uint32_t count, double *ns);

#endif
