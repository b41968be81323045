/* SPDX-License-Identifier: Apache-2.0 */
/* The evaluations of a tuning run: read back, summarised and drawn. */
#include "run_fixture.h"

#include "core/csv.h"
#include "core/file.h"
#include "report/evaluations.h"
#include "report/figures.h"
#include "report/gnuplot.h"
#include "report/influence.h"
#include "store/rundb.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER                                                                                \
    "layer,operation,threads,kernel,space,strategy,evaluation,params,time_ns,best_ns,status," \
    "detail\n"

static void put_file(const char *dir, const char *text)
{
    sb_error error = { "" };
    char *path = sb_path_join(dir, "evaluations.csv");
    assert_int_equal(sb_file_write(path, text, strlen(text), &error), 0);
    free(path);
}

static void csv_is_read_as_it_is_written(void **state)
{
    (void)state;
    char text[] = "a,\"b,\"\"c\"\"\",\r\n,\"two\nlines\"\nlast";
    sb_csv csv = { .at = text };
    sb_error error = { "" };
    assert_int_equal(sb_csv_next(&csv, &error), 1);
    assert_int_equal(csv.count, 3);
    assert_string_equal(csv.fields[1], "b,\"c\"");
    assert_string_equal(csv.fields[2], "");
    assert_int_equal(sb_csv_next(&csv, &error), 1);
    assert_string_equal(csv.fields[1], "two\nlines");
    assert_int_equal(sb_csv_next(&csv, &error), 1);
    assert_int_equal(csv.line, 4);
    assert_string_equal(csv.fields[0], "last");
    assert_int_equal(sb_csv_next(&csv, &error), 0);
    sb_csv_free(&csv);
    char open[] = "a\n\"b\n";
    csv = (sb_csv) { .at = open };
    assert_int_equal(sb_csv_next(&csv, &error), 1);
    assert_int_equal(sb_csv_next(&csv, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "line 2"));
    sb_csv_free(&csv);
}

/* Two searches whose rows are interleaved, a failure, and a base line that was begun twice. */
static const char two[] = HEADER "l1,standard,1,p/k,9,auto,1,x=1;y=a,100,100,ok,\n"
                                 "l2,standard,1,p/k,9,auto,1,x=1;y=a,10,10,ok,\n"
                                 "l1,standard,1,p/k,9,auto,2,x=2;y=a,,100,crashed,\n"
                                 "l1,standard,1,p/k,9,auto,3,x=10;y=b,50,50,ok,\n"
                                 "l1,standard,1,p/k,9,base_line,1,x=3;y=a,70,70,ok,\n"
                                 "l1,standard,1,p/k,9,base_line,1,x=4;y=a,80,80,ok,\n"
                                 "l1,standard,1,p/k,9,base_line,2,x=5;y=a,40,40,ok,\n";

static void evaluations_are_sorted_by_search(void **state)
{
    sb_error error = { "" };
    sb_evaluations all;
    put_file(*state, two);
    assert_int_equal(sb_evaluations_read(*state, &all, &error), 0);
    assert_int_equal(all.count, 2);
    const sb_search_record *s = &all.list[0];
    assert_int_equal(s->found_count, 3);
    assert_int_equal(s->drawn_count, 2);
    assert_true(s->best == 40 && s->space == 9 && !sb_search_record_is_complete(s));
    double logs[5];
    sb_search_record_curve(s, logs, 5);
    const double so_far[] = { 100, 100, 50, 50, 50 };
    for (size_t i = 0; i < 5; i++)
        assert_true(fabs(logs[i] - log(so_far[i] / 40)) < 1e-12);
    sb_evaluations_free(&all);
}

/* The expected value equals the mean over all orders of the draws, tried one by one. */
static void random_search_is_expected_exactly(void **state)
{
    sb_error error = { "" };
    sb_evaluations all;
    put_file(*state, HEADER "l,standard,1,p/k,99,auto,1,x=1,100,100,ok,\n"
                            "l,standard,1,p/k,99,base_line,1,x=3,70,70,ok,\n"
                            "l,standard,1,p/k,99,base_line,2,x=4,,70,wrong,\n"
                            "l,standard,1,p/k,99,base_line,3,x=5,40,40,ok,\n");
    assert_int_equal(sb_evaluations_read(*state, &all, &error), 0);
    double logs[9];
    assert_int_equal(sb_search_record_random(&all.list[0], logs, 9), 4);
    const double expected[] = {
        log(100.0),
        (log(70.0) + log(100.0) + log(40.0)) / 3, /* a failure changes nothing */
        (log(70.0) + log(40.0) + log(40.0)) / 3,
        log(40.0),
    };
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(logs[i] - expected[i] + log(40.0)) < 1e-12);
    sb_evaluations_free(&all);
}

