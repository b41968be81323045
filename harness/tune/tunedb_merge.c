/* SPDX-License-Identifier: Apache-2.0 */
/* Winners and evaluations of another tuning database. */
#include "core/file.h"
#include "core/text.h"
#include "tune/tunedb_sql.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int run_sql(const sb_tunedb *db, const char *sql, sb_error *error)
{
    return sb_tunedb_finish(db, sb_tunedb_bind(db, error, sql, ""), error);
}

/* 1 or 0, negative on error. */
static int has_dates(const sb_tunedb *db, sb_error *error)
{
    sqlite3_stmt *query =
        sb_tunedb_bind(db, error, "SELECT 1 FROM other.sqlite_master WHERE name = 'measured'", "");
    if (!query)
        return SB_FAILED;
    int found = sqlite3_step(query) == SQLITE_ROW;
    int rc = sb_tunedb_finish(db, query, error);
    return rc < 0 ? rc : found;
}

/* Winners that replace the ones here: those that were measured later. A winner without a date, from
 * an older sepbench, counts as being as old as its file. */
static int find_newer(const sb_tunedb *db, int64_t file_date, sb_error *error)
{
    int dated = has_dates(db, error);
    if (dated < 0)
        return dated;
    return sb_tunedb_finish(
        db,
        sb_tunedb_bind(
            db, error,
            dated ? "INSERT INTO temp.newer SELECT p.theirs, p.ours, coalesce((SELECT at FROM "
                    "other.measured WHERE subject = p.theirs), ?1) AS date FROM temp.pair p JOIN "
                    "other.winner w ON w.subject = p.theirs WHERE NOT EXISTS (SELECT 1 FROM "
                    "main.winner WHERE subject = p.ours) OR date > coalesce((SELECT at FROM "
                    "main.measured WHERE subject = p.ours), 0)"
                  : "INSERT INTO temp.newer SELECT p.theirs, p.ours, ?1 AS date FROM temp.pair p "
                    "JOIN other.winner w ON w.subject = p.theirs WHERE NOT EXISTS (SELECT 1 FROM "
                    "main.winner WHERE subject = p.ours) OR date > coalesce((SELECT at FROM "
                    "main.measured WHERE subject = p.ours), 0)",
            "i", file_date),
        error);
}

static int copy_rows(const sb_tunedb *db, int64_t file_date, sb_error *error)
{
    static const char *const subjects[] = {
        "INSERT OR IGNORE INTO main.subject (machine, build, kernel, problem) "
        "SELECT machine, build, kernel, problem FROM other.subject ORDER BY id",
        "CREATE TEMP TABLE pair (theirs INTEGER PRIMARY KEY, ours INTEGER)",
        "CREATE TEMP TABLE newer (theirs INTEGER PRIMARY KEY, ours INTEGER, date INTEGER)",
        "INSERT INTO temp.pair SELECT t.id, o.id FROM other.subject t JOIN main.subject o "
        "USING (machine, build, kernel, problem)",
    };
    static const char *const rows[] = {
        "INSERT OR REPLACE INTO main.winner SELECT n.ours, w.params, w.time_ns, w.default_ns, "
        "w.evaluations, w.strategy, w.ties FROM other.winner w JOIN temp.newer n ON n.theirs = "
        "w.subject",
        "INSERT OR REPLACE INTO main.measured SELECT ours, date FROM temp.newer",
        "INSERT OR REPLACE INTO main.default_params SELECT n.ours, d.params FROM "
        "other.default_params d JOIN temp.newer n ON n.theirs = d.subject",
        "INSERT INTO main.trial (subject, params, objective) SELECT p.ours, t.params, t.objective "
        "FROM other.trial t JOIN temp.pair p ON p.theirs = t.subject WHERE true ORDER BY t.id "
        "ON CONFLICT (subject, params) DO NOTHING",
    };
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        if (run_sql(db, subjects[i], error) < 0)
            return SB_FAILED;
    if (find_newer(db, file_date, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (run_sql(db, rows[i], error) < 0)
            return SB_FAILED;
    sqlite3_stmt *count = sb_tunedb_bind(db, error, "SELECT count(*) FROM temp.newer", "");
    int found = count && sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int(count, 0) : 0;
    return sb_tunedb_finish(db, count, error) < 0 ? SB_FAILED : found;
}

static int merge_file(const sb_tunedb *db, const char *path, int64_t file_date, sb_error *error)
{
    /* Opened like any other database first: a file that is not one, or is damaged, is refused with
     * the usual message. */
    sb_tunedb *other = sb_tunedb_open(path, false, error);
    if (!other)
        return SB_FAILED;
    sb_tunedb_close(other);
    if (sb_tunedb_finish(db, sb_tunedb_bind(db, error, "ATTACH ? AS other", "t", path), error) < 0)
        return SB_FAILED;
    int rc = sb_tunedb_begin(db, error);
    if (rc == 0)
        rc = sb_tunedb_end(db, copy_rows(db, file_date, error), error);
    sqlite3_exec(db->sqlite,
                 "DETACH other; DROP TABLE IF EXISTS temp.pair; "
                 "DROP TABLE IF EXISTS temp.newer",
                 NULL, NULL, NULL);
    return rc;
}

/* A name beside the database that no other process takes; free() it. */
static char *name_beside(const sb_tunedb *db, const char *what)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s-%s-%ld", db->path, what, (long)getpid());
    return name.data;
}

/* Is the database unused, and in a folder that does not suit SQLite? Then it is copied first. */
static bool must_be_copied(const char *path)
{
    sb_text log = { 0 };
    char *folder = sb_path_folder(path);
    sb_text_add(&log, "%s-wal", path);
    const bool must = access(path, F_OK) == 0 && access(log.data, F_OK) != 0 &&
                      sb_database_check_file(path, NULL) == SB_OK && sb_database_obstacle(folder);
    sb_text_free(&log);
    free(folder);
    return must;
}

/* A pattern such as *.db matches the database that the others are merged into, too. */
static bool is_itself(const sb_tunedb *db, const struct stat *other)
{
    struct stat own;
    return stat(db->path, &own) == 0 && own.st_dev == other->st_dev && own.st_ino == other->st_ino;
}

int sb_tunedb_merge(sb_tunedb *db, const char *path, sb_error *error)
{
    struct stat status;
    const bool exists = stat(path, &status) == 0;
    const int64_t file_date = exists ? status.st_mtime : 0;
    if (exists && is_itself(db, &status))
        return 0;
    if (!must_be_copied(path))
        return merge_file(db, path, file_date, error);
    char *copy = name_beside(db, "merged");
    int rc = sb_file_copy(path, copy, copy, error);
    if (rc == SB_OK && (rc = merge_file(db, copy, file_date, error)) < 0)
        sb_fail_within(error, "%s", path);
    unlink(copy);
    free(copy);
    return rc;
}

int sb_tunedb_copy(sb_tunedb *db, const char *path, sb_error *error)
{
    char *snapshot = name_beside(db, "copied");
    sb_text temporary = { 0 };
    sb_text_add(&temporary, "%s.copy-", path);
    const int code = sb_database_copy(db->sqlite, snapshot);
    int rc = code == SQLITE_OK ? sb_file_copy(snapshot, path, temporary.data, error)
                               : sb_fail(error, "%s: %s", snapshot, sqlite3_errstr(code));
    unlink(snapshot);
    sb_text_free(&temporary);
    free(snapshot);
    return rc;
}
