/* SPDX-License-Identifier: Apache-2.0 */
#include "store/merge_copy.h"

#include "core/file.h"
#include "store/row_conditions.h"
#include "store/schema.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sb_merge_prepare(sb_rundb *db, sb_error *error)
{
    return sb_sqlite_run(
        db,
        "CREATE TABLE IF NOT EXISTS shards(number INTEGER PRIMARY KEY, count INTEGER NOT NULL, "
        "machine TEXT NOT NULL, started TEXT NOT NULL, complete INTEGER NOT NULL, "
        "provenance TEXT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS origins(group_id INTEGER PRIMARY KEY, number INTEGER NOT NULL);"
        "CREATE TEMP TABLE IF NOT EXISTS fresh(id INTEGER PRIMARY KEY);"
        "CREATE TEMP TABLE IF NOT EXISTS kernel_map(theirs INTEGER PRIMARY KEY, ours INTEGER);",
        error);
}

static int attach_file(const sb_rundb *db, const char *path, sb_error *error)
{
    sqlite3_stmt *attach = sb_sqlite_prepare(db, "ATTACH ? AS shard", error);
    if (!attach)
        return SB_FAILED;
    sqlite3_bind_text(attach, 1, path, -1, SQLITE_STATIC);
    int rc = sqlite3_step(attach) == SQLITE_DONE
                 ? SB_OK
                 : sb_fail(error, "%s cannot be read: %s", path, sqlite3_errmsg(db->sqlite));
    sqlite3_finalize(attach);
    return rc;
}

/* A copy beside the merged database; free() it. */
static char *name_copy(const sb_rundb *db)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s-shard", db->path);
    return name.data;
}

/* Was the database opened as one on a file system without locks? */
static bool is_without_locks(const sb_rundb *db)
{
    char *name = NULL;
    sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_VFSNAME, &name);
    const bool without = name && strcmp(name, SB_DATABASE_WITHOUT_LOCKS) == 0;
    sqlite3_free(name);
    return without;
}

/* SQLite locks what it attaches as it locks the database that was opened: where the one has locks,
 * and the other has none, the shard is copied. */
static int attach_shard(const sb_rundb *db, const char *dir, sb_error *error)
{
    char *path = sb_path_join(dir, "run.db"), *copy = name_copy(db);
    int rc;
    if (sb_database_can_lock(path) || is_without_locks(db))
        rc = attach_file(db, path, error);
    else if ((rc = sb_file_copy(path, copy, copy, error)) == SB_OK)
        rc = attach_file(db, copy, error);
    free(copy);
    free(path);
    return rc;
}

static void detach_shard(const sb_rundb *db)
{
    char *copy = name_copy(db);
    sqlite3_exec(db->sqlite, "DETACH shard", NULL, NULL, NULL);
    unlink(copy);
    free(copy);
}

/* The first column of the first row, as a text; NULL where there is no row, or on error. */
static char *ask_text(const sb_rundb *db, const char *sql, int64_t number, int *rc, sb_error *error)
{
    sqlite3_stmt *query = sb_sqlite_prepare(db, sql, error);
    char *text = NULL;
    if (!query) {
        *rc = SB_FAILED;
        return NULL;
    }
    if (sqlite3_bind_parameter_count(query))
        sqlite3_bind_int64(query, 1, number);
    int code = sqlite3_step(query);
    if (code == SQLITE_ROW && sqlite3_column_text(query, 0))
        text = sb_copy_text((const char *)sqlite3_column_text(query, 0));
    else if (code != SQLITE_DONE && code != SQLITE_ROW)
        *rc = sb_sqlite_fail(db, error);
    sqlite3_finalize(query);
    return text;
}

static int check_whole(const sb_rundb *db, const char *dir, sb_error *error)
{
    int rc = SB_OK;
    char *said = ask_text(db, "PRAGMA shard.quick_check(1)", 0, &rc, &(sb_error) { "" });
    if (rc < 0 || !said || strcmp(said, "ok") != 0)
        rc = sb_fail(error, "%s/run.db is damaged%s%s", dir, said ? ": " : "", said ? said : "");
    free(said);
    return rc;
}

