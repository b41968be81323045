/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of text, printed as aligned columns, Markdown or CSV. */
#ifndef SB_CORE_TABLE_H
#define SB_CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Filled cell by cell, row by row. {0} is no table. */
typedef struct sb_table {
    char **cells; /* owned; the heads come first */
    bool *right;  /* per column: aligned to the right */
    size_t columns, count;
} sb_table;

/* `heads` is NULL-terminated; a head that begins with '>' aligns its column to the right. */
void sb_table_start(sb_table *table, const char *const *heads);
/* Adds a cell. Characters that cannot be shown become '?'. */
void sb_table_cell(sb_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t sb_table_rows(const sb_table *table); /* number of rows, without the heads */
/* Prints columns as wide as their widest cell, separated by two spaces; complete rows only. */
void sb_table_print(const sb_table *table, FILE *stream);
/* Prints a table in GitHub's Markdown; cells are shown literally. */
void sb_table_print_markdown(const sb_table *table, FILE *stream);
void sb_table_print_csv(const sb_table *table, FILE *stream);
void sb_table_free(sb_table *table);

#endif
