/* SPDX-License-Identifier: Apache-2.0 */
/* Reads CSV (RFC 4180), record by record. */
#ifndef SB_CORE_CSV_H
#define SB_CORE_CSV_H

#include "core/error.h"

#include <stddef.h>

/* {.at = TEXT} begins. The text ends with NUL, is borrowed, and is changed: fields are unquoted in
 * place. */
typedef struct sb_csv {
    char *at;
    size_t line;   /* where the record begins, from 1 */
    char **fields; /* of the record; they live as long as the text */
    size_t count;
    size_t capacity, next_line; /* private */
} sb_csv;

/* 1: there is one more record, 0: the end, negative: a quote is not closed, or something follows a
 * closed one (the error says in which line). */
int sb_csv_next(sb_csv *csv, sb_error *error);
void sb_csv_free(sb_csv *csv); /* the list of fields, not the text */

#endif
