/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of run.db: created, written and read by the lists of store/columns.h. */
#ifndef SB_STORE_SCHEMA_H
#define SB_STORE_SCHEMA_H

#include "store/sqlite.h"

#define SB_SCHEMA_VERSION 5

typedef enum sb_schema_table {
    SB_TABLE_LAYERS,   /* rows are sb_layer */
    SB_TABLE_GROUPS,   /* sb_group */
    SB_TABLE_KERNELS,  /* the part of sb_result that many results share */
    SB_TABLE_RESULTS,  /* the rest of sb_result, without the samples */
    SB_TABLE_SPEEDUPS, /* sb_speedup */
    SB_TABLES
} sb_schema_table;

/* Appends the statements that create all tables. */
void sb_schema_create(sb_text *sql);

/* Appends the names, each after the prefix ("" or "table."); returns the number of columns. */
int sb_schema_names(sb_schema_table table, const char *prefix, sb_text *sql);

/* Binds a row's members to the parameters from `first` (from 1) on; returns the next one. Texts are
 * borrowed until the statement is reset; NULL counts as "". NAN becomes NULL. */
int sb_schema_bind(sqlite3_stmt *statement, int first, sb_schema_table table, const void *row);

/* Fills a row's members from the columns from `first` (from 0) on; the row owns the texts. Returns
 * the next column, or -1 if a column holds a value that no version of sepbench writes. */
int sb_schema_read(sqlite3_stmt *statement, int first, sb_schema_table table, void *row);

#endif
