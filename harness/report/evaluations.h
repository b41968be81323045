/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning measured, for figures: evaluations.csv of its folder, search by search. */
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
} sb_evaluation_point;

/* A kernel on a layer. */
typedef struct sb_search_record {
    const char *layer, *kernel, *strategy;
    sb_operation operation;
    int64_t threads;
    size_t space;               /* valid configurations */
    sb_evaluation_point *found; /* by the strategy, in order */
    size_t found_count;
    sb_evaluation_point *drawn; /* for the base line, uniformly at random */
    size_t drawn_count;
    double best; /* of both, INFINITY where all failed */
} sb_search_record;

/* {0} is none. Texts live as long as it does. */
typedef struct sb_evaluations {
    sb_search_record *list;
    size_t count;
    char *text;
} sb_evaluations;

/* Of the folder; none where it holds no such file. */
int sb_evaluations_read(const char *dir, sb_evaluations *evaluations, sb_error *error);
void sb_evaluations_free(sb_evaluations *evaluations);

/* The strategy saw every configuration. */
bool sb_search_record_is_complete(const sb_search_record *record);

/* logs[k - 1] = the logarithm of the best time after k evaluations over that of the best of all,
 * for k up to `count`; NAN before anything worked. */
void sb_search_record_curve(const sb_search_record *record, double *logs, size_t count);

/*
 * The same as it is to be expected of random search that begins with the same configuration as the
 * strategy did (the defaults) and then draws without replacement: exactly, over all orders of what
 * was drawn, or of everything where the strategy saw everything. Returns how many of the logs there
 * are, at most `count`; 0 where nothing is known about random search here.
 */
size_t sb_search_record_random(const sb_search_record *record, double *logs, size_t count);

#endif
