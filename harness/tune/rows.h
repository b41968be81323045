/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of named values with their times, as a recording is read, and the space they make: a value
 * is kept once a column, so that a cell takes four bytes. Inner to recorded_*.c. */
#ifndef SB_TUNE_ROWS_H
#define SB_TUNE_ROWS_H

#include "tune/recorded.h"

enum {
    SB_ROWS_COLUMNS = 256, /* most columns that are looked at, parameters or not */
    SB_ROWS_VALUES = 65536 /* most values of a parameter */
};

typedef struct sb_rows_column {
    char *name;
    char **values; /* in the order in which they came */
    size_t value_count, value_capacity;
    uint32_t *slots; /* open addressing: value + 1 by text */
    size_t slot_count;
    uint32_t *cells; /* value + 1 by row; 0: none */
    size_t cell_capacity;
    bool overflown; /* had more values, which no parameter has */
} sb_rows_column;

/* {0} is empty. */
typedef struct sb_rows {
    sb_rows_column columns[SB_ROWS_COLUMNS];
    size_t column_count;
    bool closed; /* the columns are the parameters: others are passed over */
    double *times, *costs;
    size_t count, capacity;
} sb_rows;

/* Of the row that is being read: the value of a column (a new one, where the rows are not closed),
 * and what ends the row. Times that are none fail; `cost` is NAN where it is not known. */
void sb_rows_set(sb_rows *rows, const char *name, const char *value);
int sb_rows_end(sb_rows *rows, double time, double cost, sb_error *error);

/* Names a column before its first value. False where there are too many. */
bool sb_rows_name(sb_rows *rows, const char *name);

/* Whether the row that is being read has a value in the column. */
bool sb_rows_has(const sb_rows *rows, size_t column);

/* Keeps the columns with these names (all different, at most SB_SPACE_AXES), in this order, and
 * closes the rows; a name without a column makes one. */
void sb_rows_select(sb_rows *rows, char *const *names, size_t count);

/* The space of all rows that have a value in every column. */
int sb_rows_build(sb_rows *rows, sb_recorded *recorded, sb_error *error);

void sb_rows_free(sb_rows *rows);

#endif
