/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/tunedb.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <sqlite3.h>

static char folder[64], path[128];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/sb-tunedb-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/deep/tuning.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static char text_params[] = "rows=4;pack=yes", text_strategy[] = "auto", text_ties[] = "";

static sb_problem problem_of(int64_t channels)
{
    char text[SB_PROBLEM_TEXT];
    sb_problem problem;
    snprintf(text, sizeof text, "n1 c%d 56x56 k64 3x3 s1 p1", (int)channels);
    assert_true(sb_problem_parse(text, &problem));
    problem.threads = 2;
    return problem;
}

static sb_tune_key key_of(int64_t channels)
{
    return (sb_tune_key) { .machine = "cpu",
                           .build = UINT64_C(0xfedcba9876543210),
                           .kernel = "tiled/standard",
                           .problem = problem_of(channels) };
}

static sb_tune_winner winner_of(double time)
{
    return (sb_tune_winner) { .params = text_params,
                              .time_ns = time,
                              .default_ns = NAN,
                              .evaluations = 100,
                              .strategy = text_strategy,
                              .ties = text_ties };
}

static void put(sb_tunedb *db, const sb_tune_key *key, double time)
{
    sb_tune_winner winner = winner_of(time);
    assert_int_equal(sb_tunedb_put(db, key, &winner, NULL), 0);
}

static void keeps_winners(void **state)
{
    (void)state;
    sb_tune_key key = key_of(32);
    sb_tune_winner found;
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    assert_non_null(db);
    assert_int_equal(sb_tunedb_get(db, &key, &found, NULL), 0);
    put(db, &key, 5.0);
    put(db, &key, 4.0);
    sb_tunedb_close(db);
    db = sb_tunedb_open(path, false, NULL);
    assert_int_equal(sb_tunedb_get(db, &key, &found, NULL), 1);
    assert_true(found.time_ns == 4.0 && isnan(found.default_ns));
    assert_string_equal(found.params, text_params);
    assert_int_equal(found.evaluations, 100);
    sb_tune_winner_free(&found);
    /* Every part of the key counts. */
    sb_tune_key other[] = { key, key, key, key, key };
    other[0].machine = "cpu2";
    other[1].build++;
    other[2].kernel = "tiled/separable";
    other[3].problem.threads = 1;
    other[4].problem.steps[0].bias = 1;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(sb_tunedb_get(db, &other[i], &found, NULL), 0);
    sb_tunedb_close(db);
}

typedef struct list {
    size_t count;
    double objectives[4];
    char params[4][32];
} list;

static int collect(void *context, const char *params, double objective, sb_error *error)
{
    (void)error;
    list *all = context;
    snprintf(all->params[all->count], sizeof all->params[0], "%s", params);
    all->objectives[all->count++] = objective;
    return 0;
}

static void keeps_evaluations(void **state)
{
    (void)state;
    sb_tune_key key = key_of(32);
    list all = { 0 };
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    assert_int_equal(sb_tunedb_evaluations(db, &key, collect, &all, NULL), 0);
    assert_int_equal(all.count, 0);
    assert_int_equal(sb_tunedb_put_evaluation(db, &key, "a=1", 3.0, NULL), 0);
    assert_int_equal(sb_tunedb_put_evaluation(db, &key, "a=2", INFINITY, NULL), 0);
    assert_int_equal(sb_tunedb_put_evaluation(db, &key, "a=1", 2.0, NULL), 0);
    assert_int_equal(sb_tunedb_evaluations(db, &key, collect, &all, NULL), 0);
    assert_int_equal(all.count, 2);
    assert_string_equal(all.params[0], "a=1");
    assert_true(all.objectives[0] == 2.0 && isinf(all.objectives[1]));
    sb_tunedb_close(db);
}

static void finds_the_nearest_shapes(void **state)
{
    (void)state;
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    const int64_t channels[] = { 8, 512, 16, 48, 32 };
    for (size_t i = 0; i < 5; i++) {
        sb_tune_key key = key_of(channels[i]);
        put(db, &key, (double)channels[i]);
    }
    sb_tune_key key = key_of(32), alien = key_of(33);
    alien.kernel = "naive/standard";
    put(db, &alien, 1.0);
    sb_tune_winner near[3];
    assert_int_equal(sb_tunedb_nearest(db, &key, near, 3, NULL), 3);
    assert_true(near[0].time_ns == 48.0 && near[1].time_ns == 16.0 && near[2].time_ns == 8.0);
    for (size_t i = 0; i < 3; i++)
        sb_tune_winner_free(&near[i]);
    sb_tunedb_close(db);
}

typedef struct related {
    size_t count, subjects[8];
    char params[8][32];
} related;

static int collect_related(void *context, size_t subject, const char *params, double objective,
                           sb_error *error)
{
    (void)objective, (void)error;
    related *all = context;
    all->subjects[all->count] = subject;
    snprintf(all->params[all->count++], sizeof all->params[0], "%s", params);
    return 0;
}

/* The nearest shapes first, other builds and machines after; neither the key itself, nor other
 * kernels, nor problems without evaluations. */
