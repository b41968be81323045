/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of the page are those of the CSV files. (How it is used: tests/cli/page.bats.) */
#include "run_fixture.h"

#include "core/csv.h"
#include "report/page.h"
#include "store/results_csv.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const techniques[] = { "naive", "im2col_gemm", "*onednn", NULL };

static void put_layer(sb_rundb *db, const char *name, int64_t outputs, int64_t threads)
{
    sb_error error;
    sb_random random = { 4 };
    sb_layer layer = make_layer(name, 8, 12, 3, outputs);
    sb_group group = make_group(&layer, threads, techniques, 7, &random);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    sb_group_free(&group);
    free_layer(&layer);
}

/* The data of the page for a run of two layers, whose CSV files are in the folder too. */
static json_t *make_data(const char *dir)
{
    sb_error error = { "" };
    sb_rundb *db = sb_rundb_create(dir, "", "{}", &error);
    assert_non_null(db);
    put_layer(db, "one", 16, 1);
    put_layer(db, "one", 16, 2);
    put_layer(db, "</script>\"&", 32, 1);
    assert_int_equal(sb_results_write_csv(db, dir, &error), SB_OK);
    sb_answer answer;
    assert_int_equal(sb_answer_read(db, &answer, &error), SB_OK);
    assert_int_equal(sb_page_write(db, &answer, dir, &error), SB_OK);
    sb_answer_free(&answer);
    sb_rundb_close(db);
    char *page = slurp(dir, "report.html"), *begin = strstr(page, "id=\"data\">");
    assert_non_null(begin);
    char *end = strstr(begin, "</script>");
    assert_non_null(end);
    *end = '\0';
    json_t *data = json_loads(begin + strlen("id=\"data\">"), 0, NULL);
    assert_non_null(data);
    free(page);
    return data;
}

/* The value in a row. A column with the same value in all rows is stored once. */
static const json_t *value_at(const json_t *table, const char *name, size_t row)
{
    const json_t *column = json_object_get(table, name);
    return json_is_array(column) ? json_array_get(column, row) : column;
}

static size_t column_of(const sb_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->count; i++)
        if (strcmp(csv->fields[i], name) == 0)
            return i;
    fail_msg("no column %s", name);
    return 0;
}

/* Compares every row of these columns; returns the number of rows. */
static size_t compare_columns(const char *dir, const char *file, const json_t *table,
                              const char *const *names)
{
    size_t places[16], rows = 0;
    sb_error error;
    char *text = slurp(dir, file);
    sb_csv csv = { .at = text };
    assert_int_equal(sb_csv_next(&csv, &error), 1);
    for (size_t i = 0; names[i]; i++)
        places[i] = column_of(&csv, names[i]);
    for (; sb_csv_next(&csv, &error) == 1; rows++)
        for (size_t i = 0; names[i]; i++) {
            const json_t *value = value_at(table, names[i], rows);
            const char *field = csv.fields[places[i]];
            if (!*field)
                assert_true(json_is_null(value));
            else if (json_number_value(value) != strtod(field, NULL))
                fail_msg("%s, row %zu: the page has %.17g, %s %s", names[i], rows,
                         json_number_value(value), file, field);
        }
    sb_csv_free(&csv);
    free(text);
    return rows;
}

static void numbers_are_those_of_results_csv(void **state)
{
    static const char *const names[] = { "time_ns",         "ci_low_ns",  "ci_high_ns",
                                         "multiplications", "prepare_ns", "max_error",
                                         "error_bound",     NULL };
    json_t *data = make_data(*state);
    assert_int_equal(
        compare_columns(*state, "results.csv", json_object_get(data, "results"), names), 3 * 7);
    json_decref(data);
}

static void numbers_are_those_of_speedups_csv(void **state)
{
    static const char *const names[] = { "measured",    "ci_low",       "ci_high", "roofline",
                                         "standard_ns", "separable_ns", NULL };
    json_t *data = make_data(*state);
    assert_int_equal(
        compare_columns(*state, "speedups.csv", json_object_get(data, "speedups"), names), 3 * 4);
    json_decref(data);
}

/* Compares the records as text, beginning with the header. */
static void compare_records(const char *dir, const char *name, const json_t *tables)
{
    char file[64];
    sb_error error;
    size_t records = 0;
    snprintf(file, sizeof file, "%s.csv", name);
    char *text = slurp(dir, file);
    const json_t *list = json_object_get(tables, name);
    sb_csv csv = { .at = text };
    for (; sb_csv_next(&csv, &error) == 1; records++) {
        const json_t *record = json_array_get(list, records);
        assert_int_equal(json_array_size(record), csv.count);
        for (size_t i = 0; i < csv.count; i++) {
            assert_string_equal(csv.fields[i], json_string_value(json_array_get(record, i)));
        }
    }
    assert_int_equal(json_array_size(list), records);
    assert_true(records > 1);
    sb_csv_free(&csv);
    free(text);
}

static void tables_are_the_csv_files(void **state)
{
    json_t *data = make_data(*state);
    compare_records(*state, "scaling", json_object_get(data, "tables"));
    json_decref(data);
}

/* One list of all samples, result by result. */
static void samples_are_those_of_samples_csv(void **state)
{
    json_t *data = make_data(*state), *all = json_array();
    const json_t *results = json_object_get(data, "results");
    json_t *one, *table = json_object();
    size_t i;
    json_array_foreach(json_object_get(results, "ns"), i, one) json_array_extend(all, one);
    json_object_set_new(table, "ns", all);
    static const char *const names[] = { "ns", NULL };
    assert_int_equal(compare_columns(*state, "samples.csv", table, names), 3 * 6 * 7);
    json_decref(table);
    json_decref(data);
}

static void names_are_kept(void **state)
{
    json_t *data = make_data(*state);
    const json_t *names = json_object_get(data, "names");
    assert_int_equal(json_array_size(names), 2);
    assert_string_equal(json_string_value(json_array_get(names, 1)), "</script>\"&");
    json_decref(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(numbers_are_those_of_results_csv),
        IN_FOLDER(numbers_are_those_of_speedups_csv),
        IN_FOLDER(samples_are_those_of_samples_csv),
        IN_FOLDER(tables_are_the_csv_files),
        IN_FOLDER(names_are_kept),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
