/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enumerations are stored by name: readable in any SQLite tool, and free to be renumbered. */
typedef struct names {
    int count;
    const char *(*name)(int value);
} names;

static const char *operation_name(int value)
{
    return sb_operation_name((sb_operation)value);
}

static const char *arithmetic_name(int value)
{
    return sb_arithmetic_name((sb_arithmetic)value);
}

static const char *verdict_name(int value)
{
    return sb_verdict_name((sb_verdict)value);
}

static const char *cache_name(int value)
{
    return sb_cache_mode_name((sb_cache_mode)value);
}

static const char *estimator_name(int value)
{
    return sb_estimator_name((sb_estimator)value);
}

static const names operations = { SB_OPERATIONS, operation_name };
static const names arithmetics = { SB_STRASSEN + 1, arithmetic_name };
static const names verdicts = { SB_VERDICT_SKIPPED + 1, verdict_name };
static const names caches = { SB_CACHE_COLD + 1, cache_name };
static const names estimators = { SB_ESTIMATE_MIN + 1, estimator_name };

typedef enum kind { TEXT, REAL, WHOLE, SIZE, FLAG, NAMED } kind;

typedef struct column {
    const char *name;
    kind kind;
    size_t offset;
    const names *names; /* NAMED: an enumeration */
} column;

#define IN(type, member) offsetof(type, member)

static const column layer_columns[] = {
    { "name", TEXT, IN(sb_layer, name), NULL },
    { "n", WHOLE, IN(sb_layer, shape.n), NULL },
    { "c", WHOLE, IN(sb_layer, shape.c), NULL },
    { "h", WHOLE, IN(sb_layer, shape.h), NULL },
    { "w", WHOLE, IN(sb_layer, shape.w), NULL },
    { "k", WHOLE, IN(sb_layer, shape.k), NULL },
    { "r", WHOLE, IN(sb_layer, shape.r), NULL },
    { "s", WHOLE, IN(sb_layer, shape.s), NULL },
    { "stride_h", WHOLE, IN(sb_layer, shape.stride_h), NULL },
    { "stride_w", WHOLE, IN(sb_layer, shape.stride_w), NULL },
    { "pad_top", WHOLE, IN(sb_layer, shape.pad_top), NULL },
    { "pad_bottom", WHOLE, IN(sb_layer, shape.pad_bottom), NULL },
    { "pad_left", WHOLE, IN(sb_layer, shape.pad_left), NULL },
    { "pad_right", WHOLE, IN(sb_layer, shape.pad_right), NULL },
    { "dilation_h", WHOLE, IN(sb_layer, shape.dilation_h), NULL },
    { "dilation_w", WHOLE, IN(sb_layer, shape.dilation_w), NULL },
    { "groups", WHOLE, IN(sb_layer, shape.groups), NULL },
    { "multiplier", WHOLE, IN(sb_layer, shape.multiplier), NULL },
    { "p", WHOLE, IN(sb_layer, shape.p), NULL },
    { "q", WHOLE, IN(sb_layer, shape.q), NULL },
    { "standard", FLAG, IN(sb_layer, operations[SB_STANDARD]), NULL },
    { "separable", FLAG, IN(sb_layer, operations[SB_SEPARABLE]), NULL },
    { "repeat", WHOLE, IN(sb_layer, repeat), NULL },
    { NULL, TEXT, 0, NULL },
};

static const column group_columns[] = {
    { "threads", WHOLE, IN(sb_group, threads), NULL },
    { "cache", NAMED, IN(sb_group, cache), &caches },
    { "wall_ns", WHOLE, IN(sb_group, wall_ns), NULL },
    { "plan_ns", WHOLE, IN(sb_group, plan_ns), NULL },
    { "reference_ns", WHOLE, IN(sb_group, reference_ns), NULL },
    { "verify_ns", WHOLE, IN(sb_group, verify_ns), NULL },
    { "sample_ns", WHOLE, IN(sb_group, sample_ns), NULL },
    { "idle_ns", WHOLE, IN(sb_group, idle_ns), NULL },
    { NULL, TEXT, 0, NULL },
};

static const column kernel_columns[] = {
    { "operation", NAMED, IN(sb_result, operation), &operations },
    { "arithmetic", NAMED, IN(sb_result, arithmetic), &arithmetics },
    { "plugin", TEXT, IN(sb_result, plugin), NULL },
    { "kernel", TEXT, IN(sb_result, kernel), NULL },
    { "technique", TEXT, IN(sb_result, technique), NULL },
    { "label", TEXT, IN(sb_result, label), NULL },
    { "peer", FLAG, IN(sb_result, peer), NULL },
    { NULL, TEXT, 0, NULL },
};

