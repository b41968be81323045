/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page_tables.h"

#include "core/csv.h"
#include "core/file.h"
#include "core/visible.h"
#include "report/html.h"

#include <stdlib.h>

/* Limit for a CSV file; a longer one is not shown. */
#define MOST (512u << 10)

static void add_fields(const sb_csv *csv, sb_text *to)
{
    sb_text_add(to, "[");
    for (size_t i = 0; i < csv->count; i++) {
        sb_text shown = { 0 };
        if (*csv->fields[i])
            sb_text_add_visible(&shown, csv->fields[i]);
        sb_text_add(to, "%s", i ? "," : "");
        sb_json_add_string(to, shown.data ? shown.data : "");
        sb_text_free(&shown);
    }
    sb_text_add(to, "]");
}

/* A list of records, the header first; each is a list of fields. */
static void add_records(char *text, sb_text *to)
{
    sb_error ignored;
    sb_csv csv = { .at = text };
    const char *comma = "";
    sb_text_add(to, "[");
    for (; sb_csv_next(&csv, &ignored) == 1; comma = ",\n") {
        sb_text_add(to, "%s", comma);
        add_fields(&csv, to);
    }
    sb_text_add(to, "]");
    sb_csv_free(&csv);
}

void sb_page_tables(const char *dir, sb_text *to)
{
    static const char *const names[] = { "steps", "scaling", "searches", "network" };
    const char *comma = "";
    sb_text_add(to, ",\n\"tables\":{");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sb_error ignored;
        sb_text file = { 0 };
        sb_text_add(&file, "%s.csv", names[i]);
        char *path = sb_path_join(dir, file.data);
        char *text = sb_file_read(path, MOST, NULL, &ignored);
        if (text) {
            sb_text_add(to, "%s\"%s\":", comma, names[i]);
            add_records(text, to);
            comma = ",";
        }
        free(text);
        free(path);
        sb_text_free(&file);
    }
    sb_text_add(to, "}");
}
