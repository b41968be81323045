/* SPDX-License-Identifier: Apache-2.0 */
/* The evaluations of a tuning, for figures: evaluations.csv of its folder, search by search. */
#ifndef SB_REPORT_EVALUATIONS_H
#define SB_REPORT_EVALUATIONS_H

#include "conv/problem.h"
#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sb_evaluation_point {
    const char *params; /* "name=value;..." */
    double ns;          /* INFINITY: it failed */
    double predicted;   /* what the strategy expected; NAN: nothing */
} sb_evaluation_point;

/* A search: a kernel on a layer. */
typedef struct sb_search_record {
    const char *layer, *kernel, *strategy;
    sb_operation operation;
    int64_t threads;
    size_t space;               /* valid parameter sets */
    sb_evaluation_point *found; /* those of the strategy, in order */
    size_t found_count;
    sb_evaluation_point *drawn; /* those for the base line, drawn uniformly at random */
    size_t drawn_count;
    double best; /* the least of both, INFINITY if all failed */
} sb_search_record;

/* {0} is empty. The texts live as long as the list. */
typedef struct sb_evaluations {
    sb_search_record *list;
    size_t count;
    char *text;
} sb_evaluations;

/* Reads those of the folder; an empty list if it has no such file. */
int sb_evaluations_read(const char *dir, sb_evaluations *evaluations, sb_error *error);
void sb_evaluations_free(sb_evaluations *evaluations);

/* Did the strategy evaluate every parameter set? */
bool sb_search_record_is_complete(const sb_search_record *record);

/* logs[k - 1] = the logarithm of the best time after k evaluations over that of the best of all,
 * for k up to `count`; NAN before the first success. */
void sb_search_record_curve(const sb_search_record *record, double *logs, size_t count);

/*
 * The same, as expected for random search that starts with the same parameter set as the strategy
 * (the defaults) and then draws without replacement: the exact expectation over all orders of the
 * base line, or of all parameter sets if the strategy evaluated all. Returns the number of values,
 * at most `count`; 0 if nothing is known about random search here.
 */
size_t sb_search_record_random(const sb_search_record *record, double *logs, size_t count);

#endif
