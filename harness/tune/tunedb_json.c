/* SPDX-License-Identifier: Apache-2.0 */
/* The tuning database's winners as JSON, for storage or for other users. */
#include "core/file.h"
#include "tune/tunedb_sql.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char format_name[] = "sepbench-tuning";
enum { FORMAT_VERSION = 1 };

static int add_winner(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                      sb_error *error)
{
    (void)error;
    char build[17], *problem = sb_tune_problem_text(&key->problem);
    snprintf(build, sizeof build, "%016" PRIx64, key->build);
    json_t *item =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:f, s:I, s:s, s:s}", "machine", key->machine, "build",
                  build, "kernel", key->kernel, "problem", problem, "params", winner->params,
                  "time_ns", winner->time_ns, "evaluations", (json_int_t)winner->evaluations,
                  "strategy", winner->strategy, "ties", winner->ties);
    if (isfinite(winner->default_ns))
        json_object_set_new(item, "default_ns", json_real(winner->default_ns));
    if (*winner->defaults)
        json_object_set_new(item, "default_params", json_string(winner->defaults));
    json_array_append_new(context, item);
    free(problem);
    return 0;
}

int sb_tunedb_export(sb_tunedb *db, const char *glob, const char *path, sb_error *error)
{
    json_t *winners = json_array();
    int rc = sb_tunedb_visit(db, glob, add_winner, winners, error);
    int count = (int)json_array_size(winners);
    json_t *root = json_pack("{s:s, s:i, s:o}", "format", format_name, "version", FORMAT_VERSION,
                             "winners", winners);
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    if (rc == 0)
        rc = sb_file_write(path, text, strlen(text), error);
    free(text);
    json_decref(root);
    return rc < 0 ? rc : count;
}

static int import_one(const sb_tunedb *db, json_t *item, size_t at, sb_error *error)
{
    const char *build, *problem, *params, *strategy, *ties, *defaults = "";
    sb_tune_key key = { 0 };
    sb_tune_winner winner = { .default_ns = NAN };
    json_int_t evaluations;
    json_error_t why;
    if (json_unpack_ex(item, &why, 0, "{s:s, s:s, s:s, s:s, s:s, s:F, s?F, s:I, s:s, s:s, s?s}",
                       "machine", &key.machine, "build", &build, "kernel", &key.kernel, "problem",
                       &problem, "params", &params, "time_ns", &winner.time_ns, "default_ns",
                       &winner.default_ns, "evaluations", &evaluations, "strategy", &strategy,
                       "ties", &ties, "default_params", &defaults) < 0)
        return sb_fail(error, "winner %zu: %s", at + 1, why.text);
    if (!sb_tune_problem_parse(problem, &key.problem))
        return sb_fail(error, "winner %zu: invalid problem '%s'", at + 1, problem);
    if (!(winner.time_ns > 0.0))
        return sb_fail(error, "winner %zu: time_ns must be above 0", at + 1);
    key.build = strtoull(build, NULL, 16);
    winner.params = (char *)(uintptr_t)params;
    winner.strategy = (char *)(uintptr_t)strategy;
    winner.ties = (char *)(uintptr_t)ties;
    winner.defaults = (char *)(uintptr_t)defaults;
    winner.evaluations = evaluations;
    return sb_tunedb_put_row(db, &key, &winner, error);
}

static int import_all(const sb_tunedb *db, const json_t *root, sb_error *error)
{
    const char *format = json_string_value(json_object_get(root, "format"));
    const json_t *winners = json_object_get(root, "winners");
    json_int_t version = json_integer_value(json_object_get(root, "version"));
    if (!format || strcmp(format, format_name) != 0 || !json_is_array(winners))
        return sb_fail(error, "not an export of sepbench tuning");
    if (version > FORMAT_VERSION)
        return sb_fail(error, "has version %d, from a newer sepbench; this one knows %d",
                       (int)version, FORMAT_VERSION);
    if (sb_tunedb_begin(db, error) < 0)
        return SB_FAILED;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < json_array_size(winners); i++)
        rc = import_one(db, json_array_get(winners, i), i, error);
    rc = sb_tunedb_end(db, rc, error);
    return rc < 0 ? rc : (int)json_array_size(winners);
}

int sb_tunedb_import(sb_tunedb *db, const char *path, sb_error *error)
{
    enum { MOST_BYTES = 1 << 28 };
    size_t length;
    char *text = sb_file_read(path, MOST_BYTES, &length, error);
    if (!text)
        return SB_FAILED;
    json_error_t why;
    json_t *root = json_loadb(text, length, 0, &why);
    free(text);
    if (!root)
        return sb_fail(error, "%s:%d:%d: not JSON: %s", path, why.line, why.column, why.text);
    int rc = import_all(db, root, error);
    json_decref(root);
    return rc < 0 ? sb_fail_within(error, "%s", path) : rc;
}
