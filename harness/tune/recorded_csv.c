/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain CSV: a line of names, then one line for each parameter set. The first column whose name is
 * that of a time or a duration holds the times; the columns before it are the parameters, or, if
 * these are only a kernel's name, the columns after it (as KTT writes). Tabs and semicolons
 * separate instead of commas if the first line has more of them.
 */
#include "core/text.h"
#include "tune/recorded_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1 << 16, FIELDS = 1024, NOT_FOUND = -1 };

typedef struct table {
    sb_source *source;
    sb_error *error;
    char separator;
    char *line; /* LINE bytes; fields are unquoted in place */
    char *fields[FIELDS];
    int count;
    size_t number; /* of the line */
} table;

static int fail_row(const table *t, const char *why)
{
    return sb_fail(t->error, "%s:%zu: %s", t->source->path, t->number, why);
}

/* Returns 1 if there is another line, 0 at the end. */
static int read_line(table *t)
{
    size_t length = 0;
    int c = 0;
    t->number = t->source->line;
    while (length < LINE - 1 && (c = sb_source_peek(t->source)) >= 0 && c != '\n') {
        sb_source_pass(t->source);
        t->line[length++] = (char)c;
    }
    if (t->source->failed)
        return SB_FAILED;
    if (length == LINE - 1 || memchr(t->line, '\0', length))
        return fail_row(t, "neither JSON nor CSV");
    if (c == '\n')
        sb_source_pass(t->source);
    if (length && t->line[length - 1] == '\r')
        length--;
    t->line[length] = '\0';
    return length || c == '\n';
}

/* Unquotes the field at `from`; returns its end. */
static char *unquote_field(char *from)
{
    char *to = from, *at = from + 1;
    for (; *at && (*at != '"' || at[1] == '"'); at++) {
        at += *at == '"';
        *to++ = *at;
    }
    at += *at == '"';
    memmove(to, at, strlen(at) + 1);
    return to;
}

static int split_row(table *t)
{
    char *at = t->line;
    for (t->count = 0; t->count < FIELDS; at++) {
        t->fields[t->count++] = at;
        if (*at == '"')
            at = unquote_field(at);
        at += strcspn(at, (char[]) { t->separator, '\0' });
        if (!*at)
            return 0;
        *at = '\0';
    }
    return fail_row(t, "more columns than a space has");
}

static void choose_separator(table *t)
{
    size_t most = 0;
    for (const char *one = ",;\t"; *one; one++) {
        size_t count = 0;
        for (const char *at = t->line; *at; at++)
            count += *at == *one;
        if (count > most) {
            most = count;
            t->separator = *one;
        }
    }
}

static bool is_time(const char *name)
{
    static const char *const patterns[] = { "[Tt]ime", "[Tt]ime[_ (]*", "*[Dd]uration*",
                                            "[Rr]un*[Tt]ime*" };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (sb_glob_match(patterns[i], name))
            return true;
    return false;
}

/* Names of columns that are not parameters. */
static bool is_parameter(const char *name)
{
    static const char *const patterns[] = { "", "[Kk]ernel*[Nn]ame*", "[Gg]lobal [Ss]ize*",
                                            "[Ll]ocal [Ss]ize*", "[Ss]tatus" };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (sb_glob_match(patterns[i], name))
            return false;
    return true;
}

static int find_time(const table *t)
{
    for (int i = 0; i < t->count; i++)
        if (is_time(t->fields[i]))
            return i;
    return NOT_FOUND;
}

/* Stores the names of the columns that are parameters; the others are NULL in `names`. */
static int name_columns(table *t, int time, char **names, sb_rows *rows)
{
    int first = 0, last = time;
    bool before = false;
    for (int i = 0; i < time; i++)
        before = before || is_parameter(t->fields[i]);
    if (!before) {
        first = time + 1;
        last = t->count;
    }
    for (int i = first; i < last; i++) {
        if (!is_parameter(t->fields[i]))
            continue;
        if (rows->column_count == SB_SPACE_AXES)
            return fail_row(t, "more parameters than a space has");
        names[i] = sb_copy_text(t->fields[i]);
        sb_rows_name(rows, names[i]);
    }
    rows->closed = true;
    return rows->column_count ? 0
                              : fail_row(t, "no column before or after the time is a parameter");
}

static int read_row(table *t, int time, char *const *names, sb_rows *rows)
{
    double ns = NAN;
    if (split_row(t) < 0)
        return SB_FAILED;
    for (int i = 0; i < t->count; i++)
        if (names[i] && *t->fields[i])
            sb_rows_set(rows, names[i], t->fields[i]);
    if (time < t->count && !sb_parse_number(t->fields[time], &ns))
        ns = NAN;
    return sb_rows_end(rows, ns, NAN, t->error);
}

static int read_table(table *t, char **names, sb_rows *rows)
{
    int rc = read_line(t);
    if (rc <= 0)
        return rc < 0 ? rc : fail_row(t, "is empty");
    choose_separator(t);
    if (split_row(t) < 0)
        return SB_FAILED;
    int time = find_time(t);
    if (time == NOT_FOUND)
        return fail_row(t, "neither JSON, nor CSV with a column `time`");
    if (name_columns(t, time, names, rows) < 0)
        return SB_FAILED;
    while ((rc = read_line(t)) > 0)
        if (*t->line && read_row(t, time, names, rows) < 0)
            return SB_FAILED;
    return rc;
}

int sb_recorded_read_csv(sb_source *source, sb_rows *rows, sb_error *error)
{
    table t = { .source = source, .error = error, .separator = ',', .line = sb_new(LINE, 1) };
    char **names = sb_new(FIELDS, sizeof *names);
    int rc = read_table(&t, names, rows);
    if (rc == 0 && rows->count == 0)
        rc = sb_fail(error, "%s: holds no parameter sets", source->path);
    for (int i = 0; i < FIELDS; i++)
        free(names[i]);
    free(names);
    free(t.line);
    return rc;
}