/* Groups in both databases whose samples, verdicts or times differ. */
#define DIFFERING                                                                    \
    "FROM shard.\"groups\" g JOIN main.\"groups\" m ON m.id = g.id WHERE EXISTS("    \
    "SELECT 1 FROM shard.results a LEFT JOIN main.results b ON b.group_id = g.id "   \
    "AND b.number = a.number WHERE a.group_id = g.id AND (b.series IS NOT a.series " \
    "OR b.status IS NOT a.status OR b.time_ns IS NOT a.time_ns))"

static int refuse_twice(const sb_rundb *db, const sb_shard_source *source, sb_error *error)
{
    int rc = SB_OK;
    char *group = ask_text(db,
                           "SELECT 'layer ' || (SELECT layer FROM shard.layers l WHERE l.id = "
                           "g.layer_id) || ' with ' || g.threads || ' threads' " DIFFERING
                           " ORDER BY g.id LIMIT 1",
                           0, &rc, error);
    if (group)
        rc = sb_fail(error,
                     "%s: %s was measured twice, with different results: remove one of them, or "
                     "keep the newer one with --prefer newest",
                     source->dir, group);
    free(group);
    return rc;
}

/* Of the groups that differ, deletes those that are older than the shard, to make room for its own;
 * if the shard is older, the existing ones stay. Ages are by the nodes' clocks. */
static int replace_older(const sb_rundb *db, const sb_shard_source *source, sb_error *error)
{
    static const char *const texts[] = {
        "DELETE FROM fresh",
        "INSERT INTO fresh SELECT g.id " DIFFERING
        " AND (SELECT s.started FROM main.origins o JOIN main.shards s ON s.number = o.number "
        "WHERE o.group_id = g.id) < ?",
        "DELETE FROM main.results WHERE group_id IN (SELECT id FROM fresh)",
        "DELETE FROM main.speedups WHERE group_id IN (SELECT id FROM fresh)",
        "DELETE FROM main.conditions WHERE group_id IN (SELECT id FROM fresh)",
        "DELETE FROM main.origins WHERE group_id IN (SELECT id FROM fresh)",
        "DELETE FROM main.\"groups\" WHERE id IN (SELECT id FROM fresh)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sqlite3_stmt *statement = sb_sqlite_prepare(db, texts[i], error);
        if (!statement)
            return SB_FAILED;
        if (sqlite3_bind_parameter_count(statement))
            sqlite3_bind_text(statement, 1, source->started, -1, SQLITE_STATIC);
        int code = sqlite3_step(statement);
        sqlite3_finalize(statement);
        if (code != SQLITE_DONE)
            return sb_sqlite_fail(db, error);
    }
    return SB_OK;
}

/* "INSERT INTO main.TABLE(columns MORE) SELECT columns VALUES", with the columns of the table. */
static int copy_table(const sb_rundb *db, const char *verb, const char *name, sb_schema_table table,
                      const char *more, const char *values, sb_error *error)
{
    sb_text sql = { 0 };
    sb_text_add(&sql, "%s INTO main.%s(", verb, name);
    sb_schema_names(table, "", &sql);
    sb_text_add(&sql, "%s) SELECT ", more);
    sb_schema_names(table, "t.", &sql);
    sb_text_add(&sql, "%s", values);
    int rc = sb_sqlite_run(db, sql.data, error);
    sb_text_free(&sql);
    return rc;
}

/* Maps the shard's kernels to ours, by comparing all of their columns. */
static int map_kernels(const sb_rundb *db, sb_error *error)
{
    sb_text sql = { 0 };
    sb_text_add(&sql, "DELETE FROM kernel_map; INSERT INTO kernel_map SELECT t.id, m.id FROM "
                      "shard.kernels t JOIN main.kernels m ON (");
    sb_schema_names(SB_TABLE_KERNELS, "m.", &sql);
    sb_text_add(&sql, ") = (");
    sb_schema_names(SB_TABLE_KERNELS, "t.", &sql);
    sb_text_add(&sql, ")");
    int rc = sb_sqlite_run(db, sql.data, error);
    sb_text_free(&sql);
    return rc;
}

