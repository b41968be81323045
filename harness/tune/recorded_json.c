/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel Tuner's cache, results in the T4 format, and KTT's results. Members of unknown names are
 * skipped, so the formats need not be distinguished first: the parameters of an entry are the
 * members of its `configuration`, or, if it has none, its own members.
 */
#include "core/text.h"
#include "tune/json_scan.h"
#include "tune/recorded_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What has been read of the present entry. */
typedef struct entry {
    double time, cost;
    double sum, runs; /* of single runs, if there is nothing better */
    bool failed;
    bool nested;                                  /* within its `configuration` */
    char name[SB_JSON_TEXT], value[SB_JSON_TEXT]; /* the present name and value */
    bool has_value;
    double number;
} entry;

typedef struct reader {
    sb_json_scan scan;
    sb_rows *rows;
    sb_error *error;
    entry entry;
    char *names[SB_SPACE_AXES]; /* of the parameters, if the file names them */
    size_t name_count;
    bool many;   /* more of them */
    bool ranked; /* named by a list, which has priority over an object's members */
    bool listed; /* there was a list of entries, possibly empty */
    bool cut;    /* the file ended between two entries, or after them */
} reader;

/* Reads the value of the member `name`, or the value that `token` begins. Returns its last
 * token. */
typedef sb_json_token read_member(reader *r, const char *name);
typedef sb_json_token read_element(reader *r, sb_json_token token);

static bool going(sb_json_token token)
{
    return token > SB_JSON_CUT;
}

static sb_json_token skip_next(reader *r)
{
    return sb_json_skip(&r->scan, sb_json_next(&r->scan));
}

/* Skips the rest of an object. */
static sb_json_token read_members(reader *r, read_member *member)
{
    sb_json_token token = SB_JSON_NAME;
    while (going(token) && (token = sb_json_next(&r->scan)) == SB_JSON_NAME) {
        char name[SB_JSON_TEXT];
        memcpy(name, r->scan.text, sizeof name);
        token = member(r, name);
        if (token == SB_JSON_CLOSE)
            token = SB_JSON_NAME; /* that of the value */
    }
    return token;
}

/* Skips the rest of an array. */
static sb_json_token read_elements(reader *r, read_element *element)
{
    sb_json_token token;
    while (going(token = sb_json_next(&r->scan)) && token != SB_JSON_CLOSE) {
        token = element(r, token);
        if (!going(token))
            return token;
    }
    return token;
}

/* Reads the next value if it is an object or array as requested; otherwise skips it. */
static sb_json_token read_next(reader *r, read_member *member, read_element *element)
{
    sb_json_token token = sb_json_next(&r->scan);
    if (token == SB_JSON_OBJECT && member)
        return read_members(r, member);
    if (token == SB_JSON_ARRAY && element)
        return read_elements(r, element);
    return sb_json_skip(&r->scan, token);
}

/* A scalar as the text of a parameter's value. False if it cannot be one. */
static bool value_text(const sb_json_scan *scan, sb_json_token token, char *text)
{
    switch (token) {
    case SB_JSON_STRING:
        memcpy(text, scan->text, SB_JSON_TEXT);
        return true;
    case SB_JSON_NUMBER:
        snprintf(text, SB_JSON_TEXT, "%.17g", scan->number);
        return isfinite(scan->number);
    case SB_JSON_TRUE:
    case SB_JSON_FALSE:
        snprintf(text, SB_JSON_TEXT, "%d", token == SB_JSON_TRUE);
        return true;
    default:
        return false;
    }
}

static double number_or_nan(const reader *r, sb_json_token token)
{
    return token == SB_JSON_NUMBER ? r->scan.number : NAN;
}

static sb_json_token read_number(reader *r, double *number)
{
    sb_json_token token = sb_json_next(&r->scan);
    *number = number_or_nan(r, token);
    return sb_json_skip(&r->scan, token);
}

/* --------------------------------------------------------------------------- parts of an entry */

/* The cost of evaluating, by the names that the formats use, converted to milliseconds. NAN: not
 * such a name. */
static double cost_unit(const char *name)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {
        { "compile_time", 1.0 },     { "verification_time", 1.0 }, { "benchmark_time", 1.0 },
        { "compilation_time", 1.0 }, { "validation", 1.0 },        { "spent", 1e3 },
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(name, units[i].name) == 0)
            return units[i].ms;
    return NAN;
}

static sb_json_token read_cost(reader *r, double unit)
{
    double cost;
    sb_json_token token = read_number(r, &cost);
    if (isfinite(cost))
        r->entry.cost = isnan(r->entry.cost) ? cost * unit : r->entry.cost + cost * unit;
    return token;
}

