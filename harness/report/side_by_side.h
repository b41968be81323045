/* SPDX-License-Identifier: Apache-2.0 */
/* Several runs side by side: machines, compilers, numbers of threads. Their rounds are not paired,
 * so a quotient has no interval; comparison.h proves differences between two runs. */
#ifndef SB_REPORT_SIDE_BY_SIDE_H
#define SB_REPORT_SIDE_BY_SIDE_H

#include "report/answer.h"

#include <stdio.h>

/* Owned answers, in the order given. {0} is empty. */
typedef struct sb_side_by_side {
    sb_answer *runs;
    char **names; /* names of their folders; owned */
    size_t count;
} sb_side_by_side;

/* Reads a run's answer. */
int sb_side_by_side_add(sb_side_by_side *sides, sb_rundb *db, const char *name, sb_error *error);
void sb_side_by_side_free(sb_side_by_side *sides);

/* Prints a column for each run and number of threads: the time of all layers, and of each layer,
 * with its best kernel, relative to the first column. */
void sb_side_by_side_print(const sb_side_by_side *sides, FILE *stream);

/* Writes DIR/side_by_side.csv: a row for each run, number of threads and layer. */
int sb_side_by_side_write(const sb_side_by_side *sides, const char *dir, sb_error *error);

#endif
