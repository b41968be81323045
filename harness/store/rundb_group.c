/* SPDX-License-Identifier: Apache-2.0 */
/* Writes groups of results into run.db and reads them back. */
#include "core/visible.h"
#include "store/machines.h"
#include "store/row_conditions.h"
#include "store/samples.h"
#include "store/schema.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* The statements for a group, prepared once. Each text is fixed except for the columns of its
 * table. */
typedef enum kept {
    HAS,
    ADD_LAYER,
    ADD_GROUP,
    ADD_KERNEL,
    FIND_KERNEL,
    ADD_RESULT,
    ADD_SPEEDUP
} kept;

static const struct {
    const char *head; /* before the column names */
    sb_schema_table table;
    const char *tail; /* after them; '%' stands for as many parameters as there are columns */
} texts[] = {
    [HAS] = { "SELECT 1 FROM \"groups\" JOIN layers ON layers.id = layer_id WHERE layer = ? "
              "AND threads = ?",
              SB_TABLES, "" },
    [ADD_LAYER] = { "INSERT OR IGNORE INTO layers(", SB_TABLE_LAYERS, ") VALUES(%)" },
    [ADD_GROUP] = { "INSERT INTO \"groups\"(", SB_TABLE_GROUPS,
                    ", layer_id, id) VALUES(%, (SELECT id FROM layers WHERE layer = ?), ?)" },
    [ADD_KERNEL] = { "INSERT OR IGNORE INTO kernels(", SB_TABLE_KERNELS, ") VALUES(%)" },
    [FIND_KERNEL] = { "SELECT id FROM kernels WHERE (", SB_TABLE_KERNELS, ") = (%)" },
    [ADD_RESULT] = { "INSERT INTO results(", SB_TABLE_RESULTS,
                     ", group_id, number, kernel_id, series) VALUES(%, ?, ?, ?, ?)" },
    [ADD_SPEEDUP] = { "INSERT INTO speedups(", SB_TABLE_SPEEDUPS,
                      ", group_id, number) VALUES(%, ?, ?)" },
};

static_assert(sizeof texts / sizeof *texts <= SB_KEPT_STATEMENTS, "room for every statement");

static void compose_sql(kept which, sb_text *sql)
{
    sb_text_add(sql, "%s", texts[which].head);
    int count = 0;
    if (texts[which].table != SB_TABLES)
        count = sb_schema_names(texts[which].table, "", sql);
    for (const char *c = texts[which].tail; *c; c++)
        if (*c != '%')
            sb_text_add_bytes(sql, c, 1);
        else
            for (int i = 0; i < count; i++)
                sb_text_add(sql, i ? ", ?" : "?");
}

/* The statement, ready for parameters; NULL on error. */
static sqlite3_stmt *find_statement(sb_rundb *db, kept which, sb_error *error)
{
    if (db->kept[which]) {
        sqlite3_reset(db->kept[which]);
        return db->kept[which];
    }
    sb_text sql = { 0 };
    compose_sql(which, &sql);
    db->kept[which] = sb_sqlite_prepare(db, sql.data, error);
    sb_text_free(&sql);
    return db->kept[which];
}

/* Executes a statement that returns no row. Parameters are borrowed: reset them at once. */
static int finish_statement(const sb_rundb *db, sqlite3_stmt *running, sb_error *error)
{
    int rc = sqlite3_step(running) == SQLITE_DONE ? SB_OK : sb_sqlite_fail(db, error);
    sqlite3_reset(running);
    sqlite3_clear_bindings(running);
    return rc;
}

int sb_rundb_has(sb_rundb *db, const char *layer, int64_t threads, sb_error *error)
{
    sqlite3_stmt *has = find_statement(db, HAS, error);
    if (!has)
        return SB_FAILED;
    sqlite3_bind_text(has, 1, layer, -1, SQLITE_STATIC);
    sqlite3_bind_int64(has, 2, threads);
    int code = sqlite3_step(has);
    int answer = code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : sb_sqlite_fail(db, error);
    sqlite3_reset(has);
    sqlite3_clear_bindings(has);
    return answer;
}

