/* SPDX-License-Identifier: Apache-2.0 */
#include "core/csv.h"

#include "core/text.h"

#include <stdbool.h>
#include <stdlib.h>

static void add_field(sb_csv *csv, char *field)
{
    if (csv->count == csv->capacity) {
        csv->capacity = csv->capacity ? 2 * csv->capacity : 16;
        csv->fields = sb_grow(csv->fields, csv->capacity, sizeof *csv->fields);
    }
    csv->fields[csv->count++] = field;
}

/* Returns the character after the closing quote, and in *end where the field's text ends. NULL if
 * the quote is not closed. */
static char *unquote_field(sb_csv *csv, char *from, char **end)
{
    char *to = from;
    for (char *at = from + 1; *at; at++) {
        if (*at == '"' && at[1] == '"')
            at++;
        else if (*at == '"') {
            *end = to;
            return at + 1;
        }
        csv->next_line += *at == '\n';
        *to++ = *at;
    }
    return NULL;
}

/* Reads one field. *last is set if the record ends with it. */
static int read_field(sb_csv *csv, bool *last, sb_error *error)
{
    char *start = csv->at, *at = start, *end = NULL;
    if (*at == '"') {
        at = unquote_field(csv, start, &end);
        if (!at)
            return sb_fail(error, "line %zu: a quote is not closed", csv->line);
    } else {
        while (*at && *at != ',' && *at != '\n' && *at != '\r')
            at++;
        end = at;
    }
    char stop = *at;
    if (stop && stop != ',' && stop != '\n' && stop != '\r')
        return sb_fail(error, "line %zu: text follows a closed quote", csv->next_line);
    at += stop == '\r' && at[1] == '\n' ? 2 : stop != '\0';
    *end = '\0';
    csv->next_line += stop == '\n' || stop == '\r';
    *last = stop != ',';
    csv->at = at;
    add_field(csv, start);
    return 0;
}

int sb_csv_next(sb_csv *csv, sb_error *error)
{
    if (csv->next_line == 0)
        csv->next_line = 1;
    csv->count = 0;
    csv->line = csv->next_line;
    if (!*csv->at)
        return 0;
    for (bool last = false; !last;)
        if (read_field(csv, &last, error) < 0)
            return SB_FAILED;
    return 1;
}

void sb_csv_free(sb_csv *csv)
{
    free(csv->fields);
    *csv = (sb_csv) { 0 };
}
