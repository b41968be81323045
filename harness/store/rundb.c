/* SPDX-License-Identifier: Apache-2.0 */
/* Creates, opens and closes run.db, and reads and writes the entries about the run as a whole. */
#include "store/rundb.h"

#include "core/file.h"
#include "core/log.h"
#include "store/identity.h"
#include "store/lock.h"
#include "store/row_conditions.h"
#include "store/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "sepb": distinguishes a run database from any other SQLite file. */
#define APPLICATION_ID 0x73657062

/* The folder that the database lies in. */
static const char *place_of(const sb_rundb *db)
{
    return db->scratch ? db->scratch : db->folder;
}

int sb_sqlite_fail(const sb_rundb *db, sb_error *error)
{
    static const struct {
        int code;
        const char *advice;
    } known[] = {
        { SQLITE_NOTADB, "is not a run database (not an SQLite database)" },
        { SQLITE_CORRUPT, "is damaged; start the run anew in another folder" },
        { SQLITE_FULL, "cannot grow: the disk is full; make room, then continue with --resume" },
        { SQLITE_READONLY, "cannot be written; check the permissions of the file and its folder" },
        { SQLITE_CANTOPEN, "cannot be opened; check the permissions of the file and its folder" },
        { SQLITE_PERM, "cannot be opened; check the permissions of the file and its folder" },
        { SQLITE_BUSY, "is in use by another process" },
        { SQLITE_INTERRUPT, "is damaged: reading it has no end" },
    };
    int code = sqlite3_errcode(db->sqlite) & 0xff;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (code == known[i].code)
            return sb_fail(error, "%s %s", db->path, known[i].advice);
    const int number = sqlite3_system_errno(db->sqlite);
    const char *system = code == SQLITE_IOERR ? sb_database_file_system(place_of(db)) : "";
    return sb_fail(error, "%s: %s%s%s%s%s%s%s", db->path, sqlite3_errmsg(db->sqlite),
                   number ? ": " : "", number ? strerror(number) : "",
                   number ? "" : sb_database_io_advice(db->sqlite),
                   *system ? "; it is on a file system that may lack what SQLite needs (" : "",
                   system, *system ? "): choose a folder on a local disk with -o" : "");
}

int sb_sqlite_run(const sb_rundb *db, const char *sql, sb_error *error)
{
    if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK)
        return SB_OK;
    return sb_sqlite_fail(db, error);
}

sqlite3_stmt *sb_sqlite_prepare(const sb_rundb *db, const char *sql, sb_error *error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        sb_sqlite_fail(db, error);
    return statement;
}

static int read_pragma(const sb_rundb *db, const char *sql, int64_t *value, sb_error *error)
{
    sqlite3_stmt *statement = sb_sqlite_prepare(db, sql, error);
    if (!statement)
        return SB_FAILED;
    int rc = sqlite3_step(statement) == SQLITE_ROW ? SB_OK : sb_sqlite_fail(db, error);
    *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return rc;
}

/* What the older formats lack. */
static const char *const lacks[SB_SCHEMA_VERSION] = {
    [1] = "whose problems had no steps",
    [2] = "that did not note which kernels use threads",
    [4] = "that did not note what plans hold in memory",
    [3] = "whose bounds counted taps on padding",
};

static int check_version(const sb_rundb *db, sb_error *error)
{
    int64_t application, version;
    if (read_pragma(db, "PRAGMA application_id", &application, error) < 0 ||
        read_pragma(db, "PRAGMA user_version", &version, error) < 0)
        return SB_FAILED;
    if (application != APPLICATION_ID)
        return sb_fail(error, "%s is not a run database of sepbench", db->path);
    if (version > SB_SCHEMA_VERSION)
        return sb_fail(
            error,
            "%s has format %lld, from a newer sepbench; this one knows formats up to %d: "
            "use the newer sepbench",
            db->path, (long long)version, SB_SCHEMA_VERSION);
    if (version < 1)
        return sb_fail(error, "%s has the unknown format %lld", db->path, (long long)version);
    if (version < SB_SCHEMA_VERSION)
        return sb_fail(error,
                       "%s has format %lld, of a sepbench %s, and was left unchanged; use that "
                       "version for it, or run the configuration again",
                       db->path, (long long)version, lacks[version]);
    return SB_OK;
}

static sb_rundb *new_rundb(const char *dir)
{
    sb_rundb *db = sb_new(1, sizeof *db);
    db->folder = sb_copy_text(dir);
    db->path = sb_path_join(dir, "run.db");
    db->lock = db->scratch_lock = -1;
    return db;
}

static void close_sqlite(sb_rundb *db)
{
    for (size_t i = 0; i < SB_KEPT_STATEMENTS; i++)
        sqlite3_finalize(db->kept[i]);
    sqlite3_close(db->sqlite);
    db->sqlite = NULL;
}

