/* SPDX-License-Identifier: Apache-2.0 */
/* A run.db or tuning.db from a stranger may hold anything. It is read, or refused with one line
 * that says that it is damaged. */
#include "run_fixture.h"

#include "core/database.h"
#include "core/file.h"
#include "report/answer.h"
#include "store/results_csv.h"
#include "store/rundb.h"
#include "tune/tunedb.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Each of these replaces every value of every column, one at a time. */
static const char *const values[] = {
    "NULL",
    "0",
    "-1",
    "1",
    "2",
    "4611686018427387904",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "0.5",
    "1e308",
    "-1e308",
    "9e999",
    "-9e999",
    "1e-320",
    "''",
    "'no such word'",
    "char(27) || '[31m'",
    "char(155) || '31m'",
    "char(8232)",
    "char(8238) || 'gnp'",
    "cast(x'ff' AS TEXT)",
    "cast(x'610062' AS TEXT)",
    "x''",
    "x'00'",
    "x'ffffffffffffffffffffffffffffffff'",
    "zeroblob(3000)",
    "printf('%.*c', 20000, 'x')",
    "randomblob(50)",
};

/* Replaces the system's fsync(), which would take minutes here: the test writes thousands of files,
 * none of which needs to survive. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

int fdatasync(int fd)
{
    (void)fd;
    return 0;
}

enum { VALUES = sizeof values / sizeof *values };

static char *folder;
static char run_path[512], tune_path[512];

/* ----------------------------------------------------------------------------------- the files */

static void write_run(void)
{
    static const char *const techniques[] = { "naive", "tiled", "*onednn", NULL };
    sb_random random = { 7 };
    sb_error error = { "" };
    sb_rundb *db = sb_rundb_create(folder, "configuration=abc\n", "{\"name\": \"x\"}", &error);
    if (!db)
        fail_msg("%s", error.text);
    for (int64_t i = 0; i < 3; i++) {
        sb_layer layer = make_layer(i == 0 ? "a" : i == 1 ? "b" : "c", 4 << i, 8, 3, 8);
        sb_group group = make_group(&layer, 1, techniques, 12, &random);
        assert_int_equal(sb_rundb_put(db, &group, &error), 0);
        sb_group_free(&group);
        free_layer(&layer);
    }
    sb_rundb_close(db);
}

static void write_tunings(void)
{
    sb_error error = { "" };
    sb_tunedb *db = sb_tunedb_open(tune_path, true, &error);
    char params[] = "rows=4", strategy[] = "auto", ties[] = "rows=8\nrows=2";
    assert_non_null(db);
    for (int i = 1; i <= 3; i++) {
        sb_tune_key key = { .machine = "cpu", .build = 17, .kernel = "tiled/standard" };
        char text[SB_PROBLEM_TEXT];
        snprintf(text, sizeof text, "n1 c%d 56x56 k64 3x3 s1 p1", 8 * i);
        assert_true(sb_problem_parse(text, &key.problem));
        key.problem.threads = 2;
        sb_tune_winner winner = { .params = params,
                                  .time_ns = 1e5,
                                  .default_ns = 2e5,
                                  .evaluations = 40,
                                  .strategy = strategy,
                                  .ties = ties };
        assert_int_equal(sb_tunedb_put(db, &key, &winner, &error), 0);
        assert_int_equal(sb_tunedb_put_evaluation(db, &key, params, 1e5, &error), 0);
    }
    sb_tunedb_close(db);
}

static int set_up(void **state)
{
    (void)state;
    folder = make_folder();
    snprintf(run_path, sizeof run_path, "%s/run.db", folder);
    snprintf(tune_path, sizeof tune_path, "%s/tuning.db", folder);
    write_run();
    write_tunings();
    return freopen("/dev/null", "w", stderr) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    remove_folder(folder);
    return 0;
}

