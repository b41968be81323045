/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sequence_rows.h"

#include "core/visible.h"
#include "store/samples.h"
#include "store/sqlite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As SQLite stores them: a table with any other text is not ours. No constraint creates an index,
 * because runs without these tables are complete, too. */
typedef struct table {
    const char *name, *sql;
} table;

static const table tables[] = {
    { "sequences",
      "CREATE TABLE sequences(id INTEGER PRIMARY KEY, threads INTEGER NOT NULL, name TEXT NOT "
      "NULL, estimator TEXT NOT NULL, published_ns REAL NOT NULL, time_ns REAL NOT NULL, "
      "time_low_ns REAL NOT NULL, time_high_ns REAL NOT NULL, alone_ns REAL NOT NULL, "
      "alone_low_ns REAL NOT NULL, alone_high_ns REAL NOT NULL, ratio REAL NOT NULL, ratio_low "
      "REAL NOT NULL, ratio_high REAL NOT NULL, passes BLOB NOT NULL, alone BLOB NOT NULL)" },
    { "sequence",
      "CREATE TABLE sequence(id INTEGER PRIMARY KEY, sequence_id INTEGER NOT NULL REFERENCES "
      "sequences(id), layer TEXT NOT NULL, operation TEXT NOT NULL, reorder INTEGER NOT NULL, "
      "kernel TEXT NOT NULL, params TEXT NOT NULL, input_layout TEXT NOT NULL, output_layout "
      "TEXT NOT NULL, time_ns REAL NOT NULL, time_low_ns REAL NOT NULL, time_high_ns REAL NOT "
      "NULL, alone_ns REAL NOT NULL, alone_low_ns REAL NOT NULL, alone_high_ns REAL NOT NULL)" },
};
static const table fault_table = {
    "sequence_faults",
    "CREATE TABLE sequence_faults(id INTEGER PRIMARY KEY, name TEXT NOT NULL, threads INTEGER NOT "
    "NULL, verdict TEXT NOT NULL, layer TEXT NOT NULL, operation TEXT NOT NULL, kernel TEXT NOT "
    "NULL, params TEXT NOT NULL, detail TEXT NOT NULL)",
};
enum { TABLES = sizeof tables / sizeof *tables };

#define FAULT_COLUMNS "name, threads, verdict, layer, operation, kernel, params, detail"
#define SEQUENCE_COLUMNS                                                                     \
    "name, threads, estimator, published_ns, time_ns, time_low_ns, time_high_ns, alone_ns, " \
    "alone_low_ns, alone_high_ns, ratio, ratio_low, ratio_high"
#define LEG_COLUMNS                                                                     \
    "layer, operation, reorder, kernel, params, input_layout, output_layout, time_ns, " \
    "time_low_ns, time_high_ns, alone_ns, alone_low_ns, alone_high_ns"

/* 1: they are there, 0: they are not; negative: there is something else. */
static int find_tables(const sb_rundb *db, const table *list, int count, sb_error *error)
{
    int found = 0;
    sqlite3_stmt *query =
        sb_sqlite_prepare(db, "SELECT sql FROM sqlite_schema WHERE name = ?", error);
    for (int i = 0; query && i < count; i++) {
        sqlite3_bind_text(query, 1, list[i].name, -1, SQLITE_STATIC);
        if (sqlite3_step(query) == SQLITE_ROW) {
            const char *sql = (const char *)sqlite3_column_text(query, 0);
            found += sql && strcmp(sql, list[i].sql) == 0 ? 1 : -count;
        }
        sqlite3_reset(query);
    }
    const int code = query ? sqlite3_finalize(query) : SQLITE_ERROR;
    if (code != SQLITE_OK)
        return query ? sb_sqlite_fail(db, error) : SB_FAILED;
    if (found == 0 || found == count)
        return found == count;
    return sb_fail(error, "%s is damaged: its tables of sequences are not sepbench's", db->path);
}

/* --------------------------------------------------------------------------------------- put */

static int bind_interval(sqlite3_stmt *to, int at, sb_interval interval)
{
    sqlite3_bind_double(to, at, interval.value);
    sqlite3_bind_double(to, at + 1, interval.low);
    sqlite3_bind_double(to, at + 2, interval.high);
    return at + 3;
}

static int bind_text(sqlite3_stmt *to, int at, const char *text)
{
    sqlite3_bind_text(to, at, text, -1, SQLITE_STATIC);
    return at + 1;
}

