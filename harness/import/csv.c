/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of layers as CSV: a row for each layer, columns by name or by position. */
#include "core/csv.h"

#include "core/file.h"
#include "core/words.h"
#include "import/csv_row.h"
#include "import/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 256, MOST_BYTES = 1 << 26 };

/* ------------------------------------------------------------------------------------ column_list
 */

static const struct {
    const char *name, *columns;
} presets[] = {
    /* Its columns of padding are named by height and width, but contain a list that begins with the
     * last dimension. */
    { "convbench", "ID=-,Ni=n,Ci=c,Hi=h,Wi=w,No=-,Do=k,Ho=p,Wo=q,Hk=r,Wk=s,Hpt=pad_left,"
                   "Hpb=pad_right,Wpl=pad_top,Wpr=pad_bottom,Hs=stride_h,Ws=stride_w,"
                   "Hd=dilation_h,Wd=dilation_w,G=groups,B=bias" },
    { "deepbench", "w,h,c,n,k,s,r,pad_w,pad_h,stride_w,stride_h" },
};

enum { PRESETS = sizeof presets / sizeof *presets };

/* The meaning of each column of the file. */
typedef struct column_list {
    int meaning[MOST_COLUMNS]; /* an index, or SB_CSV_NO_MEANING */
    size_t count;
    bool has_header;
} column_list;

static int fail_meaning(const char *name, sb_error *error)
{
    const char *near = sb_csv_meaning_near(name);
    return sb_fail(error, "--columns: unknown meaning '%.40s'%s%s%s; '-' ignores a column", name,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The part of a list "HEADER=MEANING,..." for this header; false if there is none. */
static bool find_mapped(const char *list, const char *header, char *name, size_t size)
{
    const size_t length = strlen(header);
    for (const char *item = list; item; item = strchr(item, ',') ? strchr(item, ',') + 1 : NULL) {
        if (strncmp(item, header, length) != 0 || item[length] != '=')
            continue;
        snprintf(name, size, "%.*s", (int)strcspn(item + length + 1, ","), item + length + 1);
        return true;
    }
    return false;
}

static int add_column(column_list *to, const char *name, bool must, sb_error *error)
{
    int meaning = strcmp(name, "-") == 0 ? SB_CSV_NO_MEANING : sb_csv_meaning_find(name);
    if (meaning == SB_CSV_NO_MEANING && must && strcmp(name, "-") != 0)
        return fail_meaning(name, error);
    to->meaning[to->count++] = meaning;
    return SB_OK;
}

static int columns_by_place(const char *list, column_list *to, sb_error *error)
{
    for (const char *item = list; item; item = strchr(item, ',') ? strchr(item, ',') + 1 : NULL) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(item, ","), item);
        if (to->count == MOST_COLUMNS)
            return sb_fail(error, "--columns: more than %d", MOST_COLUMNS);
        if (add_column(to, name, true, error) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

static int columns_by_header(const char *list, const sb_csv *csv, column_list *to,
                             sb_imported *imported, sb_error *error)
{
    to->has_header = true;
    for (size_t i = 0; i < csv->count && i < MOST_COLUMNS; i++) {
        char name[64];
        bool mapped = list && find_mapped(list, csv->fields[i], name, sizeof name);
        if (!mapped)
            snprintf(name, sizeof name, "%s", csv->fields[i]);
        if (add_column(to, name, mapped, error) < 0)
            return SB_FAILED;
        if (to->meaning[i] == SB_CSV_NO_MEANING && !mapped)
            sb_imported_note(imported, SB_IMPORT_LEFT_OUT, csv->fields[i], 0,
                             "columns without a meaning here");
    }
    return SB_OK;
}

/* With columns by position, a first line without valid numbers is a header. */
static bool looks_like_header(const column_list *columns, const sb_csv *csv)
{
    int64_t numbers[SB_CSV_NUMBERS];
    for (size_t i = 0; i < columns->count && i < csv->count; i++)
        if (columns->meaning[i] != SB_CSV_NO_MEANING &&
            sb_csv_meaning_is_number(columns->meaning[i]))
            return sb_csv_numbers(csv->fields[i], numbers) == 0;
    return false;
}

static bool any_column_says(const column_list *columns, sb_csv_slot slot)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->meaning[i] != SB_CSV_NO_MEANING &&
            sb_csv_meaning_says(columns->meaning[i], slot))
            return true;
    return false;
}

static int check_columns(const char *path, const column_list *columns, sb_error *error)
{
    static const struct {
        sb_csv_slot slot;
        const char *what;
    } needed[] = { { SB_CSV_C, "input channels ('c')" },
                   { SB_CSV_H, "the input's size ('h' and 'w', or 'size')" },
                   { SB_CSV_K, "output channels ('k')" },
                   { SB_CSV_R, "the kernel ('r' and 's', or 'kernel')" } };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!any_column_says(columns, needed[i].slot))
            return sb_fail(error,
                           "%s: no column says %s; say what the columns are: --columns "
                           "LIST or HEADER=MEANING,...",
                           path, needed[i].what);
    return SB_OK;
}