static void finds_related_evaluations(void **state)
{
    (void)state;
    sb_tune_key key = key_of(32), near = key_of(40), far = key_of(256), build = key_of(32),
                machine = key_of(32), alien = key_of(32), empty = key_of(33);
    build.build++;
    machine.machine = "other";
    alien.kernel = "naive/standard";
    const struct {
        const sb_tune_key *key;
        const char *params;
    } rows[] = { { &far, "a=1" },     { &near, "a=2" },  { &near, "a=3" }, { &key, "a=4" },
                 { &machine, "a=5" }, { &build, "a=6" }, { &alien, "a=7" } };
    static const char *const wanted[] = { "a=6", "a=2", "a=3", "a=5", "a=1" };
    related all = { 0 };
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(sb_tunedb_put_evaluation(db, rows[i].key, rows[i].params, 1.0, NULL), 0);
    put(db, &empty, 1.0);
    assert_int_equal(sb_tunedb_related(db, &key, 9, collect_related, &all, NULL), 0);
    assert_int_equal(all.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(all.params[i], wanted[i]);
    assert_int_equal(all.subjects[1], all.subjects[2]);
    assert_int_equal(all.subjects[4], 3);
    all.count = 0;
    assert_int_equal(sb_tunedb_related(db, &key, 1, collect_related, &all, NULL), 0);
    assert_int_equal(all.count, 1);
    sb_tunedb_close(db);
}

static void exports_imports_forgets(void **state)
{
    (void)state;
    char file[128], copy[128];
    snprintf(file, sizeof file, "%s/export.json", folder);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    sb_tune_key key = key_of(32), other = key_of(64);
    sb_tune_winner found;
    other.kernel = "naive/standard";
    sb_tunedb *db = sb_tunedb_open(path, true, NULL);
    put(db, &key, 4.5);
    put(db, &other, 1.0);
    assert_int_equal(sb_tunedb_export(db, "tiled/*", file, NULL), 1);
    assert_int_equal(sb_tunedb_forget(db, "tiled/*", NULL), 1);
    assert_int_equal(sb_tunedb_get(db, &key, &found, NULL), 0);
    assert_int_equal(sb_tunedb_get(db, &other, &found, NULL), 1);
    sb_tune_winner_free(&found);
    sb_tunedb_close(db);
    db = sb_tunedb_open(copy, true, NULL);
    assert_int_equal(sb_tunedb_import(db, file, NULL), 1);
    assert_int_equal(sb_tunedb_get(db, &key, &found, NULL), 1);
    assert_true(found.time_ns == 4.5);
    sb_tune_winner_free(&found);
    sb_error error = { "" };
    assert_int_equal(sb_tunedb_import(db, copy, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "not JSON"));
    sb_tunedb_close(db);
}

static void write_file(const char *text)
{
    char name[128];
    snprintf(name, sizeof name, "%s/bad.db", folder);
    strcpy(path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void sql(const char *text)
{
    sqlite3 *sqlite;
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(sqlite);
}

static void refuses(const char *says)
{
    sb_error error = { "" };
    assert_null(sb_tunedb_open(path, true, &error));
    if (!strstr(error.text, says))
        fail_msg("'%s' does not say '%s'", error.text, says);
}

static void refuses_other_files(void **state)
{
    (void)state;
    sb_error error = { "" };
    assert_null(sb_tunedb_open(path, false, &error));
    assert_non_null(strstr(error.text, "nothing has been tuned"));
    write_file("name: this is a text of more than a hundred bytes, which is no SQLite database at "
               "all and never was one, whatever it is called\n");
    refuses("not a tuning database");
    unlink(path);
    sql("CREATE TABLE other (id)");
    refuses("not of sepbench's tuning");
    unlink(path);
    sb_tunedb_close(sb_tunedb_open(path, true, NULL));
    sql("PRAGMA user_version = 99");
    refuses("newer sepbench");
    sql("PRAGMA user_version = 1");
    refuses("from an older sepbench");
}

/* Four processes open the database at the same time and store 25 winners each. */
static void serves_many_processes(void **state)
{
    (void)state;
    enum { PROCESSES = 4, EACH = 25 };
    for (int p = 0; p < PROCESSES; p++) {
        if (fork() != 0)
            continue;
        sb_tunedb *db = sb_tunedb_open(path, true, NULL);
        int bad = !db;
        for (int i = 0; db && i < EACH; i++) {
            sb_tune_key key = key_of(1 + p * EACH + i);
            sb_tune_winner winner = winner_of(1.0);
            bad |= sb_tunedb_put(db, &key, &winner, NULL) != 0;
        }
        sb_tunedb_close(db);
        _exit(bad);
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status = -1;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    sb_tunedb *db = sb_tunedb_open(path, false, NULL);
    assert_int_equal(sb_tunedb_forget(db, "*", NULL), PROCESSES * EACH);
    sb_tunedb_close(db);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        EACH(keeps_winners),
        EACH(keeps_evaluations),
        EACH(finds_the_nearest_shapes),
        EACH(finds_related_evaluations),
        EACH(exports_imports_forgets),
        EACH(refuses_other_files),
        EACH(serves_many_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