static sb_json_token read_run(reader *r, sb_json_token token)
{
    r->entry.sum += number_or_nan(r, token);
    r->entry.runs++;
    return sb_json_skip(&r->scan, token);
}

/* Of T4's `times`; Kernel Tuner's are a list. */
static sb_json_token read_times_member(reader *r, const char *name)
{
    if (strcmp(name, "runtimes") == 0)
        return read_next(r, NULL, read_run);
    double unit = cost_unit(name);
    return isnan(unit) ? skip_next(r) : read_cost(r, unit);
}

/* A pair is {"name": ..., "value": ...}, in either order. */
static sb_json_token read_pair_member(reader *r, const char *name)
{
    entry *e = &r->entry;
    sb_json_token token = sb_json_next(&r->scan);
    if (strcasecmp(name, "name") == 0 && token == SB_JSON_STRING)
        memcpy(e->name, r->scan.text, sizeof e->name);
    if (strcasecmp(name, "value") == 0) {
        e->has_value = value_text(&r->scan, token, e->value);
        e->number = number_or_nan(r, token);
    }
    return sb_json_skip(&r->scan, token);
}

static sb_json_token read_pair(reader *r, sb_json_token token)
{
    r->entry.name[0] = '\0';
    r->entry.has_value = false;
    return token == SB_JSON_OBJECT ? read_members(r, read_pair_member)
                                   : sb_json_skip(&r->scan, token);
}

static sb_json_token read_measurement(reader *r, sb_json_token token)
{
    token = read_pair(r, token);
    if (r->entry.has_value && strcmp(r->entry.name, "time") == 0)
        r->entry.time = r->entry.number;
    return token;
}

static void add_name(reader *r, const char *name)
{
    for (size_t i = 0; i < r->name_count; i++)
        if (strcmp(r->names[i], name) == 0)
            return;
    if (r->name_count < SB_SPACE_AXES)
        r->names[r->name_count++] = sb_copy_text(name);
    else
        r->many = true;
}

/* The first parameter set determines the parameters if nothing else names them. */
static void set_parameter(reader *r, const char *name, const char *value)
{
    if (r->entry.nested && r->rows->count == 0 && !r->rows->closed)
        add_name(r, name);
    sb_rows_set(r->rows, name, value);
}

static sb_json_token read_parameter_pair(reader *r, sb_json_token token)
{
    token = read_pair(r, token);
    if (r->entry.has_value && r->entry.name[0])
        set_parameter(r, r->entry.name, r->entry.value);
    return token;
}

static sb_json_token read_parameter(reader *r, const char *name)
{
    char text[SB_JSON_TEXT];
    sb_json_token token = sb_json_next(&r->scan);
    if (value_text(&r->scan, token, text))
        set_parameter(r, name, text);
    return sb_json_skip(&r->scan, token);
}

/* "correct" and "Ok" are successes; any other word is a failure. */
static sb_json_token read_verdict(reader *r)
{
    sb_json_token token = sb_json_next(&r->scan);
    if (token == SB_JSON_STRING)
        r->entry.failed = strcmp(r->scan.text, "correct") != 0 && strcmp(r->scan.text, "Ok") != 0;
    return sb_json_skip(&r->scan, token);
}

static sb_json_token read_configuration(reader *r)
{
    r->entry.nested = true;
    sb_json_token token = read_next(r, read_parameter, read_parameter_pair);
    r->entry.nested = false;
    return token;
}

static sb_json_token read_entry_member(reader *r, const char *name)
{
    if (strcmp(name, "time") == 0 || strcmp(name, "TotalDuration") == 0)
        return read_number(r, &r->entry.time);
    if (strcasecmp(name, "configuration") == 0)
        return read_configuration(r);
    if (strcmp(name, "invalidity") == 0 || strcmp(name, "Status") == 0)
        return read_verdict(r);
    if (strcmp(name, "measurements") == 0)
        return read_next(r, NULL, read_measurement);
    if (strcmp(name, "times") == 0)
        return read_next(r, read_times_member, NULL);
    double unit = cost_unit(name);
    return isnan(unit) ? read_parameter(r, name) : read_cost(r, unit);
}

/* -------------------------------------------------------------------------------------- entries */

/* The parameters are known from here on, if the file names them. */
static void close_rows(reader *r)
{
    if (r->name_count && !r->rows->closed)
        sb_rows_select(r->rows, r->names, r->name_count);
}

/* Fills in parameters that the entry lacks from its key, "16,1,1". */
static void complete_from_key(reader *r, const char *key)
{
    for (size_t c = 0; r->rows->closed && c < r->rows->column_count && *key; c++) {
        char field[SB_JSON_TEXT];
        size_t length = strcspn(key, ",");
        snprintf(field, sizeof field, "%.*s", (int)length, key);
        if (!sb_rows_has(r->rows, c))
            sb_rows_set(r->rows, r->rows->columns[c].name, field);
        key += length + (key[length] == ',');
    }
}

