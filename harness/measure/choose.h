/* SPDX-License-Identifier: Apache-2.0 */
/* Selects the fastest of a group's results, and compares two results by their paired rounds. */
#ifndef SB_MEASURE_CHOOSE_H
#define SB_MEASURE_CHOOSE_H

#include "measure/result.h"

/* What counts as a kernel's time. */
typedef enum sb_counting {
    SB_COUNT_RUN,      /* `run` in the kernel's own layouts, weights packed */
    SB_COUNT_REORDERS, /* plus conversion from and to NHWC */
    SB_COUNT_PACKING,  /* plus packing the weights once */
    SB_COUNTINGS
} sb_counting;

const char *sb_counting_name(sb_counting counting); /* "run", "+ reorders", "+ packing" */

/* The time added to that of `run`: a single number, without an interval. NAN if a part is not
 * known. */
double sb_counted_apart(const sb_result *result, sb_counting counting);

/* Which results are considered: timed ones of the operation that meet every other condition. */
typedef struct sb_choice {
    sb_operation operation;
    const char *technique; /* NULL: any */
    bool own, peers;       /* kernels of ours, wrappers of other libraries */
    bool direct;           /* only kernels of direct arithmetic */
    sb_counting counting; /* the time to minimise; results for which it is not known are left out */
} sb_choice;

/* The fastest by its estimate, or NULL. `contenders` (may be NULL) becomes the number of results
 * that may be the fastest, judging by their intervals: 1 if there is a clear winner. */
const sb_result *sb_choose(const sb_group *group, const sb_choice *choice, size_t *contenders);

/* Is this the first result of its technique? */
bool sb_first_of_technique(const sb_group *group, size_t result);

/* time(a) / time(b) over their common rounds. If a result was selected among contenders, the same
 * samples selected and now judge it: `comparisons` corrects for that. */
sb_interval sb_paired_ratio(const sb_result *a, const sb_result *b, size_t comparisons,
                            double confidence, uint64_t seed);

#endif
