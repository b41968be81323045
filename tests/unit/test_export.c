/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "core/file.h"
#include "store/exports.h"
#include "store/results_csv.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 5 };

static const char *const techniques[] = { "naive", "tiled", "*onednn", NULL };

/* Makes a run of one group: a standard and a separable result for each technique, and an
 * unsupported one. */
static sb_rundb *make_run(const char *dir, const char *layer_name)
{
    sb_error error;
    sb_random random = { 1 };
    sb_layer layer = make_layer(layer_name, 3, 7, 3, 128);
    sb_group group = make_group(&layer, 2, techniques, ROUNDS, &random);
    sb_rundb *db = sb_rundb_create(dir, "", "{\"machine\": {\"hardware_threads\": 2}}", &error);
    assert_non_null(db);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    sb_group_free(&group);
    free_layer(&layer);
    return db;
}

typedef int writer(sb_rundb *db, FILE *stream, sb_error *error);

/* The output of the writer; the caller must free() it. */
static char *written(const char *dir, sb_rundb *db, writer *write)
{
    sb_error error = { "" };
    sb_file file;
    char *path = sb_path_join(dir, "out");
    assert_int_equal(sb_file_create(&file, path, &error), SB_OK);
    assert_int_equal(write(db, file.stream, &error), SB_OK);
    assert_int_equal(sb_file_commit(&file, &error), SB_OK);
    free(path);
    return slurp(dir, "out");
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

/* Checks the fields that compare.py reads, as listed in Google Benchmark's documentation. */
static void check_entry(const json_t *entry, size_t *iterations, size_t *aggregates, size_t *errors)
{
    assert_non_null(text_at(entry, "name"));
    const bool aggregate = strcmp(text_at(entry, "run_type"), "aggregate") == 0;
    assert_true(json_is_integer(json_object_get(entry, "repetitions")));
    assert_int_equal(json_integer_value(json_object_get(entry, "threads")), 2);
    if (json_is_true(json_object_get(entry, "error_occurred"))) {
        assert_non_null(strstr(text_at(entry, "error_message"), "unsupported: "));
        assert_null(json_object_get(entry, "real_time"));
        ++*errors;
        return;
    }
    assert_string_equal(text_at(entry, "time_unit"), "ns");
    assert_true(json_number_value(json_object_get(entry, "real_time")) > 0);
    assert_true(json_number_value(json_object_get(entry, "cpu_time")) > 0);
    if (aggregate)
        assert_int_equal(strncmp(text_at(entry, "name"), text_at(entry, "run_name"),
                                 strlen(text_at(entry, "run_name"))),
                         0);
    else
        assert_string_equal(text_at(entry, "name"), text_at(entry, "run_name"));
    ++*(aggregate ? aggregates : iterations);
}

static void benchmark_has_the_schema(void **state)
{
    const char *dir = *state;
    sb_rundb *db = make_run(dir, "odd, \"name\"");
    char *text = written(dir, db, sb_export_benchmark);
    json_error_t why;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        fail_msg("%s", why.text);
    const json_t *list = json_object_get(root, "benchmarks");
    assert_true(json_is_object(json_object_get(root, "context")));
    size_t iterations = 0, aggregates = 0, errors = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        check_entry(json_array_get(list, i), &iterations, &aggregates, &errors);
    assert_int_equal(iterations, 6 * ROUNDS);
    assert_int_equal(aggregates, 6 * 4);
    assert_int_equal(errors, 1);
    assert_string_equal(text_at(json_array_get(list, 0), "name"),
                        "odd, \"name\"/standard/naive/standard/threads:2");
    json_decref(root);
    free(text);
    sb_rundb_close(db);
}

static void tidy_has_a_row_a_sample(void **state)
{
    const char *dir = *state;
    sb_rundb *db = make_run(dir, "layer");
    char *text = written(dir, db, sb_results_write_tidy);
    size_t lines = 0, commas = 0, empty = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        size_t count = 0;
        for (const char *c = line; *c; c++)
            count += *c == ',';
        if (lines == 0)
            commas = count;
        assert_int_equal(count, commas);
        assert_null(strchr(line, '\r'));
        empty += strstr(line, "unsupported") && strcmp(line + strlen(line) - 5, ",,,,,") == 0;
    }
    assert_int_equal(lines, 1 + 6 * ROUNDS + 1);
    assert_int_equal(empty, 1);
    free(text);
    sb_rundb_close(db);
}

static void caches_have_what_was_measured(void **state)
{
    const char *dir = *state;
    static const sb_tuned_point points[] = {
        { "rows=4;order=abc", 2.5e6 },
        { "rows=16;order=abc", INFINITY },
        { "rows=4;order=cba", 1e6 },
        { "rows=4;order=abc", 2e6 }, /* a repetition: the last one counts */
    };
    sb_tuned_points tuned = { .layer = "../a/b",
                              .operation = "standard",
                              .kernel = "x/y",
                              .machine = "m",
                              .threads = 2,
                              .points = points,
                              .count = 4 };
    sb_error error = { "" };
    assert_int_equal(sb_export_cache(dir, &tuned, &error), 1);
    char *text = slurp(dir, "%2E.%2Fa%2Fb-standard-t2-x-y.json");
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const json_t *cache = json_object_get(root, "cache");
    assert_int_equal(json_object_size(cache), 3);
    assert_true(fabs(json_number_value(json_object_get(json_object_get(cache, "4,abc"), "time")) -
                     2.0) < 1e-12);
    assert_string_equal(text_at(json_object_get(cache, "16,abc"), "time"), "RuntimeFailedConfig");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(cache, "4,cba"), "rows")),
                     4);
    const json_t *ranges = json_object_get(root, "tune_params");
    assert_int_equal(json_array_size(json_object_get(ranges, "rows")), 2);
    assert_int_equal(json_array_size(json_object_get(ranges, "order")), 2);
    const json_t *keys = json_object_get(root, "tune_params_keys");
    assert_string_equal(json_string_value(json_array_get(keys, 0)), "rows");
    json_decref(root);
    free(text);
    static const sb_tuned_point none[] = { { "", 1e6 } };
    tuned.points = none;
    tuned.count = 1;
    assert_int_equal(sb_export_cache(dir, &tuned, &error), 0);
    tuned.points = points;
    assert_int_equal(sb_export_cache("/nowhere/at/all", &tuned, &error), SB_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(benchmark_has_the_schema),
        IN_FOLDER(tidy_has_a_row_a_sample),
        IN_FOLDER(caches_have_what_was_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
