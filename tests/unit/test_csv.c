/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "core/random.h"
#include "store/number.h"
#include "store/results_csv.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const techniques[] = { "naive", "tiled", "*onednn", NULL };

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {
        { 0, 3, "0" },
        { 12, 3, "12" },
        { 0.5, 3, "0.5" },
        { 100, 3, "100" },
        { 1234567.125, 3, "1234567.125" },
        { 0.0004, 3, "0" },
        { -0.0001, 3, "0" },
        { -2.5, 3, "-2.5" },
        { 1e15, 3, "1000000000000000" },
        { NAN, 3, "" },
        { INFINITY, 3, "" },
        { 8.4087, 6, "8.4087" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_text text = { 0 };
        sb_text_add_bytes(&text, "", 0);
        sb_text_add_fixed(&text, cases[i].value, cases[i].decimals);
        assert_string_equal(text.data, cases[i].text);
        sb_text_free(&text);
    }
    sb_text text = { 0 };
    sb_text_add_scientific(&text, 1.25e-7);
    assert_string_equal(text.data, "1.2500e-07");
    sb_text_free(&text);
}

/* What printf() writes, without trailing zeros. */
static void print_fixed(char text[400], double value, int decimals)
{
    int length = snprintf(text, 400, "%.*f", decimals, value);
    while (decimals > 0 && text[length - 1] == '0')
        length--;
    length -= decimals > 0 && text[length - 1] == '.';
    text[length] = '\0';
    if (strcmp(text, "-0") == 0)
        memmove(text, text + 1, 2);
}

/* Of all sizes, and halfway between two results. */
static double draw_number(sb_random *random)
{
    const int scale = (int)sb_random_below(random, 140) - 70;
    const double value = ldexp((double)sb_random_next(random), scale);
    const double half = (double)sb_random_below(random, 1000000) / 64;
    return sb_random_below(random, 2) ? (sb_random_below(random, 2) ? value : -value) : half;
}

static void test_numbers_as_printed(void **state)
{
    sb_random random = { 3 };
    (void)state;
    for (int i = 0; i < 200000; i++) {
        const int decimals = (int)sb_random_below(&random, 10);
        const double value = draw_number(&random);
        char expected[400];
        sb_text text = { 0 };
        print_fixed(expected, value, decimals);
        sb_text_add_fixed(&text, value, decimals);
        assert_string_equal(text.data, expected);
        sb_text_free(&text);
    }
    const int64_t wholes[] = { 0, 7, -1, INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
        char expected[32];
        sb_text text = { 0 };
        snprintf(expected, sizeof expected, "%lld", (long long)wholes[i]);
        sb_text_add_whole(&text, wholes[i]);
        assert_string_equal(text.data, expected);
        sb_text_free(&text);
    }
}

/* Splits a record of RFC 4180, with lines that end in LF, into fields, in place. Returns the next
 * record, or NULL at the end. */
static char *parse(char *at, char **fields, size_t *count)
{
    *count = 0;
    if (!*at)
        return NULL;
    for (;;) {
        char *to = at;
        fields[(*count)++] = to;
        bool quoted = *at == '"';
        at += quoted;
        for (; quoted ? *at != '"' || at[1] == '"' : *at != ',' && *at != '\n'; at++) {
            assert_true(*at);
            at += quoted && *at == '"';
            *to++ = *at;
        }
        at += quoted;
        char end = *at;
        *to = '\0';
        assert_true(end == ',' || end == '\n');
        at++;
        if (end == '\n')
            return at;
    }
}

typedef struct table {
    char *text;
    char *header[64];
    char *rows[64][64];
    size_t columns, count;
} table;

static void read_table(table *t, const char *dir, const char *name)
{
    memset(t, 0, sizeof *t);
    t->text = slurp(dir, name);
    size_t columns;
    char *at = parse(t->text, t->header, &t->columns);
    while ((at = parse(at, t->rows[t->count], &columns))) {
        assert_int_equal(columns, t->columns);
        assert_true(++t->count < 64);
    }
}

static const char *cell(const table *t, size_t row, const char *column)
{
    for (size_t i = 0; i < t->columns; i++)
        if (strcmp(t->header[i], column) == 0)
            return t->rows[row][i];
    fail_msg("there is no column %s", column);
    return NULL;
}

