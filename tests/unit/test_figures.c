/* SPDX-License-Identifier: Apache-2.0 */
/* Which figures are made, what they contain, and what happens if gnuplot does not draw them. */
#include "run_fixture.h"
#include "svg_texts.h"

#include "core/file.h"
#include "report/figures.h"
#include "report/gnuplot.h"

#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const techniques[] = { "naive", "im2col_gemm", "*onednn", NULL };
static const sb_figure_options svg_only = { .svg = true };

static bool exists(const char *folder, const char *name)
{
    char *path = sb_path_join(folder, name);
    struct stat info;
    bool there = stat(path, &info) == 0 && info.st_size > 0;
    free(path);
    return there;
}

/* The number of files with this suffix. */
static int files(const char *folder, const char *suffix)
{
    char *pattern = NULL;
    glob_t found;
    assert_true(asprintf(&pattern, "%s/*.%s", folder, suffix) > 0);
    int count = glob(pattern, 0, NULL, &found) == 0 ? (int)found.gl_pathc : 0;
    globfree(&found);
    free(pattern);
    return count;
}

static bool have_gnuplot(void)
{
    sb_error error;
    sb_gnuplot able;
    return sb_gnuplot_probe(SB_GNUPLOT_PATIENCE_NS, &able, &error) == 0;
}