static const column result_columns[] = {
    { "params", TEXT, IN(sb_result, params), NULL },
    { "origin", TEXT, IN(sb_result, origin), NULL },
    { "verdict", NAMED, IN(sb_result, verdict), &verdicts },
    { "detail", TEXT, IN(sb_result, detail), NULL },
    { "stop_reason", TEXT, IN(sb_result, stop_reason), NULL },
    { "estimator", NAMED, IN(sb_result, estimator), &estimators },
    { "time_ns", REAL, IN(sb_result, time.value), NULL },
    { "ci_low_ns", REAL, IN(sb_result, time.low), NULL },
    { "ci_high_ns", REAL, IN(sb_result, time.high), NULL },
    { "count", SIZE, IN(sb_result, summary.count), NULL },
    { "min_ns", REAL, IN(sb_result, summary.min), NULL },
    { "mean_ns", REAL, IN(sb_result, summary.mean), NULL },
    { "stddev_ns", REAL, IN(sb_result, summary.stddev), NULL },
    { "median_ns", REAL, IN(sb_result, summary.median.value), NULL },
    { "median_low_ns", REAL, IN(sb_result, summary.median.low), NULL },
    { "median_high_ns", REAL, IN(sb_result, summary.median.high), NULL },
    { "outliers", SIZE, IN(sb_result, summary.outliers), NULL },
    { "lag1", REAL, IN(sb_result, summary.lag1), NULL },
    { "dependent", FLAG, IN(sb_result, summary.dependent), NULL },
    { "switches", WHOLE, IN(sb_result, switches), NULL },
    { "prepare_ns", REAL, IN(sb_result, prepare_ns), NULL },
    { "reorder_ns", REAL, IN(sb_result, reorder_ns), NULL },
    { "max_error", REAL, IN(sb_result, max_error), NULL },
    { "error_bound", REAL, IN(sb_result, error_bound), NULL },
    { "roofline_gflops", REAL, IN(sb_result, roofline_gflops), NULL },
    { NULL, TEXT, 0, NULL },
};

static const column speedup_columns[] = {
    { "technique", TEXT, IN(sb_speedup, technique), NULL },
    { "standard_kernel", TEXT, IN(sb_speedup, standard_kernel), NULL },
    { "separable_kernel", TEXT, IN(sb_speedup, separable_kernel), NULL },
    { "standard_ns", REAL, IN(sb_speedup, standard_ns), NULL },
    { "separable_ns", REAL, IN(sb_speedup, separable_ns), NULL },
    { "measured", REAL, IN(sb_speedup, measured.value), NULL },
    { "ci_low", REAL, IN(sb_speedup, measured.low), NULL },
    { "ci_high", REAL, IN(sb_speedup, measured.high), NULL },
    { "theoretical", REAL, IN(sb_speedup, theoretical), NULL },
    { "roofline", REAL, IN(sb_speedup, roofline), NULL },
    { NULL, TEXT, 0, NULL },
};

static const struct {
    const char *name;
    const char *keys; /* columns before the members' */
    const column *columns;
    const char *constraints; /* after them */
} tables[SB_TABLES] = {
    [SB_TABLE_LAYERS] = { "layers", "id INTEGER PRIMARY KEY", layer_columns, ", UNIQUE(name)" },
    [SB_TABLE_GROUPS] = { "\"groups\"",
                          "id INTEGER PRIMARY KEY, layer_id INTEGER NOT NULL REFERENCES layers(id)",
                          group_columns, ", UNIQUE(layer_id, threads)" },
    [SB_TABLE_KERNELS] = { "kernels", "id INTEGER PRIMARY KEY", kernel_columns,
                           ", UNIQUE(operation, plugin, kernel, technique, label, peer)" },
    /* `samples` is what store/samples.h makes of the series. */
    [SB_TABLE_RESULTS] = { "results",
                           "group_id INTEGER NOT NULL REFERENCES \"groups\"(id), "
                           "position INTEGER NOT NULL, "
                           "kernel_id INTEGER NOT NULL REFERENCES kernels(id), "
                           "samples BLOB",
                           result_columns, ", PRIMARY KEY(group_id, position)" },
    [SB_TABLE_SPEEDUPS] = { "speedups",
                            "group_id INTEGER NOT NULL REFERENCES \"groups\"(id), "
                            "position INTEGER NOT NULL",
                            speedup_columns, ", PRIMARY KEY(group_id, position)" },
};

