/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "core/file.h"
#include "report/figures.h"
#include "report/gnuplot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const techniques[] = { "naive", "im2col_gemm", "*onednn", NULL };
static const sb_figure_formats svg_only = { .svg = true };

static bool exists(const char *folder, const char *name)
{
    char *path = sb_path_join(folder, name);
    struct stat info;
    bool there = stat(path, &info) == 0 && info.st_size > 0;
    free(path);
    return there;
}

static bool have_gnuplot(void)
{
    sb_error error;
    return sb_gnuplot_run("/", "/dev/null", &error) == 1;
}

static void put(sb_rundb *db, const char *name, int64_t kernel, int64_t outputs, int64_t threads)
{
    sb_error error;
    sb_random random = { 4 };
    sb_layer layer = make_layer(name, 8, 12, kernel, outputs);
    sb_group group = make_group(&layer, threads, techniques, 5, &random);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    sb_group_free(&group);
    free_layer(&layer);
}

static void test_kinds(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create(dir, "", "{}", &error);
    put(db, "a", 3, 8, 1);
    put(db, "b", 3, 16, 1);
    put(db, "a", 3, 8, 2);
    int drawn = sb_figures_write(db, dir, svg_only, &error);
    assert_int_equal(drawn, have_gnuplot() ? 7 : 0);
    assert_true(exists(dir, "speedup_t1.gp") && exists(dir, "speedup_t2.dat"));
    assert_true(exists(dir, "scatter_t1.gp") && exists(dir, "gflops_t1.gp"));
    assert_false(exists(dir, "channels_t1_1.gp")); /* two channel counts are no sweep */
    assert_false(exists(dir, "roofline_t1.gp"));   /* the run knows no peaks */
    put(db, "c", 3, 32, 1);
    drawn = sb_figures_write(db, dir, svg_only, &error);
    assert_int_equal(drawn, have_gnuplot() ? 11 : 0); /* one more a technique */
    assert_true(exists(dir, "channels_t1_1.gp") && exists(dir, "channels_t1_4.gp"));
    assert_false(exists(dir, "channels_t2_1.gp"));
    if (drawn) {
        assert_true(exists(dir, "channels_t1_1.svg") && exists(dir, "speedup_t2.svg"));
        assert_false(exists(dir, "speedup_t1.png"));
    }
    sb_rundb_close(db);
}

/* Ceilings come from the run's provenance, for the thread counts and levels that it knows. */
static void test_roofline(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_rundb *db =
        sb_rundb_create(dir, "",
                        "{\"peaks\": [{\"threads\": 1, \"gflops\": 100, \"gbytes_per_second\":"
                        " {\"L1\": 400, \"L2\": 200, \"L3\": null, \"DRAM\": 20}}]}",
                        &error);
    put(db, "a", 3, 8, 1);
    put(db, "a", 3, 8, 2);
    assert_true(sb_figures_write(db, dir, svg_only, &error) >= 0);
    assert_false(exists(dir, "roofline_t2.gp"));
    char *data = slurp(dir, "roofline_t1.dat");
    assert_non_null(strstr(data, "intensity\tL1\n"));
    assert_null(strstr(data, "\tL3\n"));
    assert_non_null(strstr(data, "\n5\t100\n")); /* where memory's slope meets the peak */
    /* 8 channels of 12 x 12 in and out, 3 x 3 kernels: 82,944 multiplications, 2,880 numbers. */
    assert_non_null(strstr(data, "naive\tstandard\n14.4\t"));
    free(data);
    sb_rundb_close(db);
}

/* The fixture's rates grow with the threads; a layer that one count lacks does not enter. */
static void test_scaling(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create(dir, "", "{}", &error);
    put(db, "a", 3, 8, 2);
    put(db, "only here", 3, 16, 2);
    put(db, "a", 3, 8, 1);
    put(db, "b", 3, 8, 1);
    put(db, "b", 3, 8, 2);
    assert_true(sb_figures_write(db, dir, svg_only, &error) >= 0);
    char *data = slurp(dir, "scaling.dat");
    const char *head = "threads\tnaive\tstandard_least\tmost\tefficiency\tlayers\n";
    assert_int_equal(strncmp(data, head, strlen(head)), 0);
    double mean, least, most, efficiency;
    int layers;
    const char *at = data + strlen(head);
    assert_int_equal(strncmp(at, "1\t1\t1\t1\t1\t2\n", 12), 0);
    assert_int_equal(
        sscanf(at + 12, "2\t%lf\t%lf\t%lf\t%lf\t%d", &mean, &least, &most, &efficiency, &layers),
        5);
    assert_int_equal(layers, 2);
    assert_true(least <= mean && mean <= most && mean > 1.8 && mean < 2.2);
    assert_true(efficiency > 0.9 && efficiency < 1.1);
    free(data);
    sb_rundb_close(db);
}

