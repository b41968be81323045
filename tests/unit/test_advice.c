/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "tune/advice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[128];

static int setup(void **state)
{
    char *folder = make_folder();
    snprintf(path, sizeof path, "%s/tuning.db", folder);
    *state = folder;
    return 0;
}

static int teardown(void **state)
{
    remove_folder(*state);
    return 0;
}

static sb_tune_key key_of(int64_t channels, uint64_t build)
{
    char text[SB_PROBLEM_TEXT];
    sb_tune_key key = { .machine = "cpu", .build = build, .kernel = "mine/standard" };
    snprintf(text, sizeof text, "n1 c%d 56x56 k64 3x3 s1 p1", (int)channels);
    assert_true(sb_problem_parse(text, &key.problem));
    key.problem.threads = 1;
    return key;
}

static void put_winner(sb_tunedb *db, const sb_tune_key *key, const char *params, double time,
                       const char *defaults, double default_time)
{
    const sb_tune_winner winner = {
        .params = (char *)(uintptr_t)params,
        .time_ns = time,
        .default_ns = default_time,
        .evaluations = 9,
        .strategy = (char[]) { "auto" },
        .defaults = (char *)(uintptr_t)defaults,
    };
    assert_int_equal(sb_tunedb_put(db, key, &winner, NULL), 0);
}

static void put_evaluation(sb_tunedb *db, const sb_tune_key *key, const char *params, double time)
{
    assert_int_equal(sb_tunedb_put_evaluation(db, key, params, time, NULL), 0);
}

/* Three problems with the default rows=4. On two of them rows=8 wins; on one the defaults do, and
 * rows=8 takes `other` as long there. */
static void fill(sb_tunedb *db, double other)
{
    for (int64_t channels = 8; channels <= 32; channels *= 2) {
        sb_tune_key key = key_of(channels, 1);
        const bool best = channels == 32;
        put_winner(db, &key, best ? "rows=4;pack=0" : "rows=8;pack=0", best ? 100 : 80,
                   "rows=4;pack=0", 100);
        put_evaluation(db, &key, "rows=4;pack=0", 100);
        put_evaluation(db, &key, "rows=4;pack=1", 300);
        put_evaluation(db, &key, "rows=8;pack=1", INFINITY);
        put_evaluation(db, &key, "rows=8;pack=0", best ? 100 * other : 80);
    }
}

static const sb_advice_row *row_of(const sb_advice *advice, const char *parameter)
{
    for (size_t i = 0; i < advice->row_count; i++)
        if (strcmp(advice->rows[i].parameter, parameter) == 0)
            return &advice->rows[i];
    fail_msg("no row for %s", parameter);
    return NULL;
}

static void advises_a_better_value(void **state)
{
    (void)state;
    sb_advice advice;
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    fill(db, 1.0);
    assert_int_equal(sb_advice_make(db, "mine/*", &advice, NULL), 0);
    assert_int_equal(advice.kernel_count, 1);
    assert_int_equal(advice.kernels[0].problems, 3);
    assert_int_equal(advice.kernels[0].beaten, 2);
    assert_true(fabs(advice.kernels[0].gain - pow(1.25, 2.0 / 3)) < 1e-9);
    assert_int_equal(advice.row_count, 2);
    assert_string_equal(advice.rows[0].parameter, "rows");
    const sb_advice_row *rows = row_of(&advice, "rows"), *pack = row_of(&advice, "pack");
    assert_string_equal(rows->value, "4");
    assert_string_equal(rows->better, "8");
    assert_int_equal(rows->problems, 3);
    assert_int_equal(rows->beaten, 2);
    assert_int_equal(rows->chosen, 2);
    assert_int_equal(rows->compared, 3);
    assert_true(fabs(rows->gain - pow(1.25, 2.0 / 3)) < 1e-9 && rows->worst == 1.0);
    assert_int_equal(rows->verdict, SB_ADVICE_CHANGE);
    assert_int_equal(pack->beaten, 0);
    assert_null(pack->better);
    assert_int_equal(pack->verdict, SB_ADVICE_KEEP);
    sb_advice_free(&advice);
    sb_tunedb_close(db);
}

static void a_value_that_loses_somewhere_is_no_default(void **state)
{
    (void)state;
    sb_advice advice;
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    fill(db, 1.1);
    assert_int_equal(sb_advice_make(db, "mine/*", &advice, NULL), 0);
    assert_true(row_of(&advice, "rows")->worst < 0.95);
    assert_int_equal(row_of(&advice, "rows")->verdict, SB_ADVICE_BY_SHAPE);
    sb_advice_free(&advice);
    sb_tunedb_close(db);
}

static void only_the_last_build_counts(void **state)
{
    (void)state;
    sb_advice advice;
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    fill(db, 1.0);
    sleep(1); /* dates are in seconds */
    sb_tune_key key = key_of(8, 2), unknown = key_of(16, 2);
    put_winner(db, &key, "rows=8;pack=0", 100, "rows=8;pack=0", 100);
    put_winner(db, &unknown, "rows=8;pack=0", 100, NULL, NAN);
    assert_int_equal(sb_advice_make(db, "mine/*", &advice, NULL), 0);
    assert_int_equal(advice.kernel_count, 1);
    assert_int_equal(advice.kernels[0].build, 2);
    assert_int_equal(advice.kernels[0].problems, 1);
    assert_int_equal(advice.kernels[0].beaten, 0);
    assert_int_equal(advice.kernels[0].unknown, 1);
    assert_string_equal(row_of(&advice, "rows")->value, "8");
    sb_advice_free(&advice);
    assert_int_equal(sb_advice_make(db, "other/*", &advice, NULL), 0);
    assert_int_equal(advice.kernel_count + advice.row_count, 0);
    sb_advice_free(&advice);
    sb_tunedb_close(db);
}

/* What the defaults were is exported, imported and merged. */
static void defaults_go_along(void **state)
{
    const char *folder = *state;
    char copy[128], file[128];
    sb_tune_winner found;
    sb_tune_key key = key_of(8, 1);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    snprintf(file, sizeof file, "%s/export.json", folder);
    sb_tunedb *db = sb_tunedb_open(path, true, NULL), *other = sb_tunedb_open(copy, true, NULL);
    fill(db, 1.0);
    assert_int_equal(sb_tunedb_export(db, "*", file, NULL), 3);
    assert_int_equal(sb_tunedb_import(other, file, NULL), 3);
    assert_int_equal(sb_tunedb_get(other, &key, &found, NULL), 1);
    assert_string_equal(found.defaults, "rows=4;pack=0");
    sb_tune_winner_free(&found);
    assert_int_equal(sb_tunedb_forget(other, "*", NULL), 3);
    assert_int_equal(sb_tunedb_merge(other, path, NULL), 3);
    assert_int_equal(sb_tunedb_get(other, &key, &found, NULL), 1);
    assert_string_equal(found.defaults, "rows=4;pack=0");
    assert_true(found.measured > 0);
    sb_tune_winner_free(&found);
    sb_tunedb_close(other);
    sb_tunedb_close(db);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        EACH(advises_a_better_value),
        EACH(a_value_that_loses_somewhere_is_no_default),
        EACH(only_the_last_build_counts),
        EACH(defaults_go_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
