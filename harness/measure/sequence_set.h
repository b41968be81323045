/* SPDX-License-Identifier: Apache-2.0 */
/* The sequences of one job while they are measured, and the stages of their measurement. Internal
 * to the measuring of sequences. */
#ifndef SB_MEASURE_SEQUENCE_SET_H
#define SB_MEASURE_SEQUENCE_SET_H

#include "measure/route.h"
#include "measure/sequence_run.h"

/* Rounds in all of a sequence that takes longer than max_time. */
enum { SB_SEQUENCE_LEAST_ROUNDS = 3 };

typedef struct sb_sequence_set {
    const sb_sequence_job *job;
    sb_sequence_ground ground;
    sb_route_place *places; /* of the job, with the times of their reorders; without options */
    sb_route_reorders last; /* of the network's output */
    sb_sequence_run *runs;
    sb_sequence *made; /* the result of each run */
    size_t count;
    sb_sequence_fault *faults; /* owned until sb_sequence_set_estimate() */
    size_t fault_count;
    struct {
        const sb_plugin_info *plugin;
        size_t kernel;
    } * excluded; /* kernels that failed in sequence; owned */
    size_t excluded_count;
    int64_t cost_ns; /* time to start everything in a process */
    int64_t processes;
} sb_sequence_set;

/* Times the reorders of the input of each place and of the output, in a worker as later. */
int sb_sequence_set_time_reorders(sb_sequence_set *set, sb_error *error);

/* Chooses the sequences: the best mix, then each plugin's own. */
void sb_sequence_set_choose(sb_sequence_set *set);

/* After a kernel of the run failed: excludes that kernel everywhere. */
void sb_sequence_set_exclude(sb_sequence_set *set, const sb_sequence_run *run);

/* Chooses kernels for the run that are not excluded, if it has one that is. False if there are none
 * left, or if another run has the same. */
bool sb_sequence_set_renew(sb_sequence_set *set, sb_sequence_run *run);

/* Notes why the run failed. */
void sb_sequence_set_note_fault(sb_sequence_set *set, const sb_sequence_run *run);

/* Starts each run and verifies it, with other kernels where some fail. */
void sb_sequence_set_verify(sb_sequence_set *set);

/* Measures them in interleaved rounds, in several processes. */
int sb_sequence_set_run(sb_sequence_set *set, sb_error *error);

/* Keeps those that were measured, with their estimates; reports the others. */
void sb_sequence_set_estimate(sb_sequence_set *set);

#endif
