/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tuning space: axes, and which points of their product are valid configurations.
 *
 * A configuration is a row of digits, one an axis: digit d means the d-th value of the axis in
 * ascending order. Valid configurations are numbered from 0 in the order of their digits (the last
 * axis runs fastest), so an index names a configuration for as long as the space lives. Only the
 * valid ones take memory, eight bytes each. After it is built a space is read-only: any thread.
 */
#ifndef SB_TUNE_SPACE_H
#define SB_TUNE_SPACE_H

#include "core/error.h"
#include "core/random.h"
#include "plugin/info.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SB_SPACE_AXES 64        /* most axes */
#define SB_SPACE_SIZE 10000000  /* most configurations that are kept */
#define SB_SPACE_WALK 100000000 /* products up to this are walked point by point */

/* What a digit of the axis stands for. Owned by the space. */
typedef struct sb_axis {
    char *id;
    bool ordered;    /* neighbouring values are alike; false for names */
    uint32_t count;  /* at least 1 */
    int64_t *values; /* what the kernel is given, or 0, 1, ... where names says more */
    char **names;    /* NULL, or how to write each value */
} sb_axis;

typedef struct sb_space {
    sb_axis *axes;
    size_t axis_count;
    uint64_t strides[SB_SPACE_AXES]; /* code = sum of digit * stride */
    uint64_t product;
    uint64_t *codes; /* of the valid configurations, ascending */
    size_t size;     /* at least 1 */
    bool complete;   /* false: larger than could be listed, this is a part of it */
} sb_space;

/*
 * Sets ok[i] to 1 where the configuration at values[i * axes] is valid, else 0, for `count` of
 * them. Returns 0, or negative when it cannot tell (then building the space fails with its error).
 */
typedef int sb_valid_batch(void *context, const int64_t *values, size_t count, unsigned char *ok,
                           sb_error *error);

/*
 * The space of a kernel's parameters. `valid` NULL: all points are. A product of up to
 * SB_SPACE_WALK points is walked, holding only what is valid; a larger one is explored from valid
 * points (the parameters' initial values, and random ones) by changing one parameter at a time, at
 * the cost of the valid points and not of the product; what one change cannot reach is then missed
 * unless a random point hits it, and beyond SB_SPACE_SIZE it ends there with `complete` false.
 * Past a million points, values that are valid neither in the initial point nor in 63 random ones
 * are left out first. Fails on a parameter that is declared wrongly, and where nothing is valid.
 * sb_space_free() it.
 */
int sb_space_build(const sb_parameter_info *parameters, size_t count, sb_valid_batch *valid,
                   void *context, sb_space *space, sb_error *error);

/*
 * The space of the `row_count` configurations whose digits stand in `rows`; repeated ones count
 * once. Takes the axes over, also on failure.
 */
int sb_space_from_rows(sb_axis *axes, size_t axis_count, const uint32_t *rows, size_t row_count,
                       sb_space *space, sb_error *error);

void sb_space_free(sb_space *space);

/* One configuration, as digits, or as the values for the kernel. */
void sb_space_digits(const sb_space *space, size_t index, uint32_t *digits);
void sb_space_values(const sb_space *space, size_t index, int64_t *values);

/* "name=value;..."; free() it. */
char *sb_space_text(const sb_space *space, size_t index);

/* One value of an axis as text, into `text` of `size` bytes. */
void sb_axis_text(const sb_axis *axis, uint32_t digit, char *text, size_t size);

/* The index, or -1 where they are not a valid configuration of the space. */
ptrdiff_t sb_space_find(const sb_space *space, const uint32_t *digits);
ptrdiff_t sb_space_find_values(const sb_space *space, const int64_t *values);

typedef enum sb_reach {
    SB_ADJACENT, /* the next valid value up and down an ordered axis, any name of another */
    SB_ANY_VALUE /* any other value */
} sb_reach;

/* How many neighbours a configuration can have at most. */
size_t sb_space_most_neighbours(const sb_space *space);

/* The valid configurations that differ in one parameter, axis by axis; returns their number. `out`
 * holds sb_space_most_neighbours(). */
size_t sb_space_neighbours(const sb_space *space, size_t index, sb_reach reach, uint32_t *out);

/* A valid configuration near the digits: themselves, or one with a single axis moved as little as
 * leads to one (axes in random order), or one that shares the leading digits. */
size_t sb_space_repair(const sb_space *space, const uint32_t *digits, sb_random *random);

#endif