static int read_columns(const char *path, const char *list, const sb_csv *csv, column_list *to,
                        sb_imported *imported, sb_error *error)
{
    int rc = list && !strchr(list, '=') ? columns_by_place(list, to, error)
                                        : columns_by_header(list, csv, to, imported, error);
    if (rc < 0 || check_columns(path, to, error) < 0)
        return SB_FAILED;
    to->has_header = to->has_header || looks_like_header(to, csv);
    return SB_OK;
}

/* --------------------------------------------------------------------------------------- file */

static int read_row(const char *path, const column_list *columns, const sb_csv *csv,
                    sb_imported *imported, sb_error *error)
{
    sb_csv_row row = sb_csv_row_start(path, csv->line);
    for (size_t i = 0; i < columns->count && i < csv->count; i++) {
        if (columns->meaning[i] == SB_CSV_NO_MEANING || !*csv->fields[i])
            continue;
        char *cell = csv->fields[i] + strspn(csv->fields[i], " ");
        for (size_t end = strlen(cell); end > 0 && cell[end - 1] == ' ';)
            cell[--end] = '\0';
        if (*cell && sb_csv_row_take(&row, columns->meaning[i], cell, error) < 0)
            return SB_FAILED;
    }
    sb_csv_row_add(&row, imported);
    return SB_OK;
}

static bool is_blank(const sb_csv *csv)
{
    return csv->count == 1 && csv->fields[0][strspn(csv->fields[0], " \t")] == '\0';
}

static int read_rows(const char *path, const char *list, sb_csv *csv, sb_imported *imported,
                     sb_error *error)
{
    column_list columns = { .count = 0 };
    bool first = true;
    int more;
    while ((more = sb_csv_next(csv, error)) > 0) {
        if (is_blank(csv) || csv->fields[0][0] == '#')
            continue;
        if (first && read_columns(path, list, csv, &columns, imported, error) < 0)
            return SB_FAILED;
        const bool header = first && columns.has_header;
        first = false;
        if (!header && read_row(path, &columns, csv, imported, error) < 0)
            return SB_FAILED;
    }
    return more < 0 ? sb_fail_within(error, "%s", path) : SB_OK;
}

/* DeepBench stores its layers in a C++ header: "std::make_tuple(700, 161, ...),". Everything else,
 * and comments, are blanked out. */
static void unwrap_tuples(char *text)
{
    static const char tuple[] = "std::make_tuple(";
    if (!strstr(text, tuple))
        return;
    for (char *line = text; *line;) {
        char *end = line + strcspn(line, "\n");
        char *start = line + strspn(line, " \t");
        bool is_tuple = strncmp(start, tuple, sizeof tuple - 1) == 0;
        char *inner = is_tuple ? start + sizeof tuple - 1 : end;
        memset(line, ' ', (size_t)(inner - line));
        char *close = memchr(inner, ')', (size_t)(end - inner));
        if (close)
            memset(close, ' ', (size_t)(end - close));
        line = *end ? end + 1 : end;
    }
}

/* Separated by semicolons or tabs, if the first line has no comma. */
static void normalise_separators(char *text)
{
    char *end = text + strcspn(text, "\n");
    if (memchr(text, ',', (size_t)(end - text)))
        return;
    const char separator = memchr(text, ';', (size_t)(end - text)) ? ';' : '\t';
    bool quoted = false;
    for (char *c = text; *c; c++) {
        quoted = quoted != (*c == '"');
        if (*c == separator && !quoted)
            *c = ',';
    }
}

static int find_preset(const char *name, const char **list, sb_error *error)
{
    const char *names[PRESETS + 1] = { NULL };
    for (size_t i = 0; i < PRESETS; i++) {
        names[i] = presets[i].name;
        if (strcmp(name, presets[i].name) == 0) {
            *list = presets[i].columns;
            return SB_OK;
        }
    }
    return sb_fail_unknown(error, "preset", name, names, NULL);
}

int sb_import_csv(const char *path, const sb_import_options *options, sb_imported *imported,
                  sb_error *error)
{
    const char *list = options->columns;
    if (options->preset && find_preset(options->preset, &list, error) < 0)
        return SB_FAILED;
    size_t length;
    char *text = sb_file_read(path, MOST_BYTES, &length, error);
    if (!text)
        return SB_FAILED;
    int rc = SB_OK;
    if (strlen(text) != length)
        rc = sb_fail(error, "%s: not text: it contains a NUL byte", path);
    unwrap_tuples(text);
    normalise_separators(text);
    sb_imported_start(imported, path, "CSV");
    sb_csv csv = { .at = text };
    if (rc == SB_OK)
        rc = read_rows(path, list, &csv, imported, error);
    sb_csv_free(&csv);
    free(text);
    if (rc < 0)
        sb_imported_free(imported);
    return rc;
}
