/* SPDX-License-Identifier: Apache-2.0 */
/* Our best against the best peer, on one layer and operation. */
#ifndef SB_MEASURE_CONTEST_H
#define SB_MEASURE_CONTEST_H

#include "measure/result.h"

typedef struct sb_contest {
    const sb_result *own, *peer; /* borrowed from the group */
    sb_interval ratio; /* time of the peer over time of our own: above 1, ours is faster */
} sb_contest;

/* False where the group has no own kernel or no peer that was timed. `direct`: only kernels of
 * direct arithmetic, on both sides. */
bool sb_group_contest(const sb_group *group, sb_operation operation, bool direct, double confidence,
                      uint64_t seed, sb_contest *contest);

#endif