/* Makes a run in the folder; `json` is its provenance. */
static sb_rundb *new_run(const char *dir, const char *json)
{
    sb_error error;
    sb_rundb *db = sb_rundb_create(dir, "", json, &error);
    assert_non_null(db);
    return db;
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

static int write_figures(sb_rundb *db, const char *dir, const sb_figure_options *options)
{
    sb_error error = { "" };
    int drawn = sb_figures_write(db, dir, options, &error);
    if (drawn < 0)
        fail_msg("%s", error.text);
    return drawn;
}

/* ------------------------------------------------------------------------------ which there are */

static void a_figure_is_there_where_it_has_data(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    put(db, "a", 3, 8, 1);
    put(db, "b", 3, 16, 1);
    put(db, "a", 3, 8, 2);
    int drawn = write_figures(db, dir, &svg_only);
    assert_int_equal(files(dir, "gp"), files(dir, "dat"));
    assert_int_equal(files(dir, "gp"), files(dir, "txt"));
    assert_int_equal(drawn, have_gnuplot() ? files(dir, "gp") : 0);
    assert_true(exists(dir, "speedup_t1.gp") && exists(dir, "speedup_t2.dat"));
    assert_true(exists(dir, "scatter_t1.gp") && exists(dir, "gflops_t1.gp"));
    assert_false(exists(dir, "channels_t1.gp")); /* two channel counts are no sweep */
    assert_false(exists(dir, "roofline_t1.gp")); /* the run knows no peaks */
    put(db, "c", 3, 32, 1);
    drawn = write_figures(db, dir, &svg_only);
    assert_true(exists(dir, "channels_t1.gp"));
    assert_false(exists(dir, "channels_t2.gp"));
    if (drawn) {
        assert_true(exists(dir, "channels_t1.svg") && exists(dir, "speedup_t2.svg"));
        assert_false(exists(dir, "speedup_t1.png"));
    }
    sb_rundb_close(db);
}

static void a_run_without_results_has_no_figures(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    assert_int_equal(write_figures(db, dir, &svg_only), 0);
    assert_int_equal(files(dir, "gp"), 0);
    sb_rundb_close(db);
}

static void drawn_again_they_are_the_same(void **state)
{
    const char *dir = *state;
    if (!have_gnuplot())
        skip();
    const sb_figure_options options = { .svg = true, .pdf = true, .png = true };
    sb_rundb *db = new_run(dir, "{\"run\": {\"started\": \"2026-01-31T23:59:59Z\"}}");
    put(db, "a", 3, 8, 1);
    char *again = sb_path_join(dir, "again");
    write_figures(db, dir, &options);
    sleep(1); /* so that a PDF that recorded its time would differ */
    write_figures(db, again, &options);
    static const char *const suffixes[] = { "gp", "dat", "txt", "svg", "pdf", "png" };
    for (size_t i = 0; i < 6; i++) {
        char *name = NULL;
        sb_error error;
        size_t lengths[2];
        assert_true(asprintf(&name, "speedup_t1.%s", suffixes[i]) > 0);
        char *paths[] = { sb_path_join(dir, name), sb_path_join(again, name) };
        char *one = sb_file_read(paths[0], 1 << 24, &lengths[0], &error);
        char *other = sb_file_read(paths[1], 1 << 24, &lengths[1], &error);
        assert_true(one && other && lengths[0] == lengths[1]);
        assert_memory_equal(one, other, lengths[0]);
        if (strcmp(suffixes[i], "pdf") == 0)
            assert_non_null(memmem(one, lengths[0], "(D:20260131235959", 17));
        free(one);
        free(other);
        free(paths[0]);
        free(paths[1]);
        free(name);
    }
    free(again);
    sb_rundb_close(db);
}

/* ------------------------------------------------------------------------------ what is in them */

/* The ceilings come from the run's provenance, for the numbers of threads and the cache levels that
 * it knows. */
static void a_roofline_has_the_machines_ceilings(void **state)
{
    const char *dir = *state;
    sb_rundb *db =
        new_run(dir, "{\"peaks\": [{\"threads\": 1, \"gflops\": 100, \"gbytes_per_second\":"
                     " {\"L1\": 400, \"L2\": 200, \"L3\": null, \"DRAM\": 20}}]}");
    put(db, "a", 3, 8, 1);
    put(db, "a", 3, 8, 2);
    write_figures(db, dir, &svg_only);
    assert_false(exists(dir, "roofline_t2.gp"));
    char *data = slurp(dir, "roofline_t1.dat");
    assert_non_null(strstr(data, "# L1: "));
    assert_null(strstr(data, "# L3: "));
    assert_non_null(strstr(data, "\n5\t100\n")); /* the ridge point */
    /* 8 channels of 12 x 12 in and out, 3 x 3 kernels: 34 of 36 taps inside in either direction,
     * 73,984 multiplications, 2,880 numbers. */
    assert_non_null(strstr(data, "naive: intensity, GFLOP/s, layer\n12.84"));
    free(data);
    sb_rundb_close(db);
}

/* The fixture's rates grow with the number of threads. A layer that was not measured with every
 * number is left out. */
static void scaling_is_over_the_layers_that_all_counts_have(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    for (int64_t threads = 1; threads <= 4; threads *= 2) {
        put(db, "a", 3, 8, threads);
        put(db, "b", 3, 8, threads);
    }
    put(db, "only here", 3, 16, 2);
    write_figures(db, dir, &svg_only);
    char *data = slurp(dir, "scaling.dat");
    const char *head = "# standard, naive: threads, mean, quartile 1, quartile 3, efficiency, "
                       "layers\n1\t1\t1\t1\t1\t2\n";
    assert_int_equal(strncmp(data, head, strlen(head)), 0);
    double mean, low, high, efficiency;
    int layers;
    assert_int_equal(sscanf(data + strlen(head), "2\t%lf\t%lf\t%lf\t%lf\t%d", &mean, &low, &high,
                            &efficiency, &layers),
                     5);
    assert_int_equal(layers, 2);
    assert_true(low <= mean && mean <= high && mean > 1.8 && mean < 2.2);
    assert_true(efficiency > 0.9 && efficiency < 1.1);
    free(data);
    sb_rundb_close(db);
}

/* Changes the speedups of a group before it is stored. */
typedef void changer(sb_group *group);

static void put_changed(sb_rundb *db, const char *name, changer *change)
{
    sb_error error;
    sb_random random = { 9 };
    sb_layer layer = make_layer(name, 8, 12, 3, 8);
    sb_group group = make_group(&layer, 1, techniques, 5, &random);
    change(&group);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    sb_group_free(&group);
    free_layer(&layer);
}

static void make_wild(sb_group *group)
{
    group->speedups[0].measured = (sb_interval) { 617, 0, INFINITY };
    group->speedups[1].measured = (sb_interval) { 4, 3.5, 400 };
}

static void make_known(sb_group *group)
{
    for (size_t i = 0; i < group->speedup_count; i++)
        group->speedups[i].measured = (sb_interval) { 2.5, 2.25, 2.75 };
}

/* Points whose intervals are too wide to say anything are drawn hollow and counted, and do not
 * stretch the axis. */
static void wild_intervals_are_hollow_and_counted(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    put(db, "a", 3, 8, 1);
    put_changed(db, "wild", make_wild);
    write_figures(db, dir, &svg_only);
    char *script = slurp(dir, "speedup_t1.gp"), *data = slurp(dir, "speedup_t1.dat");
    char *caption = slurp(dir, "speedup_t1.txt");
    double low, high;
    assert_int_equal(sscanf(strstr(script, "set xrange ["), "set xrange [%lf:%lf]", &low, &high),
                     2);
    assert_true(low > 0.3 && high < 20);
    assert_non_null(strstr(data, "# naive, not determined: place, value, low, high, name\n"));
    assert_non_null(strstr(data, "\t617\t0\t?\twild\n"));
    assert_non_null(strstr(data, "\t4\t3.5\t400\twild\n"));
    assert_non_null(
        strstr(caption, "2 not determined: the interval is wider than a factor of 1.5"));
    free(script);
    free(data);
    free(caption);
    if (exists(dir, "speedup_t1.svg")) {
        char *svg = slurp(dir, "speedup_t1.svg");
        svg_texts texts = svg_texts_read(svg);
        assert_true(svg_texts_have(&texts, "not determined"));
        svg_texts_free(&texts);
        free(svg);
    }
    sb_rundb_close(db);
}

static void leave_separable(sb_group *group)
{
    for (size_t i = 0; i < group->result_count; i++)
        if (group->results[i].operation == SB_STANDARD)
            group->results[i].verdict = SB_VERDICT_UNSUPPORTED;
    sb_group_clear_speedups(group);
}

/* A run with only one operation: the legend names everything that has data, and nothing else. */
static void legends_name_what_has_data(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    put_changed(db, "a", leave_separable);
    if (write_figures(db, dir, &svg_only) == 0)
        skip();
    char *svg = slurp(dir, "gflops_t1.svg");
    svg_texts texts = svg_texts_read(svg);
    for (size_t i = 0; techniques[i]; i++)
        assert_true(svg_texts_have(&texts, techniques[i] + (techniques[i][0] == '*')));
    assert_true(svg_texts_have(&texts, "separable"));
    assert_false(svg_texts_have(&texts, "standard"));
    svg_texts_free(&texts);
    free(svg);
    sb_rundb_close(db);
}

/* A run of six layers: three numbers of channels with two kernels each. */
static void put_sweep(sb_rundb *db)
{
    for (int64_t kernel = 3; kernel <= 5; kernel += 2)
        for (int64_t outputs = 8; outputs <= 32; outputs *= 2) {
            char name[32];
            snprintf(name, sizeof name, "r%d_k%d", (int)kernel, (int)outputs);
            put(db, name, kernel, outputs, 1);
        }
}

/* In the fixture every technique is four times as fast as the one before. */
static void many_layers_are_summed_up(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    put_sweep(db);
    write_figures(db, dir, &svg_only);
    static const struct {
        const char *file, *text;
    } parts[] = {
        { "profile_t1.dat", "# standard, onednn: value, share of layers\n0.96\t0\n1\t0.1666667\n" },
        { "profile_t1.dat", "# standard, im2col_gemm: value, share of layers\n0.96\t0\n" },
        { "ecdf_t1.dat", "# speedup, theory: value, share of layers\n" },
        { "error_t1.dat", "# naive: place, value, low, high, name\n" },
        { "error_t1.dat", "\t0.04166667\t0.04166667\t0.04166667\tdirect (36)\n" },
        { "efficiency_t1.dat", "\t3 x 3, separable (12)\n" },
        { "efficiency_t1.dat", "\t5 x 5, separable (12)\n" },
        { "winner_t1.dat", "# onednn: column, row, ns, layer\n0\t0\t" },
        { "heat_t1.dat", "\tr5_k32\n" },
        { "peers_t1.txt", " 0 won, 0 ties, 12 lost; geometric mean 0." },
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *data = slurp(dir, parts[i].file);
        if (!strstr(data, parts[i].text))
            fail_msg("%s: no '%s' in '%s'", parts[i].file, parts[i].text, data);
        free(data);
    }
    char *data = slurp(dir, "winner_t1.dat");
    assert_null(strstr(data, "naive"));
    free(data);
    assert_true(exists(dir, "channels_t1.gp"));
    assert_false(exists(dir, "processes_t1.gp")); /* each kernel has one */
    sb_rundb_close(db);
}

/* Turns the results of the fixture's pair into those of a separable block and its steps. */
static void make_steps(sb_group *group)
{
    static const sb_operation operations[] = { SB_DEPTHWISE, SB_POINTWISE, SB_SEPARABLE,
                                               SB_STANDARD,  SB_DEPTHWISE, SB_POINTWISE };
    static const double times[] = { 1e6, 2e6, 4e6, 20e6, 7e6, 8e6 };
    sb_group_clear_speedups(group);
    for (size_t i = 0; i < 6; i++) {
        sb_result *r = &group->results[i];
        r->operation = operations[i];
        r->time = (sb_interval) { times[i], times[i] * 0.99, times[i] * 1.01 };
        r->reorder_ns = 0;
    }
}

/* The block takes 4 ms as a whole, 1 + 2 ms step by step, 20 ms as a standard convolution, and
 * 7 + 8 ms in a library. */
static void a_pass_is_added_up(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    put_changed(db, "a", make_steps);
    put_changed(db, "b", make_steps);
    put_changed(db, "c", make_steps);
    write_figures(db, dir, &svg_only);
    static const struct {
        const char *file, *text;
    } parts[] = {
        { "network_t1.dat", "# separable: place, from, to, half a bar, value, name\n" },
        { "network_t1.dat", "\t12\tfastest kernels\n" },
        { "network_t1.dat", "\t3\tstep by step\n" },
        { "network_t1.dat", "\t6\tstep by step\n" },
        { "network_t1.dat", "\t60\tstandard twins\n" },
        { "cost_t1.dat", "# im2col_gemm: place, from, to, half a bar, value, name\n" },
        { "cost_t1.dat", "\t4\ta\n" },
        { "breakdown_t1.dat", "# the chain as a whole: " },
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *data = slurp(dir, parts[i].file);
        if (!strstr(data, parts[i].text))
            fail_msg("%s: no '%s' in '%s'", parts[i].file, parts[i].text, data);
        free(data);
    }
    char *data = slurp(dir, "network_t1.dat");
    assert_null(strstr(data, "onednn")); /* does not compute whole blocks */
    free(data);
    sb_rundb_close(db);
}

static void make_single(sb_group *group)
{
    for (size_t i = 0; i < group->result_count; i++)
        group->results[i].threaded = strcmp(group->results[i].technique, "naive") != 0;
}

static void kernels_of_one_thread_do_not_scale(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    for (int64_t threads = 1; threads <= 2; threads++) {
        sb_error error;
        sb_random random = { 9 };
        sb_layer layer = make_layer("a", 8, 12, 3, 8);
        sb_group group = make_group(&layer, threads, techniques, 5, &random);
        make_single(&group);
        assert_int_equal(sb_rundb_put(db, &group, &error), 0);
        sb_group_free(&group);
        free_layer(&layer);
    }
    write_figures(db, dir, &svg_only);
    char *data = slurp(dir, "scaling.dat");
    assert_null(strstr(data, "naive"));
    assert_non_null(strstr(data, "im2col_gemm"));
    free(data);
    data = slurp(dir, "speedup_t2.svg");
    assert_non_null(strstr(data, "naive (1 thread)"));
    assert_null(strstr(data, "im2col_gemm (1 thread)"));
    free(data);
    data = slurp(dir, "speedup_t1.svg");
    assert_null(strstr(data, "(1 thread)"));
    free(data);
    sb_rundb_close(db);
}

/* The figure shows the same numbers for a layer as its row in the table of speedups. */
static void numbers_are_those_of_the_run(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    put_changed(db, "one", make_known);
    write_figures(db, dir, &svg_only);
    char *data = slurp(dir, "speedup_t1.dat");
    assert_non_null(strstr(data, "\t2.5\t2.25\t2.75\tone\n"));
    assert_non_null(strstr(data, "\t4.235294\t"));
    free(data);
    data = slurp(dir, "scatter_t1.dat");
    assert_non_null(strstr(data, "4.235294\t2.5\t2.25\t2.75\tone\n"));
    free(data);
    sb_rundb_close(db);
}

/* ---------------------------------------------------------------------------------- which of it */

static void a_selection_is_shown_under_other_names(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    put(db, "a", 3, 8, 1);
    put(db, "a", 3, 8, 2);
    const char *const wanted[] = { "im2col*", "best", NULL };
    const char *const renames[] = { "im2col_gemm", "im2col + GEMM", NULL };
    sb_figure_options options = { .svg = true, .selection = { 2, wanted, renames } };
    write_figures(db, dir, &options);
    assert_false(exists(dir, "speedup_t1.gp"));
    char *data = slurp(dir, "speedup_t2.dat");
    assert_non_null(strstr(data, "# im2col + GEMM: "));
    assert_non_null(strstr(data, "# best: "));
    assert_null(strstr(data, "naive"));
    free(data);
    sb_rundb_close(db);
}

static void a_technique_that_is_not_there_is_told(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(dir, "{}");
    sb_error error;
    put(db, "a", 3, 8, 1);
    const char *const wanted[] = { "naiv", NULL }, *const renames[] = { "onedn", "x", NULL };
    const sb_figure_options unknown = { .selection.techniques = wanted };
    assert_true(sb_figures_write(db, dir, &unknown, &error) < 0);
    assert_non_null(strstr(error.text, "'naiv'; did you mean 'naive'?"));
    const sb_figure_options unnamed = { .selection.renames = renames };
    assert_true(sb_figures_write(db, dir, &unnamed, &error) < 0);
    assert_non_null(strstr(error.text, "'onedn'; did you mean 'onednn'?"));
    const sb_figure_options threads = { .selection.threads = 7 };
    assert_true(sb_figures_write(db, dir, &threads, &error) < 0);
    assert_non_null(strstr(error.text, "7 threads"));
    sb_rundb_close(db);
}

/* ------------------------------------------------------------------------------------ bad names */

#define LONG "a name of 128 bytes, which is the longest that a configuration may have, goes on "

/* Names that try to break out of their quotes, run a command, or break a line or a format. Each is
 * shown literally, except for characters that cannot be shown. */
static const char *const hostile[] = {
    "\"; system(\"touch pwned\")",
    "`touch pwned`",
    "'.system('touch pwned').'",
    "@data $(touch pwned) %s%n%d {/Symbol a} ^_ \\",
    "# comment",
    "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 <b>&amp;</b>",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
    LONG "over several lines in a figure, all there.",
};

static void names_are_shown_as_they_are(void **state)
{
    const char *dir = *state;
    sb_rundb *db = new_run(
        dir, "{\"configuration\": {\"name\": \"'; system('touch pwned'); '`touch pwned`\\\\\"},"
             " \"machine\": {\"processor\": \"x\\\" . system(\\\"touch pwned\\\")\\n!touch "
             "pwned\"}}");
    size_t count = sizeof hostile / sizeof *hostile;
    for (size_t i = 0; i < count; i++)
        put(db, hostile[i], 3, 8 << i % 4, 1);
    const char *const renames[] = { "naive", "{\"naive'}`touch pwned`", NULL };
    const sb_figure_options all = {
        .svg = true, .pdf = true, .png = true, .titles = true, .selection.renames = renames
    };
    int drawn = write_figures(db, dir, &all);
    assert_int_equal(drawn, have_gnuplot() ? files(dir, "gp") : 0);
    assert_false(exists(dir, "pwned"));
    if (drawn) {
        char *svg = slurp(dir, "speedup_t1.svg");
        svg_texts texts = svg_texts_read(svg);
        assert_true(svg_texts_have(&texts, renames[1]));
        for (size_t i = 0; i < count; i++) {
            sb_text visible = { 0 };
            sb_text_add_visible(&visible, hostile[i]);
            if (!svg_texts_have(&texts, visible.data))
                fail_msg("no '%s'", visible.data);
            sb_text_free(&visible);
        }
        svg_texts_free(&texts);
        free(svg);
    }
    sb_rundb_close(db);
}

/* --------------------------------------------------------------------------------- bad gnuplots */

/* Draws with a shell script in place of gnuplot. */
static int draw_with(const char *dir, const char *program)
{
    sb_rundb *db = new_run(dir, "{}");
    sb_error error;
    put(db, "a", 3, 8, 1);
    char *bin = sb_path_join(dir, "bin"), *path = sb_path_join(bin, "gnuplot");
    assert_int_equal(sb_folder_make(bin, &error), 0);
    if (program) {
        assert_int_equal(sb_file_write(path, program, strlen(program), &error), 0);
        assert_int_equal(chmod(path, 0700), 0);
    }
    char *before = sb_copy_text(getenv("PATH")), *now = NULL;
    assert_true(asprintf(&now, "%s%s%s", bin, program ? ":" : "", program ? before : "") > 0);
    setenv("PATH", now, 1);
    sb_figure_options options = { .svg = true, .pdf = true, .patience_ns = INT64_C(1000000000) };
    int drawn = write_figures(db, dir, &options);
    setenv("PATH", before, 1);
    free(before);
    free(now);
    free(bin);
    free(path);
    sb_rundb_close(db);
    return drawn;
}

/* A script that gives this answer when it is probed and runs `then` when it should draw. */
#define ANSWERS(answer, then) \
    "#!/bin/sh\ncase $2 in -e) echo '" answer "' >&2; exit 0;; esac\n" then "\n"

/* Makes a complete STEM.svg from ../STEM.gp. */
#define DRAWS "stem=${2##*/}; echo '<svg></svg>' > ${stem%.gp}.svg"

/* Whatever is wrong with gnuplot, everything else is written, and the command does not fail. */
static void without_a_gnuplot_the_rest_is_written(void **state)
{
    static const char *const programs[] = {
        NULL,
        "#!/bin/sh\nexit 1\n",
        "#!/bin/sh\nsleep 60\n",
        "#!/bin/sh\necho hello >&2\n",
        "#!/bin/sh\nexit 0\n",
        ANSWERS("5.0 svg pdfcairo ", "exit 0"),
        ANSWERS("5.4 canvas dumb ", "exit 0"),
        ANSWERS("5.4 svg pdfcairo ", "echo broken >&2; exit 1"),
        ANSWERS("5.4 svg pdfcairo ", "sleep 60"),
        ANSWERS("5.4 svg ", "exit 0"),                                /* draws nothing */
        ANSWERS("5.4 svg ", DRAWS "; echo '<svg' > ${stem%.gp}.svg"), /* half a file */
    };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        char *dir = make_folder();
        assert_int_equal(draw_with(dir, programs[i]), 0);
        assert_true(exists(dir, "speedup_t1.gp") && exists(dir, "gflops_t1.dat"));
        assert_true(exists(dir, "speedup_t1.txt"));
        remove_folder(dir);
    }
    (void)state;
}

