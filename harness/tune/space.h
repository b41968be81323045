/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tuning space: axes, and which points of their product are valid parameter sets.
 *
 * A parameter set is a row of digits, one for each axis: digit d is the d-th value of the axis in
 * ascending order. Valid parameter sets are numbered from 0 in the order of their digits (the last
 * axis runs fastest), so an index identifies a parameter set for the life of the space. Only valid
 * ones take memory, eight bytes each. Once built, a space is read-only: any thread may use it.
 */
#ifndef SB_TUNE_SPACE_H
#define SB_TUNE_SPACE_H

#include "core/error.h"
#include "core/random.h"
#include "plugin/info.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SB_SPACE_AXES    64       /* most axes */
#define SB_SPACE_SIZE    10000000 /* most parameter sets of a file, or in a budget */
#define SB_SPACE_LISTED  1000000  /* most that are listed of a kernel's parameters */
#define SB_SPACE_WALK    10000000 /* products up to this size are enumerated point by point */
#define SB_SPACE_CHECKED 1000000  /* points that are checked to explore larger ones */

/* What the digits of an axis stand for. Owned by the space. */
typedef struct sb_axis {
    char *id;
    bool ordered;    /* neighbouring values are similar; false for names */
    uint32_t count;  /* at least 1 */
    int64_t *values; /* the kernel's value, or 0, 1, ... if `names` is set */
    char **names;    /* NULL, or the text of each value */
} sb_axis;

typedef struct sb_space {
    sb_axis *axes;
    size_t axis_count;
    uint64_t strides[SB_SPACE_AXES]; /* code = sum of digit * stride */
    uint64_t product;
    uint64_t *codes; /* of the valid parameter sets, ascending */
    size_t size;     /* at least 1 */
    bool complete;   /* false: it has more valid parameter sets; this is only a part of them */
} sb_space;

/*
 * Sets ok[i] to 1 if the parameter set at values[i * axes] is valid, else 0, for `count` of them.
 * Returns 0, or negative if it cannot tell (then building the space fails with its error).
 */
typedef int sb_valid_batch(void *context, const int64_t *values, size_t count, unsigned char *ok,
                           sb_error *error);

/* How the valid points of a product are found, and how long that may take. */
typedef struct sb_space_listing {
    sb_valid_batch *valid;             /* NULL: all points are valid */
    void *context;                     /* of `valid`; borrowed */
    int64_t time_ns;                   /* roughly; 0: no limit */
    const volatile sig_atomic_t *stop; /* borrowed; non-zero: end. NULL: never */
} sb_space_listing;

/*
 * The space of a kernel's parameters. `valid` NULL: all points are valid. A product of up to
 * SB_SPACE_WALK points is enumerated, storing only valid points. A larger one is explored from
 * valid points (the parameters' initial values, and random ones) by changing one parameter at a
 * time, which costs time for the valid points and not for the product, until SB_SPACE_CHECKED
 * points are checked; points that cannot be reached this way are missed unless a random point hits
 * them. If more than SB_SPACE_LISTED points
 * seem to be valid, every other value of the longest axes is removed, but not the initial ones, and
 * `complete` is false; as it is if there still are more, or if not all were explored. Beyond a
 * million points, values that are valid neither in the initial point nor in 63 random ones are
 * removed first. Fails on a parameter that is declared wrongly, and if nothing is valid.
 * sb_space_free() it.
 */
int sb_space_build(const sb_parameter_info *parameters, size_t count, sb_valid_batch *valid,
                   void *context, sb_space *space, sb_error *error);

/* The same within limits. If the time does not suffice for all points, values are removed as above
 * until it does; if it is used up nevertheless, the space has what was found by then in points that
 * are spread over the whole product, beginning with the initial one, and `complete` is false. Also
 * fails if nothing was found by then. */
int sb_space_list(const sb_parameter_info *parameters, size_t count,
                  const sb_space_listing *listing, sb_space *space, sb_error *error);

/* A number of parameter sets. */
typedef enum sb_space_counting {
    SB_COUNT_EXACT,
    SB_COUNT_ESTIMATE, /* from random points */
    SB_COUNT_AT_MOST   /* too few of them are valid, or the plugin does not answer */
} sb_space_counting;

typedef struct sb_space_count {
    double number;
    sb_space_counting counting;
} sb_space_count;

/* How many parameter sets sb_space_build() would find, up to thinning: exactly if a quarter
 * of *left combinations suffices, which are then subtracted from it; otherwise estimated.
 * Takes no memory for them. Other arguments and failures as for sb_space_build(), but no parameter
 * set is no failure. */
int sb_space_count_valid(const sb_parameter_info *parameters, size_t count, sb_valid_batch *valid,
                         void *context, uint64_t *left, sb_space_count *found, sb_error *error);

/*
 * The space of the `row_count` parameter sets whose digits are in `rows`; repeated ones count once.
 * Takes ownership of the axes, also on failure.
 */
int sb_space_from_rows(sb_axis *axes, size_t axis_count, const uint32_t *rows, size_t row_count,
                       sb_space *space, sb_error *error);

void sb_space_free(sb_space *space);

/* One parameter set, as digits, or as the values for the kernel. */
void sb_space_digits(const sb_space *space, size_t index, uint32_t *digits);
void sb_space_values(const sb_space *space, size_t index, int64_t *values);

/* "name=value;..."; free() it. */
char *sb_space_text(const sb_space *space, size_t index);

/* Writes one value of an axis as text into `text` of `size` bytes. */
void sb_axis_text(const sb_axis *axis, uint32_t digit, char *text, size_t size);

/* The index, or -1 if the digits are not a valid parameter set of the space. */
ptrdiff_t sb_space_find(const sb_space *space, const uint32_t *digits);
ptrdiff_t sb_space_find_values(const sb_space *space, const int64_t *values);

typedef enum sb_reach {
    SB_ADJACENT, /* the next valid value up and down an ordered axis, any value of an axis of names
                  */
    SB_ANY_VALUE /* any other value */
} sb_reach;

/* How many neighbours a parameter set can have at most. */
size_t sb_space_most_neighbours(const sb_space *space);

/* The valid parameter sets that differ in one parameter, axis by axis; returns their number. `out`
 * holds sb_space_most_neighbours(). */
size_t sb_space_neighbours(const sb_space *space, size_t index, sb_reach reach, uint32_t *out);

/* A valid parameter set near the digits: the digits themselves, or one with a single axis changed
 * as little as possible (axes in random order), or one with the same leading digits. */
size_t sb_space_repair(const sb_space *space, const uint32_t *digits, sb_random *random);

#endif