void sb_schema_create(sb_text *sql)
{
    static const char *const types[] = {
        [TEXT] = "TEXT NOT NULL",     [REAL] = "REAL",
        [WHOLE] = "INTEGER NOT NULL", [SIZE] = "INTEGER NOT NULL",
        [FLAG] = "INTEGER NOT NULL",  [NAMED] = "TEXT NOT NULL",
    };
    for (int t = 0; t < SB_TABLES; t++) {
        sb_text_add(sql, "CREATE TABLE %s(%s", tables[t].name, tables[t].keys);
        for (const column *c = tables[t].columns; c->name; c++)
            sb_text_add(sql, ", \"%s\" %s", c->name, types[c->kind]);
        sb_text_add(sql, "%s);\n", tables[t].constraints);
    }
    sb_text_add(sql, "CREATE TABLE run(key TEXT PRIMARY KEY, value TEXT NOT NULL);\n");
}

int sb_schema_names(sb_schema_table table, const char *prefix, sb_text *sql)
{
    int count = 0;
    for (const column *c = tables[table].columns; c->name; c++)
        sb_text_add(sql, "%s%s\"%s\"", count++ ? ", " : "", prefix, c->name);
    return count;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

/* A failed bind (no memory) leaves NULL, which NOT NULL or the reader's check refuses. */
static void bind_member(sqlite3_stmt *statement, int at, const column *c, const void *member)
{
    int value;
    switch (c->kind) {
    case TEXT:
        bind_text(statement, at, *(char *const *)member);
        break;
    case REAL:
        sqlite3_bind_double(statement, at, *(const double *)member); /* NAN is bound as NULL */
        break;
    case WHOLE:
        sqlite3_bind_int64(statement, at, *(const int64_t *)member);
        break;
    case SIZE:
        sqlite3_bind_int64(statement, at, (int64_t) * (const size_t *)member);
        break;
    case FLAG:
        sqlite3_bind_int(statement, at, *(const bool *)member);
        break;
    case NAMED:
        memcpy(&value, member, sizeof value);
        bind_text(statement, at, c->names->name(value));
        break;
    }
}

int sb_schema_bind(sqlite3_stmt *statement, int first, sb_schema_table table, const void *row)
{
    for (const column *c = tables[table].columns; c->name; c++)
        bind_member(statement, first++, c, (const char *)row + c->offset);
    return first;
}

static bool read_named(sqlite3_stmt *statement, int at, const names *known, void *member)
{
    const char *name = (const char *)sqlite3_column_text(statement, at);
    for (int value = 0; name && value < known->count; value++)
        if (strcmp(name, known->name(value)) == 0) {
            memcpy(member, &value, sizeof value);
            return true;
        }
    return false;
}

static bool read_member(sqlite3_stmt *statement, int at, const column *c, void *member)
{
    bool null = sqlite3_column_type(statement, at) == SQLITE_NULL;
    switch (c->kind) {
    case TEXT:
        if (null)
            return false;
        *(char **)member = sb_copy_text((const char *)sqlite3_column_text(statement, at));
        return true;
    case REAL:
        *(double *)member = null ? NAN : sqlite3_column_double(statement, at);
        return true;
    case WHOLE:
        *(int64_t *)member = sqlite3_column_int64(statement, at);
        return true;
    case SIZE:
        *(size_t *)member = (size_t)sqlite3_column_int64(statement, at);
        return true;
    case FLAG:
        *(bool *)member = sqlite3_column_int(statement, at) != 0;
        return true;
    case NAMED:
        return read_named(statement, at, c->names, member);
    }
    return false;
}

int sb_schema_read(sqlite3_stmt *statement, int first, sb_schema_table table, void *row)
{
    for (const column *c = tables[table].columns; c->name; c++)
        if (!read_member(statement, first++, c, (char *)row + c->offset))
            return -1;
    return first;
}

static_assert(sizeof(sb_verdict) == sizeof(int) && sizeof(sb_estimator) == sizeof(int) &&
                  sizeof(sb_cache_mode) == sizeof(int) && sizeof(sb_operation) == sizeof(int),
              "NAMED members are read and written as int");