/* Runs SQL. It may fail, for example if the table does not accept the value. */
static bool change(const char *path, const char *sql)
{
    sqlite3 *sqlite;
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    bool done = sqlite3_exec(sqlite, sql, NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(sqlite);
    return done;
}

/* ------------------------------------------------------------------------------------- readers */

static int pass_group(const sb_group *group, void *context, sb_error *error)
{
    (void)group;
    (void)context;
    (void)error;
    return 0;
}

static int read_run(sb_error *error)
{
    sb_rundb *db = sb_rundb_open(folder, false, error);
    int rc = db ? sb_rundb_visit(db, true, pass_group, NULL, error) : SB_FAILED;
    if (rc == 0)
        rc = sb_results_write_csv(db, folder, error);
    if (rc == 0) {
        fflush(stdout);
        int kept = dup(1);
        assert_non_null(freopen("/dev/null", "w", stdout));
        sb_answer answer;
        rc = sb_answer_read(db, &answer, error);
        if (rc == 0)
            sb_answer_print(&answer);
        if (rc == 0)
            sb_answer_free(&answer);
        fflush(stdout);
        dup2(kept, 1);
        close(kept);
    }
    sb_rundb_close(db);
    return rc;
}

static int pass_winner(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                       sb_error *error)
{
    (void)context;
    (void)error;
    assert_true(winner->time_ns > 0 && key->machine && winner->params && key->problem.threads > 0);
    return 0;
}

static int pass_evaluation(void *context, const char *params, double objective, sb_error *error)
{
    (void)context;
    (void)error;
    assert_true(params && objective > 0);
    return 0;
}

static int read_tunings(sb_error *error)
{
    sb_tunedb *db = sb_tunedb_open(tune_path, false, error);
    sb_tune_key key = { .machine = "cpu", .build = 17, .kernel = "tiled/standard" };
    sb_tune_winner winner, near[4];
    assert_true(sb_problem_parse("n1 c8 56x56 k64 3x3 s1 p1", &key.problem));
    key.problem.threads = 2;
    int rc = db ? sb_tunedb_visit(db, "*", pass_winner, NULL, error) : SB_FAILED;
    if (rc >= 0 && (rc = sb_tunedb_get(db, &key, &winner, error)) > 0)
        sb_tune_winner_free(&winner);
    if (rc >= 0)
        rc = sb_tunedb_evaluations(db, &key, pass_evaluation, NULL, error);
    if (rc >= 0)
        rc = sb_tunedb_nearest(db, &key, near, 4, error);
    for (int i = 0; i < rc; i++)
        sb_tune_winner_free(&near[i]);
    sb_tunedb_close(db);
    return rc < 0 ? rc : 0;
}

typedef struct subject {
    char *path;
    int (*read)(sb_error *error);
} subject;

static const subject subjects[] = { { run_path, read_run }, { tune_path, read_tunings } };

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

/* Reads the changed file and then restores it. Returns true if it could be read. */
static bool try_file(const subject *s, const char *done, const char *copy, size_t length)
{
    sb_error error = { "" };
    bool well = s->read(&error) >= 0;
    if (!well && !strstr(error.text, "damaged"))
        fail_msg("%s: '%s'", done, error.text);
    assert_int_equal(sb_file_write(s->path, copy, length, &error), 0);
    return well;
}

/* ------------------------------------------------------------------------------- every column */

/* Lists "table.column" of all tables, one per line. The caller must free() it. */
static char *list_columns(const char *path)
{
    sqlite3 *sqlite;
    sqlite3_stmt *rows;
    sb_text text = { 0 };
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(sqlite,
                                        "SELECT t.name, c.name FROM sqlite_schema t, "
                                        "pragma_table_info(t.name) c WHERE t.type = 'table'",
                                        -1, &rows, NULL),
                     SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW)
        sb_text_add(&text, "\"%s\"%c%s\n", sqlite3_column_text(rows, 0), '.',
                    sqlite3_column_text(rows, 1));
    sqlite3_finalize(rows);
    sqlite3_close(sqlite);
    return text.data;
}

static void try_column(const subject *s, const char *table, const char *column, const char *copy,
                       size_t length)
{
    for (size_t i = 0; i < VALUES; i++) {
        char sql[512];
        const char *rows = i % 2 ? "" : " WHERE rowid = 2"; /* all rows, or one of them */
        snprintf(sql, sizeof sql, "UPDATE %s SET \"%s\" = %s%s", table, column, values[i], rows);
        if (change(s->path, sql))
            try_file(s, sql, copy, length);
    }
}

