/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a recording as they are read, named values with their times, and the space built from
 * them. Each value is stored once a column, so that a cell takes four bytes. Internal to
 * recorded_*.c. */
#ifndef SB_TUNE_ROWS_H
#define SB_TUNE_ROWS_H

#include "tune/recorded.h"

enum {
    SB_ROWS_COLUMNS = 256, /* most columns that are considered, parameters or not */
    SB_ROWS_VALUES = 65536 /* most values of a parameter */
};

typedef struct sb_rows_column {
    char *name;
    char **values; /* in the order in which they were read */
    size_t value_count, value_capacity;
    uint32_t *slots; /* open addressing: value + 1 by text */
    size_t slot_count;
    uint32_t *cells; /* value + 1 by row; 0: none */
    size_t cell_capacity;
    bool overflown; /* had more values, which no parameter may have */
} sb_rows_column;

/* {0} is empty. */
typedef struct sb_rows {
    sb_rows_column columns[SB_ROWS_COLUMNS];
    size_t column_count;
    bool closed; /* the columns are fixed: others are skipped */
    double *times, *costs;
    size_t count, capacity;
} sb_rows;

/* The row that is being read: adds the value of a column (a new one, unless the rows are closed),
 * and ends the row. A time that is not positive is a failure; `cost` is NAN if not known. */
void sb_rows_set(sb_rows *rows, const char *name, const char *value);
int sb_rows_end(sb_rows *rows, double time, double cost, sb_error *error);

/* Adds a column before its first value. False if there are too many. */
bool sb_rows_name(sb_rows *rows, const char *name);

/* Has the row that is being read a value in the column? */
bool sb_rows_has(const sb_rows *rows, size_t column);

/* Keeps only the columns with these names (all different, at most SB_SPACE_AXES), in this order,
 * and closes the rows; a name without a column creates one. */
void sb_rows_select(sb_rows *rows, char *const *names, size_t count);

/* The space of all rows that have a value in every column. */
int sb_rows_build(sb_rows *rows, sb_recorded *recorded, sb_error *error);

void sb_rows_free(sb_rows *rows);

#endif
