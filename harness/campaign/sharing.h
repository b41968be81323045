/* SPDX-License-Identifier: Apache-2.0 */
/* Deals a scope's groups to the shards of a run. */
#ifndef SB_CAMPAIGN_SHARING_H
#define SB_CAMPAIGN_SHARING_H

#include "campaign/scope.h"

/*
 * Leaves the scope the groups of its shard (`shard` as sb_shard_parse() takes it; NULL: all). The
 * deal follows from configuration, plugins and number of shards alone, wherever it is made: by the
 * estimate of each group's time on a machine that is nobody's, or by the times of the run in the
 * folder `weights` where it holds them. All threads of a layer go to one shard, so that its scaling
 * is of one machine, unless that would give shards of unequal length.
 */
int sb_share_take(sb_scope *scope, const char *shard, const char *weights, sb_error *error);

/* What the longest of so many shards is estimated to take. */
int64_t sb_share_longest_ns(const sb_scope *scope, int64_t shards);

#endif