/* Names that try to leave their quotes, run a command, break a line or a format. */
static void test_hostile_names(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create(
        dir, "",
        "{\"configuration\": {\"name\": \"'; system('touch pwned'); '`touch pwned`\\\\\"},"
        " \"machine\": {\"processor\": \"x\\\" . system(\\\"touch pwned\\\")\\n!touch pwned\"}}",
        &error);
    static const char *const names[] = {
        "\"; system(\"touch pwned\")",
        "`touch pwned`",
        "'.system('touch pwned').'",
        "line\nbreak\r\n!touch pwned\n",
        "@data $(touch pwned) %s%n%d {/Symbol a} ^_ \\",
        "tab\tname\t1\t2",
        "# comment",
        "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 <b>&amp;</b>",
        "bad \xff\xfe \xc3 \xed\xa0\x80 \xf4\x90\x80\x80",
        "a name that goes on for so long that it could fill the whole page if nobody cut it short",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put(db, names[i], 3, 8 << i % 4, 1);
    sb_figure_formats all = { true, true, true };
    int drawn = sb_figures_write(db, dir, all, &error);
    if (drawn < 0)
        fail_msg("%s", error.text);
    assert_int_equal(drawn, have_gnuplot() ? 7 : 0);
    assert_false(exists(dir, "pwned"));
    if (drawn) {
        char *svg = slurp(dir, "speedup_t1.svg");
        assert_non_null(strstr(svg, "caf\xc3\xa9"));
        assert_null(strstr(svg, "<b>"));
        free(svg);
    }
    sb_rundb_close(db);
}

static void test_cleaning(void **state)
{
    (void)state;
    static const struct {
        const char *text, *clean;
    } cases[] = {
        { "plain_name-1.2", "plain_name-1.2" },
        { "", "?" },
        { "a\tb\nc", "a?b?c" },
        { "it's `x` \"y\"", "it.s .x. .y." },
        { "50%", "50?" },
        { "a\\b", "a/b" },
        { "\xc3\xa9\xff", "\xc3\xa9?" },
        { "123456789", "123456\xe2\x80\xa6" },
        { "\xc2\x9b", "??" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_text text = { 0 };
        sb_gnuplot_add_field(&text, cases[i].text, i == 7 ? 7 : 40);
        assert_string_equal(text.data, cases[i].clean);
        sb_text_free(&text);
    }
}

/* Without a gnuplot the scripts are still there, and it is no failure. */
static void test_absent(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_rundb *db = sb_rundb_create(dir, "", "{}", &error);
    put(db, "a", 3, 8, 1);
    char *path = sb_copy_text(getenv("PATH"));
    setenv("PATH", dir, 1);
    int drawn = sb_figures_write(db, dir, svg_only, &error);
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(drawn, 0);
    assert_true(exists(dir, "speedup_t1.gp") && exists(dir, "gflops_t1.dat"));
    sb_rundb_close(db);
}

static void test_failure_is_told(void **state)
{
    const char *dir = *state;
    if (!have_gnuplot())
        skip();
    char *path = sb_path_join(dir, "bad.gp");
    sb_error error = { "" };
    assert_int_equal(sb_file_write(path, "plot nonsense(1\n", 16, &error), 0);
    assert_true(sb_gnuplot_run(dir, "bad.gp", &error) < 0);
    assert_non_null(strstr(error.text, "gnuplot fails on"));
    assert_non_null(strstr(error.text, "line 1"));
    free(path);
}

static int setup(void **state)
{
    *state = make_folder();
    return 0;
}

static int teardown(void **state)
{
    remove_folder(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cleaning),
        cmocka_unit_test_setup_teardown(test_kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_roofline, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scaling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failure_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
