/* SPDX-License-Identifier: Apache-2.0 */
/* A space in the making. For the files of a space (space_*.c) alone. */
#ifndef SB_TUNE_SPACE_BUILDER_H
#define SB_TUNE_SPACE_BUILDER_H

#include "tune/space.h"

/* Most codes that wait for the validity check. */
enum { SB_BUILDER_BATCH = 4096 };

/* Codes on their way through the validity check, a batch at a time. */
typedef struct sb_builder {
    sb_space *space;
    sb_valid_batch *valid; /* NULL: all are */
    void *context;
    uint64_t *codes; /* valid ones found so far */
    size_t count, capacity;
    uint64_t batch[SB_BUILDER_BATCH];
    size_t pending;
    int64_t *values; /* SB_BUILDER_BATCH rows */
    unsigned char ok[SB_BUILDER_BATCH];
} sb_builder;

/* Sets `ok` for what waits, which goes on waiting. */
int sb_builder_check(sb_builder *build, sb_error *error);
void sb_builder_keep(sb_builder *build, uint64_t code);

#endif
