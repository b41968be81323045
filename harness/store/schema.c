/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, keys and types of run.db. store/columns.c lists their columns. */
#include "store/schema.h"

#include "core/visible.h"
#include "store/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Limits for reading: a text of 32 parameters is the longest, and sums of numbers stay exact. */
enum { LONGEST_TEXT = 16384 };
#define MOST (INT64_C(1) << 53)

static const struct {
    const char *name;
    const char *keys;        /* columns before the members' */
    sb_part part;            /* whose columns the table has */
    const char *constraints; /* after them */
} tables[SB_TABLES] = {
    [SB_TABLE_LAYERS] = { "layers", "id INTEGER PRIMARY KEY", SB_PART_LAYER, ", UNIQUE(layer)" },
    [SB_TABLE_GROUPS] = { "\"groups\"",
                          "id INTEGER PRIMARY KEY, layer_id INTEGER NOT NULL REFERENCES layers(id)",
                          SB_PART_GROUP, ", UNIQUE(layer_id, threads)" },
    [SB_TABLE_KERNELS] = { "kernels", "id INTEGER PRIMARY KEY", SB_PART_KERNEL,
                           ", UNIQUE(operation, plugin, kernel, technique, label, peer)" },
    /* store/samples.h defines the format of `series`. */
    [SB_TABLE_RESULTS] = { "results",
                           "group_id INTEGER NOT NULL REFERENCES \"groups\"(id), "
                           "number INTEGER NOT NULL, "
                           "kernel_id INTEGER NOT NULL REFERENCES kernels(id), "
                           "series BLOB",
                           SB_PART_RESULT, ", PRIMARY KEY(group_id, number)" },
    [SB_TABLE_SPEEDUPS] = { "speedups",
                            "group_id INTEGER NOT NULL REFERENCES \"groups\"(id), "
                            "number INTEGER NOT NULL",
                            SB_PART_SPEEDUP, ", PRIMARY KEY(group_id, number)" },
};

/* The next column of the table from this one on, or NULL. */
static const sb_column *column_from(const sb_column *at, sb_schema_table table)
{
    while (at->name && !(at->part == tables[table].part && at->where & SB_IN_DB))
        at++;
    return at->name ? at : NULL;
}

#define EACH_COLUMN(c, table)                              \
    const sb_column *c = column_from(sb_columns(), table); \
    c != NULL;                                             \
    c = column_from(c + 1, table)

void sb_schema_create(sb_text *sql)
{
    static const char *const types[] = {
        [SB_COLUMN_TEXT] = "TEXT NOT NULL",
        [SB_COLUMN_TIME] = "REAL",
        [SB_COLUMN_RATIO] = "REAL",
        [SB_COLUMN_ERROR] = "REAL",
        [SB_COLUMN_WHOLE] = "INTEGER NOT NULL",
        [SB_COLUMN_MAYBE] = "INTEGER NOT NULL",
        [SB_COLUMN_MOMENT] = "INTEGER NOT NULL",
        [SB_COLUMN_COUNT] = "INTEGER NOT NULL",
        [SB_COLUMN_SIZE] = "INTEGER NOT NULL",
        [SB_COLUMN_FLAG] = "INTEGER NOT NULL",
        [SB_COLUMN_NAMED] = "TEXT NOT NULL",
    };
    for (int t = 0; t < SB_TABLES; t++) {
        sb_text_add(sql, "CREATE TABLE %s(%s", tables[t].name, tables[t].keys);
        for (EACH_COLUMN(c, (sb_schema_table)t))
            sb_text_add(sql, ", \"%s\" %s", c->name, types[c->kind]);
        sb_text_add(sql, "%s);\n", tables[t].constraints);
    }
    sb_text_add(sql, "CREATE TABLE run(key TEXT PRIMARY KEY, value TEXT NOT NULL);\n");
}

