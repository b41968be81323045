/* SPDX-License-Identifier: Apache-2.0 */
/* Reads CSV (RFC 4180), record by record. */
#ifndef SB_CORE_CSV_H
#define SB_CORE_CSV_H

#include "core/error.h"

#include <stddef.h>

/* Start with {.at = TEXT}. The text ends with NUL, is borrowed, and is modified: fields are
 * unquoted in place. */
typedef struct sb_csv {
    char *at;
    size_t line;   /* line where the record begins, from 1 */
    char **fields; /* of the record; valid as long as the text */
    size_t count;
    size_t capacity, next_line; /* private */
} sb_csv;

/* Returns 1 for a record, 0 at the end, negative if a quote is not closed or text follows a closed
 * one (the error names the line). */
int sb_csv_next(sb_csv *csv, sb_error *error);
void sb_csv_free(sb_csv *csv); /* Frees the list of fields, not the text. */

#endif