static sb_json_token end_entry(reader *r, const char *key, sb_json_token token)
{
    entry *e = &r->entry;
    double time = isnan(e->time) && e->runs > 0.0 ? e->sum / e->runs : e->time;
    complete_from_key(r, key);
    close_rows(r);
    return sb_rows_end(r->rows, e->failed ? NAN : time, e->cost, r->error) < 0 ? SB_JSON_FAILED
                                                                               : token;
}

/* Reads the entry that `token` begins. A value that is not an object is not an entry. */
static sb_json_token read_entry(reader *r, const char *key, sb_json_token token)
{
    r->entry = (entry) { .time = NAN, .cost = NAN };
    if (token != SB_JSON_OBJECT)
        return sb_json_skip(&r->scan, token);
    token = read_members(r, read_entry_member);
    return going(token) ? end_entry(r, key, token) : token;
}

static sb_json_token read_listed(reader *r, sb_json_token token)
{
    return read_entry(r, "", token);
}

static sb_json_token read_keyed(reader *r, const char *key)
{
    return read_entry(r, key, sb_json_next(&r->scan));
}

/* A file cut between two entries, or after the last, has lost none: an interrupted tuner leaves
 * such a file. `inside` is the depth within the list. */
static sb_json_token read_entries(reader *r)
{
    size_t inside = r->scan.depth + 1;
    r->listed = true;
    close_rows(r);
    sb_json_token token = read_next(r, read_keyed, read_listed);
    r->cut = token == SB_JSON_CUT && r->scan.depth == inside && !r->scan.torn;
    return token;
}

/* --------------------------------------------------------------------------------------- file */

static sb_json_token read_listed_name(reader *r, sb_json_token token)
{
    if (token == SB_JSON_STRING)
        add_name(r, r->scan.text);
    return sb_json_skip(&r->scan, token);
}

static sb_json_token read_name_of_member(reader *r, const char *name)
{
    if (!r->ranked)
        add_name(r, name);
    return skip_next(r);
}

static sb_json_token read_names(reader *r)
{
    while (r->name_count)
        free(r->names[--r->name_count]);
    r->ranked = true;
    return read_next(r, NULL, read_listed_name);
}

static sb_json_token read_top_member(reader *r, const char *name)
{
    if (strcmp(name, "tune_params_keys") == 0)
        return read_names(r);
    if (strcmp(name, "tune_params") == 0)
        return read_next(r, read_name_of_member, NULL);
    if (strcmp(name, "cache") == 0 || strcasecmp(name, "results") == 0)
        return read_entries(r);
    return skip_next(r);
}

static sb_json_token read_top(reader *r)
{
    sb_json_token token = sb_json_next(&r->scan);
    if (token == SB_JSON_OBJECT)
        token = read_members(r, read_top_member);
    else if (token == SB_JSON_ARRAY) {
        r->listed = true;
        token = read_elements(r, read_listed);
    }
    if (token == SB_JSON_CUT && r->listed && r->scan.depth == 1 && !r->scan.torn)
        r->cut = true;
    return token == SB_JSON_CLOSE ? sb_json_next(&r->scan) : token;
}

static int check(reader *r, sb_json_token last)
{
    const sb_source *source = r->scan.source;
    if (last == SB_JSON_FAILED)
        return SB_FAILED;
    if (last == SB_JSON_CUT && !r->cut)
        return sb_fail(r->error, "%s:%zu:%zu: truncated: the JSON ends too early", source->path,
                       source->line, source->column);
    if (!r->listed)
        return sb_fail(r->error,
                       "%s: not a recorded space: expected Kernel Tuner's \"cache\", a list of "
                       "\"results\", or CSV",
                       source->path);
    if (r->rows->count == 0)
        return sb_fail(r->error, "%s: holds no parameter sets", source->path);
    if (r->name_count == 0 || r->many)
        return sb_fail(r->error,
                       "%s: does not say what the parameters are: expected \"tune_params_keys\", a "
                       "list of up to %d names",
                       source->path, SB_SPACE_AXES);
    return 0;
}

int sb_recorded_read_json(sb_source *source, sb_rows *rows, bool *cut, sb_error *error)
{
    reader *r = sb_new(1, sizeof *r);
    r->scan.source = source;
    r->rows = rows;
    r->error = error;
    int rc = check(r, read_top(r));
    close_rows(r);
    *cut = r->cut;
    while (r->name_count)
        free(r->names[--r->name_count]);
    free(r);
    return rc;
}
