/* SPDX-License-Identifier: Apache-2.0 */
/* Copies one shard's rows into the merged database. */
#ifndef SB_STORE_MERGE_COPY_H
#define SB_STORE_MERGE_COPY_H

#include "store/merge.h"
#include "store/sqlite.h"

/* What is known about a shard before its rows are read. Texts are owned. */
typedef struct sb_shard_source {
    char *dir, *identity, *provenance, *machine, *started;
    int64_t number, of; /* 1/1 for a run that is not a shard */
    bool complete;
} sb_shard_source;

/* The tables that only a merged database has: its shards, and the shard of each group. */
int sb_merge_prepare(sb_rundb *db, sb_error *error);

/* One transaction; adds the number of new groups to *added. */
int sb_merge_copy(sb_rundb *db, const sb_shard_source *source, const sb_merge_options *options,
                  size_t *added, sb_error *error);

#endif
