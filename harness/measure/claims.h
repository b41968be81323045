/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks whether the times that a worker claims can be true. A plugin can turn back the clock of
 * its own process, but neither the kernel's account of that process's processor time nor the
 * harness's clock. Each call of a turn takes at most its duration times the number of threads in
 * processor time, and the harness waits for all calls. Load does not disturb the processor time; it
 * disturbs the harness's clock, but not all the time. Pure.
 */
#ifndef SB_MEASURE_CLAIMS_H
#define SB_MEASURE_CLAIMS_H

#include "measure/protocol.h"

#include <stdbool.h>

typedef struct sb_claims {
    int turns;
    double claimed; /* duration in ns of the turn with the least excess */
    double cpu;     /* least ns of processor time a thread beyond what the claims allow */
    double wall;    /* least ns that the harness waited beyond the claim */
} sb_claims;

/* Adds a turn, without marks and with warm caches. */
void sb_claims_add(sb_claims *claims, const sb_request *turn, const sb_reply *reply,
                   int64_t threads);

/* After several turns: is a turn needed that is long enough to decide? */
bool sb_claims_doubtful(const sb_claims *claims);

/* After one or more long turns: are the claims impossible? */
bool sb_claims_false(const sb_claims *claims);

/* For this turn alone: did the worker use more processor time than its threads can have had? */
bool sb_claims_too_many(const sb_reply *reply, int64_t threads);

#endif
