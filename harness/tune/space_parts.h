/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a space (space_*.c) share; nothing of it is for others. */
#ifndef SB_TUNE_SPACE_PARTS_H
#define SB_TUNE_SPACE_PARTS_H

#include "tune/space.h"

/* Most codes that wait for the validity check. */
enum { SB_BUILDER_BATCH = 4096 };

/* A space in the making: codes on their way through the validity check, a batch at a time. */
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

/* Collects the valid codes of a product that is too large to walk, ascending. */
int sb_space_explore(sb_builder *build, uint64_t initial, sb_error *error);

/* Leaves out values with which nothing seems to be valid, where the product is large. */
int sb_space_narrow(sb_builder *build, const sb_parameter_info *parameters, sb_error *error);

/* The code of the parameters' initial values. */
uint64_t sb_space_initial(const sb_space *space, const sb_parameter_info *parameters);

/* Strides and product. Codes must fit 64 bits, or configurations could not be told apart. */
int sb_space_lay_out(sb_space *space, sb_error *error);

static inline uint32_t sb_space_digit(const sb_space *space, uint64_t code, size_t axis)
{
    return (uint32_t)(code / space->strides[axis] % space->axes[axis].count);
}

void sb_space_code_values(const sb_space *space, uint64_t code, int64_t *values);

/* The index of a code, or -1. */
ptrdiff_t sb_space_find_code(const sb_space *space, uint64_t code);

/* The digit of a value, or -1. */
ptrdiff_t sb_axis_find(const sb_axis *axis, int64_t value);

/* For qsort(). */
int sb_space_by_code(const void *a, const void *b);

#endif