int sb_schema_names(sb_schema_table table, const char *prefix, sb_text *sql)
{
    int count = 0;
    for (EACH_COLUMN(c, table))
        sb_text_add(sql, "%s%s\"%s\"", count++ ? ", " : "", prefix, c->name);
    return count;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

/* A failed bind (no memory) leaves NULL, which NOT NULL or the reader's check refuses. */
static void bind_member(sqlite3_stmt *statement, int at, const sb_column *c, const void *member)
{
    int value;
    switch (c->kind) {
    case SB_COLUMN_TEXT:
        bind_text(statement, at, *(char *const *)member);
        break;
    case SB_COLUMN_TIME:
    case SB_COLUMN_RATIO:
    case SB_COLUMN_ERROR:
        sqlite3_bind_double(statement, at, *(const double *)member); /* NAN is bound as NULL */
        break;
    case SB_COLUMN_WHOLE:
    case SB_COLUMN_MAYBE:
    case SB_COLUMN_MOMENT:
        sqlite3_bind_int64(statement, at, *(const int64_t *)member);
        break;
    case SB_COLUMN_COUNT:
        sqlite3_bind_int64(statement, at, *(const uint32_t *)member);
        break;
    case SB_COLUMN_SIZE:
        sqlite3_bind_int64(statement, at, (int64_t) * (const size_t *)member);
        break;
    case SB_COLUMN_FLAG:
        sqlite3_bind_int(statement, at, *(const bool *)member);
        break;
    case SB_COLUMN_NAMED:
        memcpy(&value, member, sizeof value);
        bind_text(statement, at, c->names->name(value));
        break;
    }
}

int sb_schema_bind(sqlite3_stmt *statement, int first, sb_schema_table table, const void *row)
{
    for (EACH_COLUMN(c, table))
        bind_member(statement, first++, c, (const char *)row + c->offset);
    return first;
}

static bool read_named(sqlite3_stmt *statement, int at, const sb_names *known, void *member)
{
    const char *name = (const char *)sqlite3_column_text(statement, at);
    for (int value = 0; name && value < known->count; value++)
        if (strcmp(name, known->name(value)) == 0) {
            memcpy(member, &value, sizeof value);
            return true;
        }
    return false;
}

static bool read_text(sqlite3_stmt *statement, int at, void *member)
{
    if (sqlite3_column_type(statement, at) != SQLITE_TEXT)
        return false;
    const char *text = (const char *)sqlite3_column_text(statement, at);
    const size_t length = (size_t)sqlite3_column_bytes(statement, at);
    if (!text || length > LONGEST_TEXT || strlen(text) != length || !sb_is_visible(text))
        return false;
    *(char **)member = sb_copy_text(text);
    return true;
}

/* NULL is a number that was not measured; the end of an interval may be infinite. */
static bool read_real(sqlite3_stmt *statement, int at, sb_column_kind kind, double *member)
{
    const int type = sqlite3_column_type(statement, at);
    *member = type == SQLITE_NULL ? NAN : sqlite3_column_double(statement, at);
    if (type == SQLITE_NULL || *member == INFINITY)
        return true;
    return (type == SQLITE_FLOAT || type == SQLITE_INTEGER) && isfinite(*member) &&
           fabs(*member) <= MOST && (kind != SB_COLUMN_TIME || *member >= 0);
}

static bool read_whole(sqlite3_stmt *statement, int at, int64_t least, int64_t most, int64_t *value)
{
    *value = sqlite3_column_int64(statement, at);
    return sqlite3_column_type(statement, at) == SQLITE_INTEGER && *value >= least &&
           *value <= most;
}

/* Accepts only what sepbench writes: the file may come from a stranger. */
static bool read_member(sqlite3_stmt *statement, int at, const sb_column *c, void *member)
{
    int64_t whole;
    switch (c->kind) {
    case SB_COLUMN_TEXT:
        return read_text(statement, at, member);
    case SB_COLUMN_TIME:
    case SB_COLUMN_RATIO:
    case SB_COLUMN_ERROR:
        return read_real(statement, at, c->kind, member);
    case SB_COLUMN_WHOLE:
        return read_whole(statement, at, 0, MOST, member);
    case SB_COLUMN_MAYBE:
        return read_whole(statement, at, -1, MOST, member);
    case SB_COLUMN_MOMENT:
        return read_whole(statement, at, 0, INT64_MAX, member);
    case SB_COLUMN_COUNT:
        if (!read_whole(statement, at, 0, UINT32_MAX, &whole))
            return false;
        *(uint32_t *)member = (uint32_t)whole;
        return true;
    case SB_COLUMN_SIZE:
        if (!read_whole(statement, at, 0, UINT32_MAX, &whole))
            return false;
        *(size_t *)member = (size_t)whole;
        return true;
    case SB_COLUMN_FLAG:
        if (!read_whole(statement, at, 0, 1, &whole))
            return false;
        *(bool *)member = whole != 0;
        return true;
    case SB_COLUMN_NAMED:
        return read_named(statement, at, c->names, member);
    }
    return false;
}

int sb_schema_read(sqlite3_stmt *statement, int first, sb_schema_table table, void *row)
{
    for (EACH_COLUMN(c, table))
        if (!read_member(statement, first++, c, (char *)row + c->offset))
            return -1;
    return first;
}