static void the_formats_that_gnuplot_has_are_drawn(void **state)
{
    const char *dir = *state;
    assert_true(draw_with(dir, ANSWERS("5.4 dumb svg ", DRAWS)) > 0);
    char *script = slurp(dir, "speedup_t1.gp");
    assert_non_null(strstr(script, "formats = 'svg'\n"));
    free(script);
}

/* A child of gnuplot may live on and keep gnuplot's standard error open. */
static void a_child_of_gnuplots_is_not_waited_for(void **state)
{
    const char *dir = *state;
    assert_true(draw_with(dir, ANSWERS("5.4 svg ", "sleep 60 & " DRAWS)) > 0);
}

/* A figure replaces the file in its place: it is not written through a link. An old figure is
 * removed if no new one was drawn. */
static void figures_replace_what_stands_in_their_place(void **state)
{
    const char *dir = *state;
    sb_error error;
    char *kept = sb_path_join(dir, "kept"), *place = sb_path_join(dir, "speedup_t1.svg");
    assert_int_equal(sb_file_write(kept, "mine\n", 5, &error), 0);
    assert_int_equal(symlink("kept", place), 0);
    assert_true(draw_with(dir, ANSWERS("5.4 svg ", DRAWS)) > 0);
    char *content = slurp(dir, "kept");
    assert_string_equal(content, "mine\n");
    struct stat info;
    assert_int_equal(lstat(place, &info), 0);
    assert_true(S_ISREG(info.st_mode));
    free(content);
    free(kept);
    free(place);
}