static void nothing_is_known_without_draws(void **state)
{
    sb_error error = { "" };
    sb_evaluations all;
    double logs[3];
    put_file(*state, HEADER "l,standard,1,p/k,2,auto,1,x=1,4,4,ok,\n"
                            "m,standard,1,p/k,1,auto,1,x=1,4,4,ok,\n");
    assert_int_equal(sb_evaluations_read(*state, &all, &error), 0);
    assert_int_equal(sb_search_record_random(&all.list[0], logs, 3), 0);
    assert_int_equal(sb_search_record_random(&all.list[1], logs, 3), 1); /* there are no more */
    sb_evaluations_free(&all);
    char *path = sb_path_join(*state, "evaluations.csv");
    unlink(path);
    free(path);
    assert_int_equal(sb_evaluations_read(*state, &all, &error), 0);
    assert_int_equal(all.count, 0);
}

static void bad_files_are_refused(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        { "layer,operation\nl,standard\n", "missing column 'threads'" },
        { HEADER "l,standard,1\n", "line 2" },
        { HEADER "l,standard,0,p/k,9,auto,1,x=1,100,100,ok,\n", "line 2: not an evaluation" },
        { HEADER "l,standard,1,p/k,9,auto,1,x=1,-4,100,ok,\n", "line 2: not an evaluation" },
        { HEADER "l,other,1,p/k,9,auto,1,x=1,4,100,ok,\n", "line 2: not an evaluation" },
        { HEADER "\"l,standard\n", "a quote is not closed" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sb_error error = { "" };
        sb_evaluations all;
        put_file(*state, bad[i].text);
        assert_int_equal(sb_evaluations_read(*state, &all, &error), SB_FAILED);
        assert_non_null(strstr(error.text, bad[i].says));
        assert_non_null(strstr(error.text, "evaluations.csv"));
    }
}

/* Time depends on x alone, so x explains all of the variance and y none. */
static void influence_is_told(void **state)
{
    sb_error error = { "" };
    sb_evaluations all;
    sb_text text = { 0 };
    sb_text_add(&text, "%s", HEADER);
    for (int layer = 0; layer < 2; layer++)
        for (int i = 0; i < 12; i++)
            sb_text_add(&text, "l%d,standard,1,p/k,99,auto,%d,x=%d;y=%s;z=0,%d,1,ok,\n", layer,
                        i + 1, i % 3 == 2 ? 10 : i % 3 + 1, i % 2 ? "odd" : "even",
                        (layer ? 7 : 1) * 100 * (i % 3 + 1));
    put_file(*state, text.data);
    sb_text_free(&text);
    assert_int_equal(sb_evaluations_read(*state, &all, &error), 0);
    size_t count;
    sb_influence *list = sb_influences_make(&all, "p/k", 1, &count);
    assert_int_equal(count, 2); /* z has only one value */
    assert_string_equal(list[0].parameter, "x");
    assert_true(list[0].share > 0.999 && list[1].share < 1e-9);
    assert_string_equal(list[0].levels[2].value, "10"); /* sorted as numbers, not as text */
    assert_true(list[0].numbers && !list[1].numbers);
    assert_true(fabs(list[0].levels[2].best - 3) < 1e-9 && list[0].levels[2].count == 8);
    assert_true(fabs(list[1].levels[0].median - 2) < 1e-9);
    sb_influences_free(list, count);
    sb_evaluations_free(&all);
}

