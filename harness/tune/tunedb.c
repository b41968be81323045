/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the tuning database; its errors and transactions. */
#include "tune/tunedb.h"

#include "core/clock.h"
#include "core/file.h"
#include "core/text.h"
#include "tune/tunedb_sql.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    APPLICATION = 0x7362746e /* "sbtn" */,
    VERSION = 2 /* 1: problems had no steps */,
    BUSY_MS = 10000
};

static const char schema[] =
    "CREATE TABLE subject ("
    "  id INTEGER PRIMARY KEY, machine TEXT NOT NULL, build TEXT NOT NULL, kernel TEXT NOT NULL,"
    "  problem TEXT NOT NULL, UNIQUE (machine, build, kernel, problem)) STRICT;"
    "CREATE TABLE winner ("
    "  subject INTEGER PRIMARY KEY REFERENCES subject ON DELETE CASCADE, params TEXT NOT NULL,"
    "  time_ns REAL NOT NULL, default_ns REAL, evaluations INTEGER NOT NULL,"
    "  strategy TEXT NOT NULL, ties TEXT NOT NULL) STRICT;"
    "CREATE TABLE trial ("
    "  id INTEGER PRIMARY KEY, subject INTEGER NOT NULL REFERENCES subject ON DELETE CASCADE,"
    "  params TEXT NOT NULL, objective REAL, UNIQUE (subject, params)) STRICT;";

/* The time at which each winner was measured, and the defaults that it was compared with. Files
 * from versions without these tables get them, too. */
static const char additions[] =
    "CREATE TABLE IF NOT EXISTS measured (subject INTEGER PRIMARY KEY "
    "  REFERENCES subject ON DELETE CASCADE, at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS default_params (subject INTEGER PRIMARY KEY "
    "  REFERENCES subject ON DELETE CASCADE, params TEXT NOT NULL) STRICT;";

/* ------------------------------------------------------------------------------- statements */

int sb_tunedb_fail(const sb_tunedb *db, sb_error *error)
{
    static const struct {
        int code;
        const char *advice;
    } known[] = {
        { SQLITE_NOTADB, "is not a tuning database (not an SQLite database); move it away" },
        { SQLITE_CORRUPT, "is damaged; delete it, and tune again or import an export" },
        { SQLITE_FULL, "cannot grow: the disk is full; make room, and continue with --resume" },
        { SQLITE_READONLY, "cannot be written; check the permissions of the file and its folder" },
        { SQLITE_CANTOPEN, "cannot be opened; check the permissions of the file and its folder" },
        { SQLITE_BUSY, "is locked by another process; try again when that has ended" },
        { SQLITE_INTERRUPT, "is damaged: reading it has no end; delete it" },
    };
    int code = sqlite3_errcode(db->sqlite) & 0xff;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (code == known[i].code)
            return sb_fail(error, "%s %s", db->path, known[i].advice);
    return sb_fail(error, "%s: %s%s", db->path, sqlite3_errmsg(db->sqlite),
                   sb_database_io_advice(db->sqlite));
}

static int execute(const sb_tunedb *db, const char *sql, sb_error *error)
{
    int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : sb_tunedb_fail(db, error);
}

static void bind_number(sqlite3_stmt *statement, int at, double number)
{
    if (isfinite(number))
        sqlite3_bind_double(statement, at, number);
    else
        sqlite3_bind_null(statement, at);
}

sqlite3_stmt *sb_tunedb_bind(const sb_tunedb *db, sb_error *error, const char *sql,
                             const char *format, ...)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK) {
        sb_tunedb_fail(db, error);
        return NULL;
    }
    va_list arguments;
    va_start(arguments, format);
    for (int at = 1; *format; at++, format++) {
        if (*format == 't')
            sqlite3_bind_text(statement, at, va_arg(arguments, const char *), -1, SQLITE_TRANSIENT);
        else if (*format == 'i')
            sqlite3_bind_int64(statement, at, va_arg(arguments, int64_t));
        else
            bind_number(statement, at, va_arg(arguments, double));
    }
    va_end(arguments);
    return statement;
}

int sb_tunedb_finish(const sb_tunedb *db, sqlite3_stmt *statement, sb_error *error)
{
    if (!statement)
        return SB_FAILED;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        ;
    int rc = code == SQLITE_DONE ? 0 : sb_tunedb_fail(db, error);
    sqlite3_finalize(statement);
    return rc;
}

int sb_tunedb_begin(const sb_tunedb *db, sb_error *error)
{
    return execute(db, "BEGIN IMMEDIATE", error);
}

int sb_tunedb_end(const sb_tunedb *db, int rc, sb_error *error)
{
    if (rc >= 0 && execute(db, "COMMIT", error) == 0)
        return rc;
    sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    return rc < 0 ? rc : SB_FAILED;
}

