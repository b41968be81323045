/* SPDX-License-Identifier: Apache-2.0 */
/* Deals a scope's groups to the shards of a run. */
#ifndef SB_CAMPAIGN_SHARING_H
#define SB_CAMPAIGN_SHARING_H

#include "campaign/scope.h"

/*
 * Restricts the scope to the groups of its shard (`shard` as in sb_shard_parse(); NULL: all). The
 * deal depends only on configuration, plugins and number of shards, wherever it is computed: it
 * uses the estimate of each group's time on a fictitious machine, or the times of the run in the
 * folder `weights` if that has them. All threads of a layer go to one shard, so that its scaling is
 * measured on one machine, unless that would make the shards unequal.
 */
int sb_share_take(sb_scope *scope, const char *shard, const char *weights, sb_error *error);

/* The estimated time of the longest of this many shards. */
int64_t sb_share_longest_ns(const sb_scope *scope, int64_t shards);

#endif