/* The effects of x and y cannot be separated: each alone would explain all of the variance. */
static void shares_come_to_100_at_most(void **state)
{
    sb_error error = { "" };
    sb_evaluations all;
    sb_text text = { 0 };
    sb_text_add(&text, "%s", HEADER);
    for (int i = 0; i < 12; i++)
        sb_text_add(&text, "l,standard,1,p/k,99,auto,%d,x=%d;y=%d;z=%d,%d,1,ok,\n", i + 1, i % 3,
                    i % 3 * 8, i % 3 + 1, 100 * (i % 3 + 1));
    put_file(*state, text.data);
    sb_text_free(&text);
    assert_int_equal(sb_evaluations_read(*state, &all, &error), 0);
    size_t count;
    double sum = 0;
    sb_influence *list = sb_influences_make(&all, "p/k", 1, &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        sum += list[i].share;
    assert_true(sum > 0.999 && sum < 1 + 1e-9);
    sb_influences_free(list, count);
    sb_evaluations_free(&all);
}

/* Draws the figures of a folder that holds evaluations.csv. */
static void draw_figures(const char *dir, const sb_figure_options *options)
{
    static const char *const techniques[] = { "naive", NULL };
    sb_error error = { "" };
    sb_random random = { 4 };
    sb_rundb *db = sb_rundb_create(dir, "", "{}", &error);
    sb_layer layer = make_layer("a", 8, 12, 3, 8);
    sb_group group = make_group(&layer, 1, techniques, 5, &random);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    sb_group_free(&group);
    free_layer(&layer);
    if (sb_figures_write(db, dir, options, &error) < 0)
        fail_msg("%s", error.text);
    sb_rundb_close(db);
}

/* The names try to break out of their quotes. */
static void figures_are_drawn(void **state)
{
    const char *dir = *state;
    sb_error error = { "" };
    sb_text text = { 0 };
    sb_text_add(&text, "%s", HEADER);
    for (int i = 0; i < 8; i++)
        sb_text_add(&text,
                    "\"a'`touch pwned`\",standard,1,\"p/'.system('touch pwned').'\",99,%s,%d,"
                    "\"x'`touch pwned`=%d;y=\\\"\"%%s\"\"\",%d,1,ok,\n",
                    i < 4 ? "auto" : "base_line", i % 4 + 1, i, 100 - i);
    put_file(dir, text.data);
    sb_text_free(&text);
    sb_gnuplot able;
    bool gnuplot = sb_gnuplot_probe(SB_GNUPLOT_PATIENCE_NS, &able, &error) == 0;
    const sb_figure_options options = { .svg = true, .pdf = true, .png = true };
    draw_figures(dir, &options);
    static const char *const files[] = { "convergence_t1.gp", "influence_t1.dat",
                                         "convergence_t1.svg", "influence_t1.png" };
    for (size_t i = 0; i < (gnuplot ? 4 : 2); i++)
        free(slurp(dir, files[i]));
    char *path = sb_path_join(dir, "pwned");
    assert_int_not_equal(access(path, F_OK), 0);
    free(path);
    char *data = slurp(dir, "convergence_t1.dat");
    assert_non_null(strstr(data, "random search: "));
    free(data);
}

static void predictions_are_drawn(void **state)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%.*s,predicted_ns\n", (int)strlen(HEADER) - 1, HEADER);
    for (int i = 0; i < 9; i++)
        sb_text_add(&text, "l,standard,1,p/k,99,auto,%d,x=%d,%d,100,ok,,%s\n", i + 1, i, 200 - i,
                    i < 2 ? "" : "220");
    sb_text_add(&text, "l,standard,1,p/k,99,auto,10,x=99,,100,wrong,,100\n");
    put_file(*state, text.data);
    sb_text_free(&text);
    draw_figures(*state, &(sb_figure_options) { .svg = true });
    char *data = slurp(*state, "predicted_t1.dat"), *script = slurp(*state, "predicted_t1.gp");
    assert_non_null(strstr(data, "p/k: predicted, measured, over the best"));
    assert_non_null(strstr(script, "Predicted time over best"));
    size_t points = 0; /* 220 over the best, which is 192 */
    for (const char *at = data; (at = strstr(at, "\n1.14583")); at++)
        points++;
    assert_int_equal(points, 7);
    free(data);
    free(script);
}

/* The best so far changes with an evaluation, and not on the way to it. */
static void convergence_is_a_staircase(void **state)
{
    put_file(*state, HEADER "l,standard,1,p/k,99,auto,1,x=1,200,200,ok,\n"
                            "l,standard,1,p/k,99,auto,2,x=2,300,200,ok,\n"
                            "l,standard,1,p/k,99,auto,3,x=3,100,100,ok,\n");
    draw_figures(*state, &(sb_figure_options) { .svg = true });
    char *data = slurp(*state, "convergence_t1.dat");
    assert_non_null(strstr(data, "\n1\t2\t2\t2\n2\t2\t2\t2\n3\t2\t2\t2\n3\t1\t1\t1\n"));
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_read_as_it_is_written),
        IN_FOLDER(evaluations_are_sorted_by_search),
        IN_FOLDER(random_search_is_expected_exactly),
        IN_FOLDER(nothing_is_known_without_draws),
        IN_FOLDER(bad_files_are_refused),
        IN_FOLDER(influence_is_told),
        IN_FOLDER(shares_come_to_100_at_most),
        IN_FOLDER(figures_are_drawn),
        IN_FOLDER(predictions_are_drawn),
        IN_FOLDER(convergence_is_a_staircase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