/* An empty or relative entry of PATH names no folder of programs. */
static void a_gnuplot_among_the_figures_is_not_run(void **state)
{
    const char *dir = *state;
    static const char *const paths[] = {
        "", ":", ".", "./", "..", "/nowhere:", ":/nowhere", "bin"
    };
    static const char program[] = "#!/bin/sh\necho '5.4 svg ' >&2; touch ran\n";
    char *before = sb_copy_text(getenv("PATH")), *here = getcwd(NULL, 0);
    char *path = sb_path_join(dir, "gnuplot"), *bin = sb_path_join(dir, "bin");
    char *in_bin = sb_path_join(bin, "gnuplot"), *script = sb_path_join(dir, "x.gp");
    sb_error error;
    assert_int_equal(sb_folder_make(bin, &error), 0);
    assert_int_equal(sb_file_write(path, program, strlen(program), &error), 0);
    assert_int_equal(sb_file_write(in_bin, program, strlen(program), &error), 0);
    assert_int_equal(sb_file_write(script, "", 0, &error), 0);
    assert_true(chmod(path, 0700) == 0 && chmod(in_bin, 0700) == 0 && chdir(dir) == 0);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        sb_gnuplot able;
        bool hangs;
        setenv("PATH", paths[i], 1);
        assert_true(sb_gnuplot_probe(SB_GNUPLOT_PATIENCE_NS, &able, &error) < 0);
        assert_non_null(strstr(error.text, "gnuplot was not found"));
        assert_true(sb_gnuplot_run(dir, "x.gp", SB_GNUPLOT_PATIENCE_NS, &hangs, &error) < 0);
    }
    setenv("PATH", before, 1);
    assert_int_equal(chdir(here), 0);
    char *ran = sb_path_join(dir, "ran");
    assert_int_not_equal(access(ran, F_OK), 0);
    free(ran);
    free(here);
    free(before);
    free(path);
    free(bin);
    free(in_bin);
    free(script);
}

