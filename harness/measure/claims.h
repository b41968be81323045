/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks whether the times that a worker claims can be true. A plugin can turn back the clock of
 * its own process, but neither the kernel's account of that process's processor time nor the
 * harness's clock. Each call of a turn takes at most its duration times the number of threads in
 * processor time, and the harness waits for all calls. Load does not disturb the processor time. It
 * delays the harness's clock, by at most the time that the worker and the harness waited for a
 * processor; if that is not known, only a very long turn proves anything. A call that has to wait
 * for a processor takes that much longer, so processor time and the worker's waits together cannot
 * exceed the claim by much, either. Pure.
 */
#ifndef SB_MEASURE_CLAIMS_H
#define SB_MEASURE_CLAIMS_H

#include "measure/protocol.h"

#include <stdbool.h>

typedef struct sb_claims {
    int turns;
    double claimed;      /* duration in ns of the turn with the least excess of processor time, */
    double cpu;          /* the ns of that a thread beyond what the claims allow; */
    double claimed_wall; /* of the turn with the least excess by the harness's clock, */
    double wall;         /* the ns that it waited beyond the claim; */
    bool waits_unknown;
    double sure;  /* the least of these that no wait for a processor explains; */
    double spent; /* the least excess of processor time with the worker's waits, a thread,
                   * over what they can have been outside of the calls */
    double all_claimed, all_cpu; /* of all turns together; a disturbed turn adds at most what it
                                  * claims, and a turn that waited nothing */
} sb_claims;

/* Adds a turn; with warm caches one without marks. */
void sb_claims_add(sb_claims *claims, const sb_request *turn, const sb_reply *reply,
                   int64_t threads);

/* After several turns: is a turn needed that is long enough to decide? */
bool sb_claims_doubtful(const sb_claims *claims);

/* After one or more long turns: the claims may be true; only longer turns can tell; or they are
 * impossible. */
typedef enum sb_belief { SB_BELIEF_TRUE, SB_BELIEF_OPEN, SB_BELIEF_FALSE } sb_belief;
sb_belief sb_claims_judge(const sb_claims *claims);

/* After many turns with cold caches, each of one sample, of which each takes at least `blank` ns of
 * processor time besides its calls: are the claims impossible? */
bool sb_claims_cold_false(const sb_claims *claims, double blank);

/* For this turn alone: the ns by which the worker computed longer than its calls lasted, the
 * untimed ones included; 0 if so little that it proves nothing. Work that a call leaves for later
 * shows here, and so does a clock that is turned back during some of the calls. */
double sb_claims_unexplained(const sb_request *turn, const sb_reply *reply, int64_t threads);

/* For this turn alone, by the processor time of one thread: did the worker compute longer than its
 * calls lasted? Calls that waited for a processor hide that, as do several threads. */
typedef enum sb_thrift { SB_THRIFT_UNKNOWN, SB_THRIFT_SPENT_RIGHT, SB_THRIFT_OVERSPENT } sb_thrift;
sb_thrift sb_claims_thrift(const sb_request *turn, const sb_reply *reply, int64_t threads);

/* For this turn alone: did the worker use more processor time than its threads can have had? */
bool sb_claims_too_many(const sb_reply *reply, int64_t threads);

#endif
