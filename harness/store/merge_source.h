/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the shards' descriptions, and checks that they belong together. */
#ifndef SB_STORE_MERGE_SOURCE_H
#define SB_STORE_MERGE_SOURCE_H

#include "store/merge_copy.h"

typedef struct sb_sources {
    sb_shard_source *items; /* by number; owned */
    size_t count;
    int64_t of;   /* the number of shards of the run */
    char *common; /* the part of the identity that all share; owned */
} sb_sources;

/* Reads all descriptions, and refuses what sb_merge_runs() refuses before it reads any row. */
int sb_sources_read(const char *const *dirs, size_t count, const sb_merge_options *options,
                    sb_sources *sources, sb_error *error);
void sb_sources_free(sb_sources *sources);

#endif