static void a_probe_says_what_is_wrong(void **state)
{
    (void)state;
    sb_gnuplot able;
    sb_error error;
    char *dir = make_folder(), *before = sb_copy_text(getenv("PATH"));
    setenv("PATH", dir, 1);
    assert_true(sb_gnuplot_probe(SB_GNUPLOT_PATIENCE_NS, &able, &error) < 0);
    setenv("PATH", before, 1);
    assert_non_null(strstr(error.text, "gnuplot was not found"));
    assert_non_null(strstr(error.text, "gnuplot-nox"));
    free(before);
    remove_folder(dir);
}

static void a_failure_is_told(void **state)
{
    const char *dir = *state;
    if (!have_gnuplot())
        skip();
    char *path = sb_path_join(dir, "bad.gp");
    sb_error error = { "" };
    bool hangs = true;
    assert_int_equal(sb_file_write(path, "plot nonsense(1\n", 16, &error), 0);
    assert_true(sb_gnuplot_run(dir, "bad.gp", SB_GNUPLOT_PATIENCE_NS, &hangs, &error) < 0);
    assert_false(hangs);
    assert_non_null(strstr(error.text, "gnuplot fails on"));
    assert_non_null(strstr(error.text, "line 1"));
    assert_int_equal(sb_file_write(path, "pause 60\n", 9, &error), 0);
    assert_true(sb_gnuplot_run(dir, "bad.gp", INT64_C(200000000), &hangs, &error) < 0);
    assert_true(hangs);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_figure_is_there_where_it_has_data),
        IN_FOLDER(a_run_without_results_has_no_figures),
        IN_FOLDER(drawn_again_they_are_the_same),
        IN_FOLDER(a_roofline_has_the_machines_ceilings),
        IN_FOLDER(scaling_is_over_the_layers_that_all_counts_have),
        IN_FOLDER(wild_intervals_are_hollow_and_counted),
        IN_FOLDER(legends_name_what_has_data),
        IN_FOLDER(many_layers_are_summed_up),
        IN_FOLDER(a_pass_is_added_up),
        IN_FOLDER(kernels_of_one_thread_do_not_scale),
        IN_FOLDER(numbers_are_those_of_the_run),
        IN_FOLDER(a_selection_is_shown_under_other_names),
        IN_FOLDER(a_technique_that_is_not_there_is_told),
        IN_FOLDER(names_are_shown_as_they_are),
        cmocka_unit_test(without_a_gnuplot_the_rest_is_written),
        IN_FOLDER(the_formats_that_gnuplot_has_are_drawn),
        IN_FOLDER(a_child_of_gnuplots_is_not_waited_for),
        IN_FOLDER(figures_replace_what_stands_in_their_place),
        IN_FOLDER(a_gnuplot_among_the_figures_is_not_run),
        cmocka_unit_test(a_probe_says_what_is_wrong),
        IN_FOLDER(a_failure_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
