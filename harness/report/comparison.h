/* SPDX-License-Identifier: Apache-2.0 */
/* Compares two runs row by row: what became faster, what slower. */
#ifndef SB_REPORT_COMPARISON_H
#define SB_REPORT_COMPARISON_H

#include "measure/contrast.h"
#include "report/differences.h"
#include "store/rundb.h"

/* The identity of a row: rows are compared if all members agree. Texts are owned. */
typedef struct sb_row_key {
    char *layer, *kernel, *params; /* kernel: the label */
    sb_operation operation;
    bool sequence; /* all layers of a network in sequence; no operation */
    int64_t threads;
} sb_row_key;

/* "separable", or "sequence" */
const char *sb_row_key_operation(const sb_row_key *key);

typedef struct sb_compared_row {
    sb_row_key key;
    sb_contrast contrast;
    double p; /* corrected by Holm's method */
    sb_difference verdict;
} sb_compared_row;

/* A row that only one run has timed. */
typedef struct sb_lonely_row {
    sb_row_key key;
    int run;         /* the run that has it: 0 base, 1 new */
    const char *why; /* its state in the other run: a verdict, or "not there"; static */
} sb_lonely_row;

/* For the rows with one number of threads: the geometric mean of the determined ratios. */
typedef struct sb_compared_mean {
    int64_t threads;
    size_t rows;
    double value; /* NAN if `rows` is 0 */
} sb_compared_mean;

typedef struct sb_comparison {
    sb_compared_row *rows; /* in the order of the base's sweep */
    size_t count;
    sb_lonely_row *lonely;
    size_t lonely_count;
    size_t verdicts[4];      /* number of rows, by sb_difference */
    sb_compared_mean *means; /* one entry for each number of threads; owned */
    size_t mean_count;
    sb_differences differences; /* of machine, build and configuration */
} sb_comparison;

/* `threshold` as for sb_contrast_verdict(). Refuses runs that are not complete. On failure there is
 * nothing to free. Holds the base's samples in memory during the call. */
int sb_comparison_make(sb_rundb *base, sb_rundb *new_, double threshold, sb_comparison *comparison,
                       sb_error *error);
void sb_comparison_free(sb_comparison *comparison);

const char *sb_difference_name(sb_difference difference); /* "same", ... */

#endif