static int put_layer(sb_rundb *db, const sb_layer *layer, sb_error *error)
{
    sqlite3_stmt *add = find_statement(db, ADD_LAYER, error);
    if (!add)
        return SB_FAILED;
    sb_schema_bind(add, 1, SB_TABLE_LAYERS, layer);
    return finish_statement(db, add, error);
}

/* The id of the group, or negative. */
static int64_t put_head(sb_rundb *db, const sb_group *group, sb_error *error)
{
    sqlite3_stmt *add = find_statement(db, ADD_GROUP, error);
    if (!add)
        return SB_FAILED;
    int next = sb_schema_bind(add, 1, SB_TABLE_GROUPS, group);
    sqlite3_bind_text(add, next++, group->layer->name, -1, SQLITE_STATIC);
    if (group->position > 0) /* otherwise NULL: the next free position */
        sqlite3_bind_int64(add, next, group->position);
    if (finish_statement(db, add, error) < 0)
        return SB_FAILED;
    return sqlite3_last_insert_rowid(db->sqlite);
}

/* The id of the kernel, or negative. */
static int64_t put_kernel(sb_rundb *db, const sb_result *result, sb_error *error)
{
    sqlite3_stmt *add = find_statement(db, ADD_KERNEL, error);
    sqlite3_stmt *find = find_statement(db, FIND_KERNEL, error);
    if (!add || !find)
        return SB_FAILED;
    sb_schema_bind(add, 1, SB_TABLE_KERNELS, result);
    if (finish_statement(db, add, error) < 0)
        return SB_FAILED;
    sb_schema_bind(find, 1, SB_TABLE_KERNELS, result);
    int64_t id = sqlite3_step(find) == SQLITE_ROW ? sqlite3_column_int64(find, 0)
                                                  : sb_sqlite_fail(db, error);
    sqlite3_reset(find);
    sqlite3_clear_bindings(find);
    return id;
}

static int put_result(sb_rundb *db, int64_t group, size_t position, const sb_result *result,
                      sb_error *error)
{
    int64_t kernel = put_kernel(db, result, error);
    sqlite3_stmt *add = kernel < 0 ? NULL : find_statement(db, ADD_RESULT, error);
    if (!add)
        return SB_FAILED;
    sb_text samples = { 0 };
    sb_samples_encode(&result->series, &samples);
    int next = sb_schema_bind(add, 1, SB_TABLE_RESULTS, result);
    sqlite3_bind_int64(add, next++, group);
    sqlite3_bind_int64(add, next++, (int64_t)position);
    sqlite3_bind_int64(add, next++, kernel);
    sqlite3_bind_blob64(add, next++, samples.data, samples.length, SQLITE_STATIC);
    int rc = finish_statement(db, add, error);
    sb_text_free(&samples);
    return rc;
}

static int put_speedup(sb_rundb *db, int64_t group, size_t position, const sb_speedup *speedup,
                       sb_error *error)
{
    sqlite3_stmt *add = find_statement(db, ADD_SPEEDUP, error);
    if (!add)
        return SB_FAILED;
    int next = sb_schema_bind(add, 1, SB_TABLE_SPEEDUPS, speedup);
    sqlite3_bind_int64(add, next++, group);
    sqlite3_bind_int64(add, next++, (int64_t)position);
    return finish_statement(db, add, error);
}