static int finish(const sb_rundb *db, sqlite3_stmt *statement, sb_error *error)
{
    int rc = sqlite3_step(statement) == SQLITE_DONE ? SB_OK : sb_sqlite_fail(db, error);
    sqlite3_finalize(statement);
    return rc;
}

static int put_sequence(const sb_rundb *db, const sb_sequence *s, sb_error *error)
{
    sqlite3_stmt *add =
        sb_sqlite_prepare(db,
                          "INSERT INTO sequences(" SEQUENCE_COLUMNS ", passes, alone) "
                          "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          error);
    sb_text passes = { 0 }, alone = { 0 };
    if (!add)
        return SB_FAILED;
    sb_samples_encode(&s->passes, &passes);
    sb_samples_encode(&s->alone, &alone);
    int at = bind_text(add, 1, s->name);
    sqlite3_bind_int64(add, at++, s->threads);
    at = bind_text(add, at, sb_estimator_name(s->estimator));
    sqlite3_bind_double(add, at++, s->published_ns);
    at = bind_interval(add, at, s->in_sequence);
    at = bind_interval(add, at, s->apart);
    at = bind_interval(add, at, s->ratio);
    sqlite3_bind_blob64(add, at++, passes.data, passes.length, SQLITE_STATIC);
    sqlite3_bind_blob64(add, at, alone.data, alone.length, SQLITE_STATIC);
    int rc = finish(db, add, error);
    sb_text_free(&passes);
    sb_text_free(&alone);
    return rc;
}

static int put_leg(const sb_rundb *db, int64_t sequence, const sb_sequence_leg *leg,
                   sb_error *error)
{
    sqlite3_stmt *add = sb_sqlite_prepare(db,
                                          "INSERT INTO sequence(" LEG_COLUMNS ", sequence_id) "
                                          "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                          error);
    if (!add)
        return SB_FAILED;
    int at = bind_text(add, 1, leg->layer);
    at = bind_text(add, at, sb_operation_name(leg->operation));
    sqlite3_bind_int(add, at++, leg->reorder);
    at = bind_text(add, at, leg->kernel);
    at = bind_text(add, at, leg->params);
    at = bind_text(add, at, sb_layout_name(leg->from));
    at = bind_text(add, at, sb_layout_name(leg->to));
    at = bind_interval(add, at, leg->in_sequence);
    at = bind_interval(add, at, leg->apart);
    sqlite3_bind_int64(add, at, sequence);
    return finish(db, add, error);
}

static int put_fault(const sb_rundb *db, const sb_sequence_fault *fault, sb_error *error)
{
    sqlite3_stmt *add = sb_sqlite_prepare(
        db, "INSERT INTO sequence_faults(" FAULT_COLUMNS ") VALUES(?, ?, ?, ?, ?, ?, ?, ?)", error);
    if (!add)
        return SB_FAILED;
    int at = bind_text(add, 1, fault->name);
    sqlite3_bind_int64(add, at++, fault->threads);
    at = bind_text(add, at, sb_verdict_name(fault->verdict));
    at = bind_text(add, at, fault->layer);
    at = bind_text(add, at, sb_operation_name(fault->operation));
    at = bind_text(add, at, fault->kernel);
    at = bind_text(add, at, fault->params);
    bind_text(add, at, fault->detail);
    return finish(db, add, error);
}

/* 1 or 0: are they there now? */
static int make_tables(const sb_rundb *db, const table *list, int count, sb_error *error)
{
    int rc = find_tables(db, list, count, error);
    for (int i = 0; rc == 0 && i < count; i++)
        if (sb_sqlite_run(db, list[i].sql, error) < 0)
            return SB_FAILED;
    return rc;
}

static int put_all(const sb_rundb *db, const sb_sequence_list *list, sb_error *error)
{
    int rc = list->count ? make_tables(db, tables, TABLES, error) : SB_OK;
    if (rc >= 0 && list->fault_count)
        rc = make_tables(db, &fault_table, 1, error);
    for (size_t i = 0; i < list->count && rc >= 0; i++) {
        rc = put_sequence(db, &list->items[i], error);
        const int64_t id = sqlite3_last_insert_rowid(db->sqlite);
        for (size_t leg = 0; leg < list->items[i].leg_count && rc >= 0; leg++)
            rc = put_leg(db, id, &list->items[i].legs[leg], error);
    }
    for (size_t i = 0; i < list->fault_count && rc >= 0; i++)
        rc = put_fault(db, &list->faults[i], error);
    return rc < 0 ? rc : SB_OK;
}

int sb_rundb_put_sequences(sb_rundb *db, const sb_sequence_list *list, sb_error *error)
{
    if (sb_sqlite_run(db, "BEGIN IMMEDIATE", error) < 0)
        return SB_FAILED;
    int rc = put_all(db, list, error);
    if (rc == SB_OK)
        rc = sb_sqlite_run(db, "COMMIT", error);
    if (rc < 0)
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

static int has_rows(sb_rundb *db, const table *list, int count, const char *sql, int64_t threads,
                    sb_error *error)
{
    const int there = find_tables(db, list, count, error);
    sqlite3_stmt *query = there == 1 ? sb_sqlite_prepare(db, sql, error) : NULL;
    if (!query)
        return there == 1 ? SB_FAILED : there;
    sqlite3_bind_int64(query, 1, threads);
    const int code = sqlite3_step(query);
    const int rc = code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : sb_sqlite_fail(db, error);
    sqlite3_finalize(query);
    return rc;
}

int sb_rundb_has_sequences(sb_rundb *db, int64_t threads, sb_error *error)
{
    const int has =
        has_rows(db, tables, TABLES, "SELECT 1 FROM sequences WHERE threads = ?", threads, error);
    return has ? has
               : has_rows(db, &fault_table, 1, "SELECT 1 FROM sequence_faults WHERE threads = ?",
                          threads, error);
}

/* --------------------------------------------------------------------------------------- read */

/* Accepts only what sepbench writes: the file may come from a stranger. */
static bool read_text(sqlite3_stmt *row, int at, char **text)
{
    const char *is = (const char *)sqlite3_column_text(row, at);
    if (sqlite3_column_type(row, at) != SQLITE_TEXT || !is || !sb_is_visible(is) ||
        strlen(is) != (size_t)sqlite3_column_bytes(row, at))
        return false;
    *text = sb_copy_text(is);
    return true;
}

static bool read_interval(sqlite3_stmt *row, int at, sb_interval *to)
{
    *to = (sb_interval) {
        sqlite3_column_double(row, at),
        sqlite3_column_double(row, at + 1),
        sqlite3_column_double(row, at + 2),
    };
    return to->value >= 0 && isfinite(to->value) && to->low >= 0 && to->low <= to->high;
}

static bool read_layout(sqlite3_stmt *row, int at, sb_layout *layout)
{
    const char *name = (const char *)sqlite3_column_text(row, at);
    for (int l = 0; name && l < SB_LAYOUTS; l++)
        if (strcmp(sb_layout_name((sb_layout)l), name) == 0) {
            *layout = (sb_layout)l;
            return true;
        }
    return false;
}

static bool read_estimator(sqlite3_stmt *row, int at, sb_estimator *estimator)
{
    const char *name = (const char *)sqlite3_column_text(row, at);
    for (int e = SB_ESTIMATE_P10; name && e <= SB_ESTIMATE_MIN; e++)
        if (strcmp(sb_estimator_name((sb_estimator)e), name) == 0) {
            *estimator = (sb_estimator)e;
            return true;
        }
    return false;
}

static bool read_leg(sqlite3_stmt *row, sb_sequence_leg *leg)
{
    const char *operation = (const char *)sqlite3_column_text(row, 1);
    leg->reorder = sqlite3_column_int(row, 2) != 0;
    return read_text(row, 0, &leg->layer) && operation &&
           sb_operation_named(operation, &leg->operation) && read_text(row, 3, &leg->kernel) &&
           read_text(row, 4, &leg->params) && read_layout(row, 5, &leg->from) &&
           read_layout(row, 6, &leg->to) && read_interval(row, 7, &leg->in_sequence) &&
           read_interval(row, 10, &leg->apart);
}

static bool read_samples(sqlite3_stmt *row, int at, sb_series *to)
{
    return sb_samples_decode(sqlite3_column_blob(row, at), (size_t)sqlite3_column_bytes(row, at),
                             to);
}

static bool read_head(sqlite3_stmt *row, sb_sequence *s)
{
    s->threads = sqlite3_column_int64(row, 1);
    s->published_ns = sqlite3_column_double(row, 3);
    return read_text(row, 0, &s->name) && s->threads >= 1 &&
           read_estimator(row, 2, &s->estimator) && s->published_ns > 0 &&
           isfinite(s->published_ns) && read_interval(row, 4, &s->in_sequence) &&
           read_interval(row, 7, &s->apart) && read_interval(row, 10, &s->ratio) &&
           read_samples(row, 14, &s->passes) && read_samples(row, 15, &s->alone);
}

static int fail_damaged(const sb_rundb *db, sb_error *error)
{
    return sb_fail(error, "%s is damaged: its rows of layers in sequence cannot be read", db->path);
}

static int read_legs(const sb_rundb *db, int64_t id, sb_sequence *s, sb_error *error)
{
    sqlite3_stmt *query = sb_sqlite_prepare(
        db, "SELECT " LEG_COLUMNS " FROM sequence WHERE sequence_id = ? ORDER BY id", error);
    int rc = SB_OK, code = SQLITE_DONE;
    if (!query)
        return SB_FAILED;
    sqlite3_bind_int64(query, 1, id);
    while (rc == SB_OK && (code = sqlite3_step(query)) == SQLITE_ROW) {
        s->legs = sb_grow(s->legs, s->leg_count + 1, sizeof *s->legs);
        sb_sequence_leg *leg = &s->legs[s->leg_count++];
        *leg = (sb_sequence_leg) { 0 };
        rc = read_leg(query, leg) ? SB_OK : fail_damaged(db, error);
    }
    if (rc == SB_OK && code != SQLITE_DONE)
        rc = sb_sqlite_fail(db, error);
    sqlite3_finalize(query);
    return rc;
}

static int read_all(const sb_rundb *db, sb_sequence_list *list, sb_error *error)
{
    sqlite3_stmt *query = sb_sqlite_prepare(
        db, "SELECT " SEQUENCE_COLUMNS ", id, passes, alone FROM sequences ORDER BY id", error);
    int rc = query ? SB_OK : SB_FAILED, code = SQLITE_DONE;
    while (rc == SB_OK && (code = sqlite3_step(query)) == SQLITE_ROW) {
        list->items = sb_grow(list->items, list->count + 1, sizeof *list->items);
        sb_sequence *s = &list->items[list->count++];
        *s = (sb_sequence) { 0 };
        rc = read_head(query, s) ? read_legs(db, sqlite3_column_int64(query, 13), s, error)
                                 : fail_damaged(db, error);
    }
    if (rc == SB_OK && code != SQLITE_DONE)
        rc = sb_sqlite_fail(db, error);
    sqlite3_finalize(query);
    return rc;
}

static bool read_verdict(sqlite3_stmt *row, int at, sb_verdict *verdict)
{
    const char *name = (const char *)sqlite3_column_text(row, at);
    for (int v = SB_VERDICT_OK; name && v <= SB_VERDICT_SKIPPED; v++)
        if (strcmp(sb_verdict_name((sb_verdict)v), name) == 0) {
            *verdict = (sb_verdict)v;
            return true;
        }
    return false;
}

static bool read_fault(sqlite3_stmt *row, sb_sequence_fault *fault)
{
    const char *operation = (const char *)sqlite3_column_text(row, 4);
    fault->threads = sqlite3_column_int64(row, 1);
    return read_text(row, 0, &fault->name) && fault->threads >= 1 &&
           read_verdict(row, 2, &fault->verdict) && read_text(row, 3, &fault->layer) && operation &&
           sb_operation_named(operation, &fault->operation) && read_text(row, 5, &fault->kernel) &&
           read_text(row, 6, &fault->params) && read_text(row, 7, &fault->detail);
}

static int read_faults(const sb_rundb *db, sb_sequence_list *list, sb_error *error)
{
    sqlite3_stmt *query =
        sb_sqlite_prepare(db, "SELECT " FAULT_COLUMNS " FROM sequence_faults ORDER BY id", error);
    int rc = query ? SB_OK : SB_FAILED, code = SQLITE_DONE;
    while (rc == SB_OK && (code = sqlite3_step(query)) == SQLITE_ROW) {
        list->faults = sb_grow(list->faults, list->fault_count + 1, sizeof *list->faults);
        sb_sequence_fault *fault = &list->faults[list->fault_count++];
        *fault = (sb_sequence_fault) { 0 };
        rc = read_fault(query, fault) ? SB_OK : fail_damaged(db, error);
    }
    if (rc == SB_OK && code != SQLITE_DONE)
        rc = sb_sqlite_fail(db, error);
    sqlite3_finalize(query);
    return rc;
}

int sb_rundb_sequences(sb_rundb *db, sb_sequence_list *list, sb_error *error)
{
    *list = (sb_sequence_list) { 0 };
    int there = find_tables(db, tables, TABLES, error);
    int rc = there == 1 ? read_all(db, list, error) : there;
    there = rc == SB_OK ? find_tables(db, &fault_table, 1, error) : rc;
    rc = there == 1 ? read_faults(db, list, error) : there;
    if (rc < 0)
        sb_sequence_list_free(list);
    return rc;
}
