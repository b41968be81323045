/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the times that a worker claims can be true. A plugin can turn back the clock of its own
 * process, but not the kernel's account of the processor time that the process got, nor the
 * harness's clock. Each of a turn's calls takes at most as much processor time as it lasts, times
 * the threads; the harness waits for all of them. Load does not disturb the first, and what
 * disturbs the second is not there all the time. Pure.
 */
#ifndef SB_MEASURE_CLAIMS_H
#define SB_MEASURE_CLAIMS_H

#include "measure/protocol.h"

#include <stdbool.h>

typedef struct sb_claims {
    int turns;
    double claimed; /* ns, of the turn that had the least excess */
    double cpu;     /* least ns of processor time a thread beyond what the claims allow; */
    double wall;    /* least ns that the harness waited beyond it */
} sb_claims;

/* One more turn, without marks and with warm caches. */
void sb_claims_add(sb_claims *claims, const sb_request *turn, const sb_reply *reply,
                   int64_t threads);

/* After some turns: is it worth a turn that is long enough to tell? */
bool sb_claims_doubtful(const sb_claims *claims);

/* After a long turn, or several: can they not be true? */
bool sb_claims_false(const sb_claims *claims);

/* Of this turn alone: did it get more processor time than its threads can have had? */
bool sb_claims_too_many(const sb_reply *reply, int64_t threads);

#endif
