/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the shards of a run together again: one run.db of many. */
#ifndef SB_STORE_MERGE_H
#define SB_STORE_MERGE_H

#include "store/rundb.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct sb_merge_options {
    bool partial;       /* what is missing, unfinished or damaged is told, not refused */
    bool prefer_newest; /* of two results for one group the later run's, else that is refused */
} sb_merge_options;

typedef struct sb_merge_counts {
    size_t shards, groups, added; /* merged now; groups that are there; groups that are new */
    bool complete;                /* all shards of the run are there, each finished */
} sb_merge_counts;

/*
 * Merges the runs in the folders into DIR/run.db, which is made where there is none, and gone on
 * with where it was made by this: what is there already is left alone, so a merge that was
 * interrupted is called again. Each shard is one transaction. Runs of other configurations, plugin
 * builds, options or numbers of shards are refused, with what differs. A run that is no shard
 * counts as 1/1. Rows are copied by SQLite, from file to file. Returns the open database, for its
 * files to be written; NULL on error. A folder that holds no run, but "shard-..." folders, stands
 * for these.
 */
sb_rundb *sb_merge_runs(const char *dir, const char *const *dirs, size_t count,
                        const sb_merge_options *options, sb_merge_counts *counts, sb_error *error);

/* How far the nodes of one machine are apart: of the peaks that its shards measured, the largest
 * over the smallest. */
typedef struct sb_agreement {
    char *machine; /* owned */
    size_t shards; /* that measured peaks */
    double gflops, gbytes;
} sb_agreement;

/* One for each machine of a merged run, at most `most`; returns their number, negative on error. */
int sb_merge_agreements(sb_rundb *db, sb_agreement *agreements, size_t most, sb_error *error);

#endif
