/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a sweep a process takes: --shard I/N, or as the scheduler's array says. */
#ifndef SB_CAMPAIGN_SHARD_H
#define SB_CAMPAIGN_SHARD_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SB_MOST_SHARDS 100000

typedef struct sb_shard {
    int64_t index, count; /* 1..count; count 0: the whole */
    bool by_scheduler;    /* it was "auto" */
} sb_shard;

/* "I/N", or "auto": from the variables of Slurm, PBS or LSF, else SEPBENCH_SHARD=I/N. An array may
 * begin anywhere and have steps; one with holes is refused. NULL: the whole. */
int sb_shard_parse(const char *text, sb_shard *shard, sb_error *error);

/*
 * Deals `count` units that take times[i] to `shards` shards: owner[i] becomes 1..shards. The
 * longest first, each to the shard that has least until then, of equals the first; so the most that
 * a shard has is at most the mean and one unit. Of few units some are exchanged afterwards, while
 * that brings two shards nearer to each other. The same numbers give the same deal anywhere.
 */
void sb_shard_deal(const int64_t *times, size_t count, int64_t shards, int64_t *owner);

#endif
