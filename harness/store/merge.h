/* SPDX-License-Identifier: Apache-2.0 */
/* Merges the shards of a run into one run.db. */
#ifndef SB_STORE_MERGE_H
#define SB_STORE_MERGE_H

#include "store/rundb.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct sb_merge_options {
    bool partial;       /* missing, unfinished or damaged shards are reported, not refused */
    bool prefer_newest; /* of two results for one group, takes the later run's; otherwise refuses
                           that */
} sb_merge_options;

typedef struct sb_merge_counts {
    size_t shards, groups, added; /* merged by this call; in the result; of these new */
    bool complete;                /* all shards of the run are there, and each is finished */
} sb_merge_counts;

/*
 * Merges the runs in the folders into DIR/run.db, which is created if necessary. If an earlier
 * merge made it, what is already there is kept, so an interrupted merge can be repeated. Each shard
 * is one transaction. Runs of other configurations, plugin builds, options or numbers of shards are
 * refused, and the message says what differs. A run that is not a shard counts as 1/1. SQLite
 * copies the rows from file to file. Returns the open database, from which the other files can be
 * written; NULL on error. A folder that holds no run, but "shard-..." folders, stands for these.
 */
sb_rundb *sb_merge_runs(const char *dir, const char *const *dirs, size_t count,
                        const sb_merge_options *options, sb_merge_counts *counts, sb_error *error);

/* The shards' times, measured and as they were estimated. Those with nothing to do do not count. */
typedef struct sb_merge_times {
    size_t shards;
    int64_t least_ns, most_ns;
    int64_t least_estimated_ns, most_estimated_ns;
} sb_merge_times;

int sb_merge_read_times(sb_rundb *db, sb_merge_times *times, sb_error *error);

/* How far the nodes of one machine differ: the largest over the smallest of the peaks that its
 * shards measured. */
typedef struct sb_agreement {
    char *machine; /* owned */
    size_t shards; /* shards with measured peaks */
    double gflops, gbytes;
} sb_agreement;

/* One entry for each machine of a merged run, at most `most`; returns their number, negative on
 * error. */
int sb_merge_agreements(sb_rundb *db, sb_agreement *agreements, size_t most, sb_error *error);

#endif