static void any_value_in_any_column_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SUBJECTS; i++) {
        size_t length, columns = 0;
        char *copy = sb_file_read(subjects[i].path, 1 << 24, &length, NULL);
        char *list = list_columns(subjects[i].path), *rest = list, *line;
        assert_non_null(copy);
        while ((line = strsep(&rest, "\n")) && *line) {
            char *dot = strchr(line, '.');
            *dot = '\0';
            try_column(&subjects[i], line, dot + 1, copy, length);
            columns++;
        }
        assert_true(columns > 10);
        free(list);
        free(copy);
    }
}

/* ------------------------------------------------------------------------ what does not belong */

static void planted_schemas_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *run, *tunings;
    } planted[] = {
        { "CREATE VIEW planted AS SELECT 1", "CREATE VIEW planted AS SELECT 1" },
        { "CREATE TRIGGER planted AFTER INSERT ON results BEGIN DELETE FROM results; END",
          "CREATE TRIGGER planted AFTER INSERT ON winner BEGIN DELETE FROM winner; END" },
        { "CREATE INDEX planted ON results(abs(time_ns))",
          "CREATE INDEX planted ON winner(abs(time_ns))" },
        { "ALTER TABLE results ADD COLUMN planted AS (abs(time_ns))",
          "ALTER TABLE winner ADD COLUMN planted INT AS (abs(time_ns))" },
        { "DROP TABLE speedups", "DROP TABLE trial" },
        /* A view with endless rows in place of a table. */
        { "DROP TABLE speedups; CREATE VIEW speedups AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL "
          "SELECT x + 1 FROM r) SELECT x AS group_id, x AS number FROM r",
          "DROP TABLE winner; CREATE VIEW winner AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL "
          "SELECT x + 1 FROM r) SELECT x AS subject FROM r" },
        { "DROP TABLE run; CREATE VIEW run AS SELECT 'provenance' AS key, 'x' AS value",
          "DROP TABLE subject; CREATE VIEW subject AS SELECT 1 AS id" },
    };
    for (size_t i = 0; i < SUBJECTS; i++)
        for (size_t p = 0; p < sizeof planted / sizeof *planted; p++) {
            size_t length;
            char *copy = sb_file_read(subjects[i].path, 1 << 24, &length, NULL);
            const char *sql = i == 0 ? planted[p].run : planted[p].tunings;
            assert_true(change(subjects[i].path, sql));
            assert_false(try_file(&subjects[i], sql, copy, length));
            free(copy);
        }
}

/* A user's own table, and SQLite's statistics, do no harm. */
static void tables_of_the_users_are_passed_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < SUBJECTS; i++) {
        size_t length;
        char *copy = sb_file_read(subjects[i].path, 1 << 24, &length, NULL);
        assert_true(change(subjects[i].path, "CREATE TABLE notes(text); ANALYZE"));
        assert_true(try_file(&subjects[i], "notes", copy, length));
        free(copy);
    }
}

/* -------------------------------------------------------------------------------------- damage */

static void damaged_bytes_are_read_or_refused(void **state)
{
    (void)state;
    sb_random random = { 11 };
    for (size_t i = 0; i < SUBJECTS; i++) {
        size_t length;
        char *copy = sb_file_read(subjects[i].path, 1 << 24, &length, NULL);
        char *broken = sb_new(length, 1);
        for (int round = 0; round < 300; round++) {
            memcpy(broken, copy, length);
            for (uint64_t hits = 1 + sb_random_below(&random, 20); hits > 0; hits--)
                broken[100 + sb_random_below(&random, length - 100)] =
                    (char)sb_random_below(&random, 256);
            assert_int_equal(sb_file_write(subjects[i].path, broken, length, NULL), 0);
            sb_error error;
            subjects[i].read(&error); /* the message does not matter */
        }
        assert_int_equal(sb_file_write(subjects[i].path, copy, length, NULL), 0);
        free(broken);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_the_users_are_passed_over),
        cmocka_unit_test(planted_schemas_are_refused),
        cmocka_unit_test(any_value_in_any_column_is_read_or_refused),
        cmocka_unit_test(damaged_bytes_are_read_or_refused),
    };
    return cmocka_run_group_tests_name("strangers", tests, set_up, tear_down);
}
