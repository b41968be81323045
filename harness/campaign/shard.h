/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a sweep that a process measures: --shard I/N, or from the scheduler's array. */
#ifndef SB_CAMPAIGN_SHARD_H
#define SB_CAMPAIGN_SHARD_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SB_MOST_SHARDS 100000

typedef struct sb_shard {
    int64_t index, count; /* 1..count; count 0: the whole */
    bool by_scheduler;    /* the argument was "auto" */
} sb_shard;

/* Reads "I/N", or "auto": the variables of Slurm, PBS or LSF, else SEPBENCH_SHARD=I/N. An array may
 * start anywhere and have steps; one with gaps is refused. NULL: the whole. */
int sb_shard_parse(const char *text, sb_shard *shard, sb_error *error);

/*
 * Deals `count` units that take times[i] to `shards` shards: owner[i] becomes 1..shards. The
 * longest unit first, each to the shard with the smallest sum so far, of equal ones the first; so
 * no shard exceeds the mean by more than one unit. With few units, some are exchanged afterwards
 * while that reduces a difference. The same numbers give the same deal everywhere.
 */
void sb_shard_deal(const int64_t *times, size_t count, int64_t shards, int64_t *owner);

#endif