/* --------------------------------------------------------------------------------------- open */

static int pragma(const sb_tunedb *db, const char *name, int64_t *value, sb_error *error)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA %s", name);
    sqlite3_stmt *statement = sb_tunedb_bind(db, error, sql, "");
    if (!statement)
        return SB_FAILED;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return sb_tunedb_finish(db, statement, error);
}

/* An empty file gets the tables; if two processes arrive at once, the transaction serialises
 * them. */
static int create_or_check(const sb_tunedb *db, sb_error *error)
{
    int64_t application = 0, version = 0, tables = 0;
    if (pragma(db, "application_id", &application, error) < 0 ||
        pragma(db, "user_version", &version, error) < 0 ||
        pragma(db, "schema_version", &tables, error) < 0)
        return SB_FAILED;
    if (tables == 0 && version == 0) {
        char sql[128];
        snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                 APPLICATION, VERSION);
        return execute(db, schema, error) < 0 ? SB_FAILED : execute(db, sql, error);
    }
    if (application != APPLICATION)
        return sb_fail(error, "%s is a database, but not of sepbench's tuning; move it away",
                       db->path);
    if (version < VERSION)
        return sb_fail(error,
                       "%s has format %d, from an older sepbench, and was left unchanged; move it "
                       "away, and tune again",
                       db->path, (int)version);
    if (version > VERSION)
        return sb_fail(error,
                       "%s has format %d, from a newer sepbench; this one knows %d: use the newer "
                       "sepbench",
                       db->path, (int)version, VERSION);
    return sb_database_check_schema(db->sqlite, db->path, schema, error);
}

/*
 * Switching a new file to WAL fails at once, whatever the timeout, while another process does the
 * same: SQLite does not wait while it holds a lock that the other may need
 * (sqlite.org/c3ref/busy_handler.html). The other process finishes shortly.
 */
static int use_wal(const sb_tunedb *db, sb_error *error)
{
    const struct timespec pause = { .tv_nsec = 5000000 };
    const int64_t end = sb_now_ns() + BUSY_MS * INT64_C(1000000);
    int code;
    while ((code = sb_database_use_log(db->sqlite)) == SQLITE_BUSY && sb_now_ns() < end)
        nanosleep(&pause, NULL);
    return code == SQLITE_OK ? 0 : sb_tunedb_fail(db, error);
}

static int prepare(const sb_tunedb *db, sb_error *error)
{
    sqlite3_busy_timeout(db->sqlite, BUSY_MS);
    if (use_wal(db, error) < 0 ||
        execute(db, "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON", error) < 0 ||
        sb_tunedb_begin(db, error) < 0)
        return SB_FAILED;
    int rc = create_or_check(db, error);
    if (rc == 0)
        rc = execute(db, additions, error);
    return sb_tunedb_end(db, rc, error);
}

static int make_folder_of(const char *path, sb_error *error)
{
    char *folder = sb_copy_text(path);
    char *slash = strrchr(folder, '/');
    int rc = 0;
    if (slash && slash != folder) {
        *slash = '\0';
        rc = sb_folder_make(folder, error);
    }
    free(folder);
    return rc;
}

sb_tunedb *sb_tunedb_open(const char *path, bool make, sb_error *error)
{
    if (!make && access(path, F_OK) != 0) {
        sb_fail(error, "%s: %s; nothing has been tuned yet", path, strerror(errno));
        return NULL;
    }
    if (sb_database_check_file(path, error) < 0 || (make && make_folder_of(path, error) < 0))
        return NULL;
    sb_tunedb *db = sb_new(1, sizeof *db);
    db->path = sb_copy_text(path);
    int flags = SQLITE_OPEN_READWRITE | (make ? SQLITE_OPEN_CREATE : 0);
    int code = sb_database_open_shared(db->path, flags, &db->sqlite, &db->guard);
    if (code == SQLITE_OK && prepare(db, error) == 0)
        return db;
    if (code != SQLITE_OK)
        sb_tunedb_fail(db, error);
    sb_tunedb_close(db);
    return NULL;
}

void sb_tunedb_close(sb_tunedb *db)
{
    if (!db)
        return;
    sqlite3_close(db->sqlite);
    free(db->path);
    free(db);
}

char *sb_tunedb_default_path(sb_error *error)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    bool has_cache = cache && *cache == '/'; /* the specification says to ignore a relative path */
    if (!has_cache && !(home && *home)) {
        sb_fail(
            error,
            "neither XDG_CACHE_HOME nor HOME is set; there is no place for the tuning database");
        return NULL;
    }
    sb_text path = { 0 };
    sb_text_add(&path, "%s%s/sepbench/tuning.db", has_cache ? cache : home,
                has_cache ? "" : "/.cache");
    return path.data;
}
