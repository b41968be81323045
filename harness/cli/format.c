/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format.h"

#include "core/words.h"

#include <jansson.h>

int sb_format_parse(const char *text, sb_format *format, sb_error *error)
{
    static const char *const names[] = { "text", "csv", "json", NULL };
    size_t index;
    if (sb_word_find("format", text, names, &index, error) < 0)
        return SB_FAILED;
    *format = (sb_format)index;
    return SB_OK;
}

static void print_json(const sb_table *table)
{
    json_t *rows = json_array();
    for (size_t r = 1; r <= sb_table_rows(table); r++) {
        json_t *row = json_object();
        for (size_t c = 0; c < table->columns; c++)
            json_object_set_new(row, table->cells[c],
                                json_string(table->cells[r * table->columns + c]));
        json_array_append_new(rows, row);
    }
    json_dumpf(rows, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(rows);
}

void sb_format_print_table(const sb_table *table, sb_format format)
{
    if (format == SB_FORMAT_TEXT)
        sb_table_print(table, stdout);
    else if (format == SB_FORMAT_CSV)
        sb_table_print_csv(table, stdout);
    else
        print_json(table);
}
