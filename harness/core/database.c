/* SPDX-License-Identifier: Apache-2.0 */
#include "core/database.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/* How many steps of SQLite's machine pass between two looks at the guard. An honest statement takes
 * some ten steps for each byte that it reads. */
#define STEPS          10000000
#define FREE_STEPS     UINT64_C(1000000000)
#define STEPS_PER_BYTE 100

static int check_effort(void *context)
{
    sb_database_guard *guard = context;
    struct stat info;
    guard->effort += STEPS;
    if (guard->effort < FREE_STEPS || stat(guard->path, &info) != 0)
        return 0;
    return guard->effort - FREE_STEPS > (uint64_t)info.st_size * STEPS_PER_BYTE;
}

static void set_limits(sqlite3 *database)
{
    static const struct {
        int what, most;
    } limits[] = {
        { SQLITE_LIMIT_LENGTH, 1 << 28 },       { SQLITE_LIMIT_SQL_LENGTH, 1 << 16 },
        { SQLITE_LIMIT_COLUMN, 256 },           { SQLITE_LIMIT_EXPR_DEPTH, 32 },
        { SQLITE_LIMIT_COMPOUND_SELECT, 4 },    { SQLITE_LIMIT_FUNCTION_ARG, 8 },
        { SQLITE_LIMIT_ATTACHED, 1 },           { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256 },
        { SQLITE_LIMIT_VARIABLE_NUMBER, 1024 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 8 },
        { SQLITE_LIMIT_WORKER_THREADS, 0 },
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(database, limits[i].what, limits[i].most);
}

int sb_database_open(const char *path, int flags, sqlite3 **database, sb_database_guard *guard)
{
    int code = sqlite3_open_v2(path, database, flags, NULL);
    if (code != SQLITE_OK)
        return code;
    set_limits(*database);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(*database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    *guard = (sb_database_guard) { .path = path };
    sqlite3_progress_handler(*database, STEPS, check_effort, guard);
    return SQLITE_OK;
}

int sb_database_check_file(const char *path, sb_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return SB_OK;
    return sb_fail(error, "%s is %s, not a database", path,
                   S_ISDIR(info.st_mode) ? "a folder" : "not a regular file");
}

/* -------------------------------------------------------------------------------------- schema */

static int open_model(const char *schema, sqlite3 **model)
{
    int code = sqlite3_open_v2(":memory:", model, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    return code == SQLITE_OK ? sqlite3_exec(*model, schema, NULL, NULL, NULL) : code;
}

static const char *text_at(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

/* The row of the same name in the other schema; finalize it. NULL where it cannot be asked. */
static sqlite3_stmt *find_entry(sqlite3 *database, const char *name)
{
    sqlite3_stmt *found = NULL;
    if (sqlite3_prepare_v2(database, "SELECT type, sql FROM sqlite_schema WHERE name = ?", -1,
                           &found, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_text(found, 1, name, -1, SQLITE_TRANSIENT);
    return found;
}

/* Does an entry of this name, type and text stand in the other schema? */
static bool is_equal(sqlite3 *other, sqlite3_stmt *entry)
{
    sqlite3_stmt *found = find_entry(other, text_at(entry, 1));
    bool equal = found && sqlite3_step(found) == SQLITE_ROW &&
                 strcmp(text_at(found, 0), text_at(entry, 0)) == 0 &&
                 strcmp(text_at(found, 1), text_at(entry, 2)) == 0;
    sqlite3_finalize(found);
    return equal;
}

/* What a user may add for his own use, and what SQLite itself adds: data that nobody reads here. */
static bool is_harmless(sqlite3 *model, sqlite3_stmt *entry)
{
    const char *type = text_at(entry, 0), *name = text_at(entry, 1), *sql = text_at(entry, 2);
    sqlite3_stmt *ours = find_entry(model, name);
    bool harmless = strcmp(type, "table") == 0 && strncmp(sql, "CREATE TABLE", 12) == 0 && ours &&
                    sqlite3_step(ours) == SQLITE_DONE;
    sqlite3_finalize(ours);
    return harmless;
}

/* Is every entry of `a` in `b`, or, where that is allowed, harmless? */
static int compare_schemas(sqlite3 *a, sqlite3 *b, bool more_allowed, const char *path,
                           const char *says, sb_error *error)
{
    sqlite3_stmt *entries = NULL;
    int code =
        sqlite3_prepare_v2(a, "SELECT type, name, sql FROM sqlite_schema", -1, &entries, NULL);
    int rc = SB_OK;
    while (rc == SB_OK && code == SQLITE_OK && (code = sqlite3_step(entries)) == SQLITE_ROW) {
        code = SQLITE_OK;
        if (!is_equal(b, entries) && !(more_allowed && is_harmless(b, entries)))
            rc = sb_fail(error, "%s is damaged: %s the %s '%s'", path, says, text_at(entries, 0),
                         text_at(entries, 1));
    }
    sqlite3_finalize(entries);
    if (rc == SB_OK && code != SQLITE_DONE)
        rc = sb_fail(error, "%s is damaged: its schema cannot be read", path);
    return rc;
}

int sb_database_check_schema(sqlite3 *database, const char *path, const char *schema,
                             sb_error *error)
{
    sqlite3 *model = NULL;
    int rc =
        open_model(schema, &model) == SQLITE_OK ? SB_OK : sb_fail(error, "%s: out of memory", path);
    if (rc == SB_OK)
        rc = compare_schemas(model, database, false, path, "sepbench did not make", error);
    if (rc == SB_OK)
        rc = compare_schemas(database, model, true, path, "sepbench makes no such thing as", error);
    sqlite3_close(model);
    return rc;
}
