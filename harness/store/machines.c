/* SPDX-License-Identifier: Apache-2.0 */
#include "store/machines.h"

#include "store/identity.h"
#include "store/provenance.h"

#include <stdlib.h>
#include <string.h>

/* 1 or 0, negative on error. */
static int is_merged(sb_rundb *db, sb_error *error)
{
    sqlite3_stmt *query = sb_sqlite_prepare(
        db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'shards'", error);
    int code = query ? sqlite3_step(query) : SQLITE_ERROR;
    int rc = code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : sb_sqlite_fail(db, error);
    sqlite3_finalize(query);
    return rc;
}

static char *own_machine(sb_rundb *db, sb_error *error)
{
    char *identity = sb_rundb_identity(db, error);
    char *machine = identity ? sb_identity_value(identity, "machine") : NULL;
    free(identity);
    return machine;
}

int sb_machines_add_column(sb_rundb *db, sb_text *sql, sb_error *error)
{
    int merged = is_merged(db, error);
    if (merged < 0)
        return merged;
    if (merged) {
        sb_text_add(sql, ", (SELECT s.machine FROM origins o JOIN shards s ON s.number = o.number "
                         "WHERE o.group_id = g.id)");
        return SB_OK;
    }
    char *machine = own_machine(db, error);
    if (!machine)
        return SB_FAILED;
    char *quoted = sqlite3_mprintf(", %Q", machine);
    sb_text_add(sql, "%s", quoted ? quoted : ", ''");
    sqlite3_free(quoted);
    free(machine);
    return SB_OK;
}

static char *read_provenance(sb_rundb *db, sb_error *error)
{
    if (!db->only)
        return sb_sqlite_get(db, "provenance", error);
    int merged = is_merged(db, error);
    sqlite3_stmt *query =
        merged < 0
            ? NULL
            : sb_sqlite_prepare(db,
                                merged
                                    ? "SELECT provenance FROM shards WHERE machine = ? "
                                      "ORDER BY number LIMIT 1"
                                    : "SELECT value FROM run WHERE key = 'provenance' AND ? <> ''",
                                error);
    char *json = NULL;
    if (!query)
        return NULL;
    sqlite3_bind_text(query, 1, db->only, -1, SQLITE_STATIC);
    if (sqlite3_step(query) == SQLITE_ROW && sqlite3_column_text(query, 0))
        json = sb_copy_text((const char *)sqlite3_column_text(query, 0));
    else
        sb_fail(error, "%s holds no shard of %s", db->path, db->only);
    sqlite3_finalize(query);
    return json;
}

char *sb_rundb_provenance(sb_rundb *db, sb_error *error)
{
    char *json = read_provenance(db, error);
    if (!json || sb_provenance_check(json))
        return json;
    free(json);
    sb_fail(error, "%s is damaged: its provenance is not a JSON object", db->path);
    return NULL;
}

static char **add_machine(char **list, size_t *count, const char *name)
{
    list = sb_grow(list, *count + 2, sizeof *list);
    list[(*count)++] = sb_copy_text(name ? name : "");
    list[*count] = NULL;
    return list;
}

static char **list_merged(sb_rundb *db, sb_error *error)
{
    sqlite3_stmt *query =
        sb_sqlite_prepare(db, "SELECT DISTINCT machine FROM shards ORDER BY machine", error);
    size_t count = 0;
    char **list = sb_new(1, sizeof *list);
    int code = query ? SQLITE_ROW : SQLITE_ERROR;
    while (code == SQLITE_ROW && (code = sqlite3_step(query)) == SQLITE_ROW)
        list = add_machine(list, &count, (const char *)sqlite3_column_text(query, 0));
    if (query && code != SQLITE_DONE)
        sb_sqlite_fail(db, error);
    sqlite3_finalize(query);
    if (code == SQLITE_DONE)
        return list;
    sb_rundb_free_machines(list);
    return NULL;
}

char **sb_rundb_machines(sb_rundb *db, sb_error *error)
{
    int merged = is_merged(db, error);
    size_t count = 0;
    if (merged)
        return merged < 0 ? NULL : list_merged(db, error);
    char *machine = own_machine(db, error);
    char **list = machine ? add_machine(NULL, &count, machine) : NULL;
    free(machine);
    return list;
}

void sb_rundb_free_machines(char **machines)
{
    for (char **machine = machines; machine && *machine; machine++)
        free(*machine);
    free(machines);
}

void sb_rundb_select_machine(sb_rundb *db, const char *machine)
{
    free(db->only);
    db->only = machine ? sb_copy_text(machine) : NULL;
}