void sb_rundb_close(sb_rundb *db)
{
    if (!db)
        return;
    /* A closed run is one plain file that can be copied, and read on a read-only file system. It
     * stays in WAL mode while someone reads it, which does no harm. */
    if (db->lock >= 0 && db->sqlite) {
        sqlite3_busy_timeout(db->sqlite, 0);
        sqlite3_exec(db->sqlite, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    }
    sb_rundb_leave_scratch(db);
    close_sqlite(db);
    if (db->scratch_lock >= 0)
        close(db->scratch_lock);
    if (db->lock >= 0)
        close(db->lock);
    free(db->scratch);
    free(db->only);
    free(db->folder);
    free(db->path);
    free(db);
}

const char *sb_rundb_folder(const sb_rundb *db)
{
    return db->folder;
}

static int open_sqlite(sb_rundb *db, const char *path, int flags, sb_error *error)
{
    if (sb_database_check_file(path, error) < 0)
        return SB_FAILED;
    if (sb_database_open(path, flags, &db->sqlite, &db->guard) != SQLITE_OK)
        return sb_sqlite_fail(db, error);
    sqlite3_extended_result_codes(db->sqlite, 1);
    sqlite3_busy_timeout(db->sqlite, 5000);
    return SB_OK;
}

static int check_schema(const sb_rundb *db, sb_error *error)
{
    sb_text sql = { 0 };
    sb_schema_create(&sql);
    int rc = sb_database_check_schema(db->sqlite, db->path, sql.data, error);
    sb_text_free(&sql);
    return rc;
}

static int open_existing(sb_rundb *db, bool writable, sb_error *error)
{
    /* SQLite's own "unable to open database file" does not distinguish these causes. */
    if (access(db->path, F_OK) != 0)
        return sb_fail_errno(error, "%s holds no run: %s", db->folder, db->path);
    if (access(db->path, writable ? R_OK | W_OK : R_OK) != 0)
        return sb_fail_errno(error, "%s cannot be %s", db->path, writable ? "written" : "read");
    int rc =
        open_sqlite(db, db->path, writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, error);
    if (rc == SB_OK)
        rc = check_version(db, error);
    if (rc == SB_OK)
        rc = check_schema(db, error);
    if (rc == SB_OK && writable && sb_database_use_log(db->sqlite) != SQLITE_OK)
        rc = sb_sqlite_fail(db, error);
    if (rc == SB_OK && writable)
        rc = sb_sqlite_run(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;", error);
    if (rc == SB_OK && writable)
        rc = sb_sqlite_run(db, SB_ROW_CONDITIONS_TABLE, error);
    return rc;
}

static int check_whole(const sb_rundb *db, sb_error *error)
{
    sqlite3_stmt *check = sb_sqlite_prepare(db, "PRAGMA quick_check(1)", error);
    const char *said = check && sqlite3_step(check) == SQLITE_ROW
                           ? (const char *)sqlite3_column_text(check, 0)
                           : NULL;
    int rc = said && strcmp(said, "ok") == 0 ? SB_OK
                                             : sb_fail(error, "%s is damaged%s%s", db->path,
                                                       said ? ": " : "", said ? said : "");
    sqlite3_finalize(check);
    return rc;
}

/* What a killed process left in scratch is damaged, as after a power failure. */
static int open_copy(sb_rundb *db, sb_error *error)
{
    sb_warn("%s: continuing with the copy in %s", error->text, db->folder);
    close_sqlite(db);
    db->guard = (sb_database_guard) { 0 };
    if (sb_rundb_change_scratch(db, error) < 0)
        return SB_FAILED;
    return open_existing(db, true, error);
}

static sb_rundb *open_at(const char *dir, bool writable, bool in_scratch, sb_error *error)
{
    sb_rundb *db = new_rundb(dir);
    int rc = SB_OK;
    if (writable && access(db->path, F_OK) == 0) /* leave no lock where there is no run */
        rc = sb_lock_folder(db->folder, &db->lock, error);
    if (rc == SB_OK && in_scratch && db->lock >= 0)
        rc = sb_rundb_enter_scratch(db, false, error);
    if (rc == SB_OK)
        rc = open_existing(db, writable, error);
    if (rc == SB_OK && db->found)
        rc = check_whole(db, error);
    if (rc < 0 && db->sqlite && db->found)
        rc = open_copy(db, error);
    db->usable = rc == SB_OK;
    if (rc == SB_OK)
        return db;
    sb_rundb_close(db);
    return NULL;
}

sb_rundb *sb_rundb_open(const char *dir, bool writable, sb_error *error)
{
    return open_at(dir, writable, false, error);
}

sb_rundb *sb_rundb_open_in_scratch(const char *dir, sb_error *error)
{
    return open_at(dir, true, true, error);
}

static int set_meta(sb_rundb *db, const char *key, const char *value, sb_error *error)
{
    sqlite3_stmt *statement =
        sb_sqlite_prepare(db, "INSERT OR REPLACE INTO run(key, value) VALUES(?, ?)", error);
    if (!statement)
        return SB_FAILED;
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    int rc = sqlite3_step(statement) == SQLITE_DONE ? SB_OK : sb_sqlite_fail(db, error);
    sqlite3_finalize(statement);
    return rc;
}

char *sb_sqlite_get(const sb_rundb *db, const char *key, sb_error *error)
{
    sqlite3_stmt *statement = sb_sqlite_prepare(db, "SELECT value FROM run WHERE key = ?", error);
    if (!statement)
        return NULL;
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    char *value = NULL;
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW && sqlite3_column_text(statement, 0))
        value = sb_copy_text((const char *)sqlite3_column_text(statement, 0));
    else if (code == SQLITE_ROW || code == SQLITE_DONE)
        sb_fail(error, "%s is damaged: it lacks the run's %s", db->path, key);
    else
        sb_sqlite_fail(db, error);
    sqlite3_finalize(statement);
    return value;
}

static int write_schema(sb_rundb *db, const char *identity, const char *provenance, sb_error *error)
{
    sb_text sql = { 0 };
    sb_text_add(&sql, "BEGIN; PRAGMA application_id = %d; PRAGMA user_version = %d;\n",
                APPLICATION_ID, SB_SCHEMA_VERSION);
    sb_schema_create(&sql);
    int rc = sb_sqlite_run(db, sql.data, error);
    sb_text_free(&sql);
    if (rc == SB_OK)
        rc = set_meta(db, "identity", identity, error);
    if (rc == SB_OK)
        rc = set_meta(db, "provenance", provenance, error);
    if (rc == SB_OK)
        rc = sb_sqlite_run(db, "COMMIT", error);
    return rc;
}

/* Removes what a killed process or a deleted run.db left: this process holds the lock, so no
 * other process uses it. SQLite would replay an old journal into the new file. */
static void remove_leftovers(const sb_rundb *db)
{
    static const char *const names[] = { "run.db.new", "run.db.new-journal", "run.db-journal",
                                         "run.db-wal", "run.db-shm" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = sb_path_join(place_of(db), names[i]);
        unlink(path);
        free(path);
    }
}

/* Created under another name and renamed, so that a run.db always has its schema and identity. */
static int create_file(sb_rundb *db, const char *identity, const char *provenance, sb_error *error)
{
    remove_leftovers(db);
    char *fresh = sb_path_join(place_of(db), "run.db.new");
    int rc = open_sqlite(db, fresh, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
    if (rc == SB_OK)
        rc = write_schema(db, identity, provenance, error);
    close_sqlite(db);
    db->guard = (sb_database_guard) { 0 };
    if (rc == SB_OK && rename(fresh, db->path) != 0)
        rc = sb_fail_errno(error, "%s cannot be made", db->path);
    if (rc == SB_OK)
        rc = sb_folder_sync(place_of(db), error);
    if (rc < 0)
        unlink(fresh);
    free(fresh);
    return rc;
}

/* Nobody else's, and without a run. */
static int claim_folder(sb_rundb *db, sb_error *error)
{
    if (sb_lock_folder(db->folder, &db->lock, error) < 0)
        return SB_FAILED;
    if (access(db->path, F_OK) != 0)
        return SB_OK;
    return sb_fail(error,
                   "%s already contains a run: continue it with --resume, or choose another "
                   "folder with -o",
                   db->folder);
}

static sb_rundb *create_at(const char *dir, bool in_scratch, const char *identity,
                           const char *provenance, sb_error *error)
{
    if (sb_folder_make(dir, error) < 0)
        return NULL;
    sb_rundb *db = new_rundb(dir);
    int rc = claim_folder(db, error);
    if (rc == SB_OK && in_scratch)
        rc = sb_rundb_enter_scratch(db, true, error);
    if (rc == SB_OK)
        rc = create_file(db, identity, provenance, error);
    if (rc == SB_OK)
        rc = open_existing(db, true, error);
    db->usable = rc == SB_OK;
    if (rc == SB_OK)
        rc = sb_rundb_keep(db, 0, error);
    if (rc == SB_OK)
        return db;
    sb_rundb_close(db);
    return NULL;
}

sb_rundb *sb_rundb_create(const char *dir, const char *identity, const char *provenance,
                          sb_error *error)
{
    return create_at(dir, false, identity, provenance, error);
}

sb_rundb *sb_rundb_create_in_scratch(const char *dir, const char *identity, const char *provenance,
                                     sb_error *error)
{
    return create_at(dir, true, identity, provenance, error);
}

char *sb_rundb_identity(sb_rundb *db, sb_error *error)
{
    return sb_sqlite_get(db, "identity", error);
}

int sb_rundb_set_provenance(sb_rundb *db, const char *json, sb_error *error)
{
    return set_meta(db, "provenance", json, error);
}

int sb_rundb_same_identity(sb_rundb *db, const char *identity, sb_error *error)
{
    char *held = sb_rundb_identity(db, error);
    if (!held)
        return SB_FAILED;
    sb_identity_difference d;
    int rc = SB_OK;
    if (sb_identity_differs(held, identity, &d))
        rc = sb_fail(error,
                     "the run in %s was made with another %s (%s then, %s now): start a new run "
                     "in another folder",
                     db->folder, d.key.data, d.first.data, d.second.data);
    sb_identity_difference_free(&d);
    free(held);
    return rc;
}
