/* SPDX-License-Identifier: Apache-2.0 */
/* A space under construction. For the files of a space (space_*.c) only. */
#ifndef SB_TUNE_SPACE_BUILDER_H
#define SB_TUNE_SPACE_BUILDER_H

#include "tune/space.h"

/* The most codes in a batch for the validity check. */
enum { SB_BUILDER_BATCH = 4096 };

/* Codes that wait for the validity check, a batch at a time. */
typedef struct sb_builder {
    sb_space *space;
    sb_space_listing listing;
    int64_t start_ns;
    bool ended;      /* the time is used up, or the user stops it */
    uint64_t *codes; /* valid ones found so far */
    size_t count, capacity;
    uint64_t batch[SB_BUILDER_BATCH];
    size_t pending;
    uint64_t checked; /* points so far */
    int64_t *values;  /* SB_BUILDER_BATCH rows */
    unsigned char ok[SB_BUILDER_BATCH];
} sb_builder;

/* The space is borrowed. */
sb_builder *sb_builder_new(sb_space *space, const sb_space_listing *listing);
void sb_builder_free(sb_builder *build); /* the codes are not */

/* Sets `ok` for the batch, which is kept; and `ended` if no other may follow. */
int sb_builder_check(sb_builder *build, sb_error *error);

/* How many points can be checked in the time left, at the rate so far; INFINITY without a limit, or
 * before the first check. */
double sb_builder_affords(const sb_builder *build);

/* Counts the valid ones among the first `most` codes, or among as many that are `drawn` at random.
 */
int sb_builder_count(sb_builder *build, uint64_t most, bool drawn, uint64_t *valid,
                     sb_error *error);

void sb_builder_keep(sb_builder *build, uint64_t code);

/* The axes and the product of the parameters, without parameter sets. sb_space_free() it, unless
 * this fails. */
int sb_space_open(const sb_parameter_info *parameters, size_t count, sb_space *space,
                  sb_error *error);

#endif