static int put_group(sb_rundb *db, const sb_group *group, sb_error *error)
{
    if (put_layer(db, group->layer, error) < 0)
        return SB_FAILED;
    int64_t id = put_head(db, group, error);
    if (id < 0 || sb_row_conditions_put(db, id, group->conditions, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < group->result_count; i++)
        if (put_result(db, id, i, &group->results[i], error) < 0)
            return SB_FAILED;
    for (size_t i = 0; i < group->speedup_count; i++)
        if (put_speedup(db, id, i, &group->speedups[i], error) < 0)
            return SB_FAILED;
    return SB_OK;
}

/* Returns 1 if the group is already stored. */
static int put_new(sb_rundb *db, const sb_group *group, sb_error *error)
{
    int held = sb_rundb_has(db, group->layer->name, group->threads, error);
    return held != 0 ? held : put_group(db, group, error);
}

/* Returns the number of groups that were already stored. */
static int put_within(sb_rundb *db, const sb_group *groups, size_t count, sb_error *error)
{
    int held = 0;
    if (sb_sqlite_run(db, "BEGIN IMMEDIATE", error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < count; i++) {
        int rc = put_new(db, &groups[i], error);
        if (rc < 0)
            return rc;
        held += rc;
    }
    return sb_sqlite_run(db, "COMMIT", error) < 0 ? SB_FAILED : held;
}

/* SQLite continues to write to a file that was renamed or removed. */
static int check_in_place(const sb_rundb *db, sb_error *error)
{
    int moved = 0;
    sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved
               ? sb_fail(error,
                         "%s was moved or removed during the run: to continue, name its new place "
                         "with --resume and -o",
                         db->path)
               : SB_OK;
}

static int put_or_undo(sb_rundb *db, const sb_group *groups, size_t count, sb_error *error)
{
    int held = put_within(db, groups, count, error);
    if (held < 0) /* report the first error */
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    return held < 0 || check_in_place(db, error) == SB_OK ? held : SB_FAILED;
}

int sb_rundb_put(sb_rundb *db, const sb_group *group, sb_error *error)
{
    return put_or_undo(db, group, 1, error);
}

int sb_rundb_put_all(sb_rundb *db, const sb_group *groups, size_t count, sb_error *error)
{
    return put_or_undo(db, groups, count, error) < 0 ? SB_FAILED : SB_OK;
}

/* ---------------------------------------------------------------------------------- and back */

/* The statements of one visit; they read one snapshot as long as the first is running. */
typedef struct visit {
    sb_rundb *db;
    bool with_samples;
    sqlite3_stmt *groups, *results, *speedups;
} visit;

/* Of the selected machine, or of all. */
static sqlite3_stmt *prepare_joined(const sb_rundb *db, sb_text *sql, sb_error *error)
{
    sb_text_add(sql,
                " AS conditions FROM \"groups\" g JOIN layers l ON l.id = g.layer_id%s "
                "ORDER BY g.id",
                db->only ? " WHERE machine = ?" : "");
    sqlite3_stmt *prepared = sb_sqlite_prepare(db, sql->data, error);
    if (prepared && db->only)
        sqlite3_bind_text(prepared, 1, db->only, -1, SQLITE_STATIC);
    return prepared;
}

/* Machine and conditions. */
static int add_origin(sb_rundb *db, sb_text *sql, sb_error *error)
{
    if (sb_machines_add_column(db, sql, error) < 0)
        return SB_FAILED;
    sb_text_add(sql, " AS machine");
    return sb_row_conditions_add_column(db, sql, error);
}

static sqlite3_stmt *prepare_groups(sb_rundb *db, sb_error *error)
{
    sb_text sql = { 0 };
    sb_text_add(&sql, "SELECT ");
    sb_schema_names(SB_TABLE_GROUPS, "g.", &sql);
    sb_text_add(&sql, ", ");
    sb_schema_names(SB_TABLE_LAYERS, "l.", &sql);
    sb_text_add(&sql, ", g.id");
    sqlite3_stmt *prepared =
        add_origin(db, &sql, error) == SB_OK ? prepare_joined(db, &sql, error) : NULL;
    sb_text_free(&sql);
    return prepared;
}

static sqlite3_stmt *prepare_results(const sb_rundb *db, sb_error *error)
{
    sb_text sql = { 0 };
    sb_text_add(&sql, "SELECT ");
    sb_schema_names(SB_TABLE_KERNELS, "k.", &sql);
    sb_text_add(&sql, ", ");
    sb_schema_names(SB_TABLE_RESULTS, "r.", &sql);
    sb_text_add(&sql, ", r.series FROM results r JOIN kernels k ON k.id = r.kernel_id "
                      "WHERE r.group_id = ? ORDER BY r.number");
    sqlite3_stmt *prepared = sb_sqlite_prepare(db, sql.data, error);
    sb_text_free(&sql);
    return prepared;
}

static sqlite3_stmt *prepare_speedups(const sb_rundb *db, sb_error *error)
{
    sb_text sql = { 0 };
    sb_text_add(&sql, "SELECT ");
    sb_schema_names(SB_TABLE_SPEEDUPS, "s.", &sql);
    sb_text_add(&sql, " FROM speedups s WHERE s.group_id = ? ORDER BY s.number");
    sqlite3_stmt *prepared = sb_sqlite_prepare(db, sql.data, error);
    sb_text_free(&sql);
    return prepared;
}

static int fail_damaged(const visit *v, const char *layer, sb_error *error)
{
    return sb_fail(error, "%s is damaged: its rows of layer %s cannot be read", v->db->path,
                   layer ? layer : "?");
}

/* Does the layer have this operation, with tensors that are not too large? */
static bool can_have(const sb_layer *layer, sb_operation operation)
{
    sb_layer swept = *layer;
    swept.operations[operation] = true;
    return sb_layer_finish(&swept, &(sb_error) { "" }) == SB_OK;
}

/* An arbitrary one may reach from zero to infinity. */
static bool is_interval(const sb_interval *interval)
{
    return interval->value > 0 && isfinite(interval->value) && interval->low >= 0 &&
           interval->low <= interval->high;
}

static bool check_samples(const visit *v, const sb_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        const sb_sample *sample = &series->samples[i];
        if (sample->iterations == 0 || !(sample->ns > 0) || !isfinite(sample->ns))
            return false;
    }
    return series->count > 0 || !v->with_samples;
}

/* Code that reads a group relies on this: the layer has the operations of the results, and timed
 * results have times. */
static bool check_result(const visit *v, const sb_layer *layer, const sb_result *result)
{
    const sb_summary *summary = &result->summary;
    if (!can_have(layer, result->operation))
        return false;
    return result->verdict != SB_VERDICT_OK ||
           (is_interval(&result->time) && summary->count > 0 && summary->min > 0 &&
            is_interval(&summary->median) && summary->mean > 0 &&
            check_samples(v, &result->series));
}

static bool check_speedup(const sb_layer *layer, const sb_speedup *speedup)
{
    return can_have(layer, speedup->operation) && can_have(layer, SB_STANDARD) &&
           is_interval(&speedup->measured) && speedup->standard_ns > 0 &&
           speedup->separable_ns > 0 && speedup->theoretical > 0;
}

static bool read_result(const visit *v, sb_result *result)
{
    int next = sb_schema_read(v->results, 0, SB_TABLE_KERNELS, result);
    next = next < 0 ? next : sb_schema_read(v->results, next, SB_TABLE_RESULTS, result);
    if (next < 0)
        return false;
    if (!v->with_samples)
        return true;
    const unsigned char *bytes = sqlite3_column_blob(v->results, next);
    return sb_samples_decode(bytes, (size_t)sqlite3_column_bytes(v->results, next),
                             &result->series);
}

static int read_results(const visit *v, int64_t id, sb_group *group, sb_error *error)
{
    size_t capacity = 0;
    int code;
    sqlite3_reset(v->results);
    sqlite3_bind_int64(v->results, 1, id);
    while ((code = sqlite3_step(v->results)) == SQLITE_ROW) {
        if (group->result_count == capacity) {
            capacity = capacity ? 2 * capacity : 16;
            group->results = sb_grow(group->results, capacity, sizeof *group->results);
        }
        sb_result *result = &group->results[group->result_count++];
        *result = (sb_result) { 0 };
        if (!read_result(v, result) || !check_result(v, group->layer, result))
            return fail_damaged(v, group->layer->name, error);
    }
    return code == SQLITE_DONE ? SB_OK : sb_sqlite_fail(v->db, error);
}

static int read_speedups(const visit *v, int64_t id, sb_group *group, sb_error *error)
{
    size_t capacity = 0;
    int code;
    sqlite3_reset(v->speedups);
    sqlite3_bind_int64(v->speedups, 1, id);
    while ((code = sqlite3_step(v->speedups)) == SQLITE_ROW) {
        if (group->speedup_count == capacity) {
            capacity = capacity ? 2 * capacity : 16;
            group->speedups = sb_grow(group->speedups, capacity, sizeof *group->speedups);
        }
        sb_speedup *speedup = &group->speedups[group->speedup_count++];
        *speedup = (sb_speedup) { 0 };
        if (sb_schema_read(v->speedups, 0, SB_TABLE_SPEEDUPS, speedup) < 0 ||
            !check_speedup(group->layer, speedup))
            return fail_damaged(v, group->layer->name, error);
    }
    return code == SQLITE_DONE ? SB_OK : sb_sqlite_fail(v->db, error);
}

/* Restores the group at the cursor and passes it to the visitor. */
static int visit_one(const visit *v, sb_group_visitor *visitor, void *context, sb_error *error)
{
    sb_layer layer = { .name = NULL };
    sb_group group = { .layer = &layer };
    int next = sb_schema_read(v->groups, 0, SB_TABLE_GROUPS, &group);
    next = next < 0 ? next : sb_schema_read(v->groups, next, SB_TABLE_LAYERS, &layer);
    int rc = SB_OK;
    if (next < 0 || sb_layer_finish(&layer, &(sb_error) { "" }) < 0 || group.threads < 1 ||
        group.threads > SB_MAX_DIMENSION) {
        rc = fail_damaged(v, layer.name, error);
    } else {
        int64_t id = group.position = sqlite3_column_int64(v->groups, next);
        const char *machine = (const char *)sqlite3_column_text(v->groups, next + 1);
        const char *conditions = (const char *)sqlite3_column_text(v->groups, next + 2);
        group.machine = machine ? machine : "";
        group.conditions = conditions ? conditions : "";
        rc = sb_is_visible(group.machine) && sb_is_visible(group.conditions)
                 ? read_results(v, id, &group, error)
                 : fail_damaged(v, layer.name, error);
        if (rc == SB_OK)
            rc = read_speedups(v, id, &group, error);
        if (rc == SB_OK)
            rc = visitor(&group, context, error);
    }
    sb_group_free(&group);
    free(layer.name);
    return rc;
}

int sb_rundb_visit(sb_rundb *db, bool with_samples, sb_group_visitor *visitor, void *context,
                   sb_error *error)
{
    visit v = {
        .db = db,
        .with_samples = with_samples,
        .groups = prepare_groups(db, error),
        .results = prepare_results(db, error),
        .speedups = prepare_speedups(db, error),
    };
    int rc = v.groups && v.results && v.speedups ? SB_OK : SB_FAILED;
    int code = SQLITE_DONE;
    while (rc == SB_OK && (code = sqlite3_step(v.groups)) == SQLITE_ROW)
        rc = visit_one(&v, visitor, context, error);
    if (rc == SB_OK && code != SQLITE_DONE)
        rc = sb_sqlite_fail(db, error);
    sqlite3_finalize(v.groups);
    sqlite3_finalize(v.results);
    sqlite3_finalize(v.speedups);
    return rc;
}
