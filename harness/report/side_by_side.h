/* SPDX-License-Identifier: Apache-2.0 */
/* Several runs beside each other: machines, compilers, numbers of threads. Nothing pairs them, so
 * that a quotient is a quotient; what is proven between two runs is for comparison.h. */
#ifndef SB_REPORT_SIDE_BY_SIDE_H
#define SB_REPORT_SIDE_BY_SIDE_H

#include "report/answer.h"

#include <stdio.h>

/* Owned answers, in the order given. {0} is none. */
typedef struct sb_side_by_side {
    sb_answer *runs;
    char **names; /* of their folders; owned */
    size_t count;
} sb_side_by_side;

/* Reads a run's answer. */
int sb_side_by_side_add(sb_side_by_side *sides, sb_rundb *db, const char *name, sb_error *error);
void sb_side_by_side_free(sb_side_by_side *sides);

/* A column a run and number of threads: what all layers take, and each layer, with its best kernel,
 * over the first column's. */
void sb_side_by_side_print(const sb_side_by_side *sides, FILE *stream);

/* DIR/side_by_side.csv: a row a run, number of threads and layer. */
int sb_side_by_side_write(const sb_side_by_side *sides, const char *dir, sb_error *error);

#endif
