/* SPDX-License-Identifier: Apache-2.0 */
#include "store/row_conditions.h"

int sb_row_conditions_put(const sb_rundb *db, int64_t group, const char *conditions,
                          sb_error *error)
{
    if (!conditions || !*conditions)
        return SB_OK;
    sqlite3_stmt *put =
        sb_sqlite_prepare(db, "INSERT OR REPLACE INTO main.conditions VALUES(?, ?)", error);
    if (!put)
        return SB_FAILED;
    sqlite3_bind_int64(put, 1, group);
    sqlite3_bind_text(put, 2, conditions, -1, SQLITE_STATIC);
    int rc = sqlite3_step(put) == SQLITE_DONE ? SB_OK : sb_sqlite_fail(db, error);
    sqlite3_finalize(put);
    return rc;
}

/* 1 or 0, negative on error. */
static int has_table(const sb_rundb *db, const char *query, sb_error *error)
{
    sqlite3_stmt *statement = sb_sqlite_prepare(db, query, error);
    const int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    int rc = code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : sb_sqlite_fail(db, error);
    sqlite3_finalize(statement);
    return rc;
}

#define IS_THERE "WHERE type = 'table' AND name = 'conditions'"

int sb_row_conditions_add_column(const sb_rundb *db, sb_text *sql, sb_error *error)
{
    const int has = has_table(db, "SELECT 1 FROM main.sqlite_schema " IS_THERE, error);
    if (has < 0)
        return has;
    sb_text_add(sql, "%s",
                has ? ", (SELECT conditions FROM main.conditions c WHERE c.group_id = g.id)"
                    : ", ''");
    return SB_OK;
}

int sb_row_conditions_copy(const sb_rundb *db, sb_error *error)
{
    const int has = has_table(db, "SELECT 1 FROM shard.sqlite_schema " IS_THERE, error);
    if (has <= 0)
        return has;
    return sb_sqlite_run(db,
                         "INSERT OR REPLACE INTO main.conditions SELECT group_id, conditions FROM "
                         "shard.conditions WHERE group_id IN (SELECT id FROM fresh)",
                         error);
}
