/* SPDX-License-Identifier: Apache-2.0 */
/* The influence of each parameter of a kernel on its time, from the evaluations of its searches. */
#ifndef SB_REPORT_INFLUENCE_H
#define SB_REPORT_INFLUENCE_H

#include "report/evaluations.h"

/* One value of a parameter. */
typedef struct sb_influence_level {
    char *value;         /* owned */
    double best, median; /* over the best of the search: geometric mean over layers */
    size_t count;        /* evaluations that succeeded */
} sb_influence_level;

typedef struct sb_influence {
    char *parameter;            /* owned */
    sb_influence_level *levels; /* numbers ascending, others in the order of occurrence */
    size_t count;
    bool numbers; /* the values are numbers */
    /* The part of the variance of the logarithm of time, within a layer, that the parameter's main
     * effect explains (an analysis of variance, corrected for the number of its values): a mean
     * over layers, in [0, 1]. NAN if nothing varies. The sum for a kernel is at most 1: if a search
     * changed parameters together, they are scaled down to that. */
    double share;
} sb_influence;

/* All parameters of the kernel with these threads that had several values; `count` of them.
 * sb_influences_free() them. */
sb_influence *sb_influences_make(const sb_evaluations *evaluations, const char *kernel,
                                 int64_t threads, size_t *count);
void sb_influences_free(sb_influence *influences, size_t count);

#endif
