/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of text: for the terminal, aligned, as Markdown, or as CSV. */
#ifndef SB_CORE_TABLE_H
#define SB_CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Filled cell by cell, row by row. {0} is none. */
typedef struct sb_table {
    char **cells; /* owned; the heads come first */
    bool *right;  /* a column: aligned to the right */
    size_t columns, count;
} sb_table;

/* `heads` ends with NULL; a head that begins with '>' is of a column aligned to the right. */
void sb_table_start(sb_table *table, const char *const *heads);
/* What cannot be shown becomes '?'. */
void sb_table_cell(sb_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t sb_table_rows(const sb_table *table); /* without the heads */
/* Columns as wide as their widest cell, two blanks between; complete rows only. */
void sb_table_print(const sb_table *table, FILE *stream);
/* A table of GitHub's Markdown; cells are shown literally. */
void sb_table_print_markdown(const sb_table *table, FILE *stream);
void sb_table_print_csv(const sb_table *table, FILE *stream);
void sb_table_free(sb_table *table);

#endif
