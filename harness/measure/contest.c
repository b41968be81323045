/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contest.h"

#include "measure/choose.h"

bool sb_group_contest(const sb_group *group, sb_operation operation, bool direct, double confidence,
                      uint64_t seed, sb_contest *contest)
{
    size_t ours, theirs;
    sb_choice choice = { .operation = operation, .own = true, .direct = direct };
    contest->own = sb_choose(group, &choice, &ours);
    choice.own = false;
    choice.peers = true;
    contest->peer = sb_choose(group, &choice, &theirs);
    if (!contest->own || !contest->peer)
        return false;
    contest->ratio = sb_paired_ratio(contest->peer, contest->own, ours * theirs, confidence, seed);
    return true;
}