static int copy_rows(const sb_rundb *db, sb_error *error)
{
    static const char fresh[] = "DELETE FROM fresh; INSERT INTO fresh SELECT id FROM "
                                "shard.\"groups\" WHERE id NOT IN (SELECT id FROM main.\"groups\")";
    if (copy_table(db, "INSERT OR IGNORE", "layers", SB_TABLE_LAYERS, "",
                   " FROM shard.layers t ORDER BY t.id", error) < 0 ||
        copy_table(db, "INSERT OR IGNORE", "kernels", SB_TABLE_KERNELS, "",
                   " FROM shard.kernels t ORDER BY t.id", error) < 0 ||
        map_kernels(db, error) < 0 || sb_sqlite_run(db, fresh, error) < 0 ||
        copy_table(db, "INSERT", "\"groups\"", SB_TABLE_GROUPS, ", id, layer_id",
                   ", t.id, (SELECT m.id FROM main.layers m JOIN shard.layers l ON l.layer = "
                   "m.layer WHERE l.id = t.layer_id) FROM shard.\"groups\" t WHERE t.id IN "
                   "(SELECT id FROM fresh)",
                   error) < 0 ||
        copy_table(db, "INSERT", "results", SB_TABLE_RESULTS,
                   ", group_id, number, kernel_id, series",
                   ", t.group_id, t.number, (SELECT ours FROM kernel_map WHERE theirs = "
                   "t.kernel_id), t.series FROM shard.results t WHERE t.group_id IN (SELECT id "
                   "FROM fresh)",
                   error) < 0)
        return SB_FAILED;
    if (copy_table(db, "INSERT", "speedups", SB_TABLE_SPEEDUPS, ", group_id, number",
                   ", t.group_id, t.number FROM shard.speedups t WHERE t.group_id IN (SELECT "
                   "id FROM fresh)",
                   error) < 0)
        return SB_FAILED;
    return sb_row_conditions_copy(db, error);
}

static int note_origin(const sb_rundb *db, const sb_shard_source *source, sb_error *error)
{
    sqlite3_stmt *add = sb_sqlite_prepare(
        db,
        "INSERT INTO main.shards VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(number) DO UPDATE SET "
        "count = ?2, machine = ?3, started = ?4, complete = max(complete, ?5), provenance = ?6 "
        "WHERE started <= ?4",
        error);
    if (!add)
        return SB_FAILED;
    sqlite3_bind_int64(add, 1, source->number);
    sqlite3_bind_int64(add, 2, source->of);
    sqlite3_bind_text(add, 3, source->machine, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 4, source->started, -1, SQLITE_STATIC);
    sqlite3_bind_int(add, 5, source->complete);
    sqlite3_bind_text(add, 6, source->provenance, -1, SQLITE_STATIC);
    int rc = sqlite3_step(add) == SQLITE_DONE ? SB_OK : sb_sqlite_fail(db, error);
    sqlite3_finalize(add);
    if (rc < 0)
        return rc;
    sb_text sql = { 0 };
    sb_text_add(&sql, "INSERT INTO main.origins SELECT id, %lld FROM fresh",
                (long long)source->number);
    rc = sb_sqlite_run(db, sql.data, error);
    sb_text_free(&sql);
    return rc;
}

static int copy_within(const sb_rundb *db, const sb_shard_source *source,
                       const sb_merge_options *options, size_t *added, sb_error *error)
{
    int rc = check_whole(db, source->dir, error);
    if (rc == SB_OK)
        rc = options->prefer_newest ? replace_older(db, source, error)
                                    : refuse_twice(db, source, error);
    if (rc == SB_OK)
        rc = copy_rows(db, error);
    if (rc == SB_OK)
        rc = note_origin(db, source, error);
    if (rc < 0)
        return rc;
    char *count = ask_text(db, "SELECT count(*) FROM fresh", 0, &rc, error);
    *added += count ? strtoul(count, NULL, 10) : 0;
    free(count);
    return rc;
}

int sb_merge_copy(sb_rundb *db, const sb_shard_source *source, const sb_merge_options *options,
                  size_t *added, sb_error *error)
{
    if (attach_shard(db, source->dir, error) < 0) {
        detach_shard(db);
        return SB_FAILED;
    }
    size_t fresh = 0;
    int rc = sb_sqlite_run(db, "BEGIN IMMEDIATE", error);
    if (rc == SB_OK)
        rc = copy_within(db, source, options, &fresh, error);
    if (rc == SB_OK)
        rc = sb_sqlite_run(db, "COMMIT", error);
    if (rc < 0) /* report the first error */
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    detach_shard(db);
    *added += rc == SB_OK ? fresh : 0;
    return rc;
}
