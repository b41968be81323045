/* SPDX-License-Identifier: Apache-2.0 */
/* Picks the fastest of some of a group's results, and compares two results by their paired rounds.
 */
#ifndef SB_MEASURE_CHOOSE_H
#define SB_MEASURE_CHOOSE_H

#include "measure/result.h"

/* What counts as a kernel's time. */
typedef enum sb_counting {
    SB_COUNT_RUN,      /* `run` in the kernel's own layouts, weights packed */
    SB_COUNT_REORDERS, /* and the way from and to NHWC */
    SB_COUNT_PACKING,  /* and packing the weights once */
    SB_COUNTINGS
} sb_counting;

const char *sb_counting_name(sb_counting counting); /* "run", "+ reorders", "+ packing" */

/* What comes to the time of `run`: a single figure, without an interval. NAN where one that counts
 * is not known. */
double sb_counted_apart(const sb_result *result, sb_counting counting);

/* Which results stand to be chosen: timed ones of the operation that meet every other condition. */
typedef struct sb_choice {
    sb_operation operation;
    const char *technique; /* NULL: any */
    bool own, peers;       /* kernels of ours, wrappers of other libraries */
    bool direct;           /* only those of direct arithmetic */
    sb_counting counting;  /* what is to be least; a result without it does not stand */
} sb_choice;

/* The fastest by its estimate, or NULL. `contenders` (NULL: not wanted) becomes the number of
 * results that may be the fastest, as far as their intervals tell: with a clear winner 1. */
const sb_result *sb_choose(const sb_group *group, const sb_choice *choice, size_t *contenders);

/* Has no result before it the same technique? */
bool sb_first_of_technique(const sb_group *group, size_t result);

/* time(a) / time(b) over their common rounds. A result that was picked among contenders was picked
 * by the very samples that now judge it: `comparisons` corrects for that. */
sb_interval sb_paired_ratio(const sb_result *a, const sb_result *b, size_t comparisons,
                            double confidence, uint64_t seed);

#endif