static void test_files(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_random random = { 1 };
    sb_layer layer = make_layer("odd, \"name\" of one line", 3, 7, 3, 128);
    sb_group group = make_group(&layer, 2, techniques, 5, &random);
    free(group.results[2].label);
    group.results[2].label = sb_copy_text("mine"); /* as the configuration calls it */
    sb_rundb *db = sb_rundb_create(dir, "machine=a box\n", "{}", &error);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    assert_int_equal(sb_results_write_csv(db, dir, &error), 0);
    assert_int_equal(sb_results_write_csv(db, dir, &error), 0); /* replaces */
    sb_rundb_close(db);

    table *t = sb_new(1, sizeof *t);
    read_table(t, dir, "results.csv");
    assert_int_equal(t->columns, 66);
    assert_int_equal(t->count, 7);
    assert_string_equal(cell(t, 0, "layer"), layer.name);
    assert_string_equal(cell(t, 0, "operation"), "standard");
    assert_string_equal(cell(t, 0, "k"), "128");
    assert_string_equal(cell(t, 0, "plugin"), "naive");
    assert_string_equal(cell(t, 0, "kernel"), "standard");
    assert_string_equal(cell(t, 2, "plugin"), "tiled");
    assert_string_equal(cell(t, 2, "kernel"), "mine");
    assert_string_equal(cell(t, 4, "peer"), "1");
    assert_string_equal(cell(t, 4, "detail"), "made up, \"quoted\"");
    assert_string_equal(cell(t, 0, "params"), "tile=8;unroll=2");
    assert_string_equal(cell(t, 0, "threads"), "2");
    assert_string_equal(cell(t, 6, "machine"), "a box");
    assert_string_equal(cell(t, 0, "cache"), "warm");
    assert_string_equal(cell(t, 0, "samples"), "5");
    assert_string_equal(cell(t, 0, "estimator"), "p25");
    assert_string_equal(cell(t, 0, "multiplications"), "169344"); /* 7 x 7 x 3 x 9 x 128 */
    assert_string_equal(cell(t, 0, "reorder_ns"), "");
    assert_string_equal(cell(t, 0, "passes_gflops"), "150");
    assert_string_equal(cell(t, 0, "bound_by"), "L2");
    assert_string_equal(cell(t, 0, "prepare_ns"), "1234.5");
    assert_string_equal(cell(t, 0, "max_error"), "1.2500e-07");
    double time = strtod(cell(t, 0, "time_ns"), NULL);
    assert_true(fabs(time - group.results[0].time.value) <= 0.0005);
    assert_true(fabs(strtod(cell(t, 0, "gflops"), NULL) - 2 * 169344 / time) < 1e-5);
    assert_string_equal(cell(t, 6, "status"), "unsupported");
    assert_string_equal(cell(t, 6, "samples"), "0");
    static const char *const never[] = { "estimator", "time_ns", "ci_low_ns", "min_ns", "gflops" };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_string_equal(cell(t, 6, never[i]), "");
    free(t->text);

    read_table(t, dir, "speedups.csv");
    assert_int_equal(t->columns, 20);
    assert_string_equal(cell(t, 0, "operation"), "separable");
    assert_string_equal(cell(t, 0, "machine"), "a box");
    assert_int_equal(t->count, 4);
    assert_string_equal(cell(t, 3, "technique"), "best");
    assert_string_equal(cell(t, 0, "standard_kernel"), "naive/standard");
    assert_string_equal(cell(t, 0, "standard_parameters"), "3456");
    assert_string_equal(cell(t, 0, "separable_parameters"), "411");
    double measured = strtod(cell(t, 0, "measured"), NULL);
    double theoretical = strtod(cell(t, 0, "theoretical"), NULL);
    assert_true(fabs(theoretical - 8.408759) < 1e-6);
    assert_true(fabs(strtod(cell(t, 0, "efficiency"), NULL) - measured / theoretical) < 1e-5);
    free(t->text);

    read_table(t, dir, "samples.csv");
    assert_int_equal(t->columns, 9);
    assert_int_equal(t->count, 30);
    assert_string_equal(cell(t, 0, "kernel"), "naive/standard");
    assert_string_equal(cell(t, 10, "kernel"), "mine");
    assert_string_equal(cell(t, 4, "round"), "4");
    free(t->text);
    free(t);
    sb_group_free(&group);
    free_layer(&layer);
}

/* The scaling of kernels that use threads, by layer. It has an interval only if the rounds are
 * common to both. */
static void test_scaling(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_random random = { 5 };
    sb_layer layers[] = { make_layer("a", 3, 7, 3, 16), make_layer("b", 3, 7, 3, 16) };
    sb_rundb *db = sb_rundb_create(dir, "", "{}", &error);
    double ns[2] = { 0 };
    for (int i = 0; i < 6; i++) { /* each layer with 4, 1 and 2 threads */
        static const int64_t threads[] = { 4, 1, 2 };
        sb_group group = make_group(&layers[i / 3], threads[i % 3], techniques, 12, &random);
        group.rounds = i == 5 ? 2 : 1;
        group.results[0].threaded = false;
        if (i < 2)
            ns[i] = group.results[2].time.value;
        assert_int_equal(sb_rundb_put(db, &group, &error), 0);
        sb_group_free(&group);
    }
    assert_int_equal(sb_results_write_csv(db, dir, &error), 0);
    sb_rundb_close(db);

    table *t = sb_new(1, sizeof *t);
    read_table(t, dir, "scaling.csv");
    assert_int_equal(t->count, 2 * 2 * 5); /* three pairs, less the kernel without threads */
    assert_string_equal(cell(t, 0, "layer"), "a");
    assert_string_equal(cell(t, 0, "kernel"), "naive/separable");
    assert_string_equal(cell(t, 1, "kernel"), "tiled/standard");
    assert_string_equal(cell(t, 1, "threads"), "4");
    assert_string_equal(cell(t, 1, "base_threads"), "1");
    const double speedup = strtod(cell(t, 1, "speedup"), NULL);
    assert_true(fabs(speedup / (ns[1] / ns[0]) - 1) < 1e-5);
    assert_true(strtod(cell(t, 1, "ci_low"), NULL) <= speedup);
    assert_true(strtod(cell(t, 1, "ci_high"), NULL) >= speedup);
    assert_true(fabs(strtod(cell(t, 1, "efficiency"), NULL) - speedup / 4) < 1e-5);
    assert_string_equal(cell(t, 5, "threads"), "2");
    assert_string_equal(cell(t, 15, "layer"), "b");
    assert_string_equal(cell(t, 15, "threads"), "2");
    assert_string_equal(cell(t, 15, "ci_low"), "");
    free(t->text);
    free(t);
    free_layer(&layers[0]);
    free_layer(&layers[1]);
}

static void test_unwritable(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create(dir, "", "{}", &error);
    assert_true(sb_results_write_csv(db, "/nowhere/at/all", &error) < 0);
    assert_non_null(strstr(error.text, "results.csv cannot be written"));
    sb_rundb_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_numbers_as_printed),
        IN_FOLDER(test_files),          IN_FOLDER(test_scaling),
        IN_FOLDER(test_unwritable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
