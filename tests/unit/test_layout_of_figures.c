/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the run holds, no text of a figure extends past the page or overlaps another, in either
 * font. */
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

#include <cmocka.h>

#define PEAKS                                                                              \
    "{\"configuration\": {\"name\": \"a run\"}, \"machine\": {\"processor\": \"a machine " \
    "with a name as long as they are today @ 2.40 GHz\"}, \"peaks\": [{\"threads\": 1, "   \
    "\"gflops\": 100, \"gbytes_per_second\": {\"L1\": 400, \"L2\": 200, \"L3\": 80, "      \
    "\"DRAM\": 20}}]}"

static const char *const few[] = { "naive", "tiled", "*onednn", NULL };
static const char *const many[] = {
    "naive", "im2col_gemm",      "tiled",     "openmp",   "direct", "fused",  "strassen", "*onednn",
    "*blis", "*onednn_winograd", "*openblas", "*xnnpack", "mine",   "theirs", "*libxsmm", NULL
};
static const char *const one[] = { "direct", NULL };
static const char *const long_names[] = {
    "a_technique_whose_name_is_as_long_as_an_id_may_be_which_is_64_bytes",
    "*another_technique_whose_name_is_nearly_as_long_as_an_id_may_be",
    "direct",
    NULL,
};

static const char long_layer[] =
    "a layer's name of one hundred and twenty-eight bytes, which is the longest that there is, "
    "goes over several lines of the figure.";

/* The contents of a run. */
typedef struct kind {
    const char *name;
    const char *const *techniques;
    int layers;
    int64_t threads;     /* the numbers of threads are 1 to this */
    const char *pattern; /* of the layers' names */
    bool sweep;          /* the layers are a sweep over kernels and channels */
    void (*change)(sb_group *group, sb_random *random);
} kind;

/* Times from a picosecond to an hour, and speedups of all sizes. */
static void make_extreme(sb_group *group, sb_random *random)
{
    for (size_t i = 0; i < group->result_count; i++) {
        sb_result *r = &group->results[i];
        double ns = pow(10, 15 * sb_random_unit(random) - 3);
        r->time = (sb_interval) { ns, ns * 0.98, ns * (1 + sb_random_unit(random)) };
        if (i % 5 == 0)
            r->time.high = INFINITY;
        if (i % 7 == 0)
            r->roofline_gflops = NAN;
    }
    for (size_t i = 0; i < group->speedup_count; i++) {
        double v = pow(10, 6 * sb_random_unit(random) - 3);
        group->speedups[i].measured = (sb_interval) { v, v * (i % 3 ? 0.9 : 0), v * 1.1 };
        group->speedups[i].roofline = i % 2 ? NAN : 1e9;
    }
}

/* Every other kernel did not run; the others have only their times. */
static void make_missing(sb_group *group, sb_random *random)
{
    (void)random;
    for (size_t i = 0; i < group->result_count; i++) {
        sb_result *r = &group->results[i];
        if (i % 2) {
            r->verdict = SB_VERDICT_UNSUPPORTED;
            r->time = (sb_interval) { NAN, NAN, NAN };
        }
        r->max_error = r->error_bound = r->prepare_ns = r->roofline_gflops = NAN;
    }
    for (size_t i = 0; i < group->speedup_count; i++) {
        group->speedups[i].measured.low = 0;
        group->speedups[i].measured.high = INFINITY;
        group->speedups[i].roofline = NAN;
    }
}

/* Half of the samples are from another process. */
static void make_processes(sb_group *group, sb_random *random)
{
    (void)random;
    for (size_t i = 0; i < group->result_count; i++) {
        sb_series *series = &group->results[i].series;
        for (size_t k = series->count / 2; k < series->count; k++)
            series->samples[k].round += SB_PROCESS_ROUNDS;
    }
}

/* Noise so strong that no result says anything. */
static void make_noise(sb_group *group, sb_random *random)
{
    (void)random;
    for (size_t i = 0; i < group->result_count; i++)
        group->results[i].time.high = 100 * group->results[i].time.value;
    for (size_t i = 0; i < group->speedup_count; i++)
        group->speedups[i].measured.low = 0;
}

static const kind kinds[] = {
    { "one of all", one, 1, 1, "layer%d", false, NULL },
    { "few", few, 6, 2, "block%d.dw+project", false, NULL },
    { "threads", few, 3, 6, "block%d", false, NULL },
    { "many techniques", many, 12, 2, "block%d", false, NULL },
    { "many layers", many, 60, 1, "a_network_with_a_name/block%d.dw+project", false, NULL },
    { "too many layers", few, 300, 1, "layer%d", false, NULL },
    { "networks", few, 240, 1, "network%2$d/layer%1$d", false, NULL },
    { "long names", long_names, 4, 1, long_layer, false, NULL },
    { "extremes", many, 9, 1, "layer%d", false, make_extreme },
    { "missing", few, 3, 1, "layer%d", false, make_missing },
    { "a sweep", many, 32, 1, "r%d", true, make_processes },
    { "a long sweep", few, 80, 1, "r%d", true, NULL },
    { "noise", few, 5, 1, "layer%d", false, make_noise },
};

static void put_layer(sb_rundb *db, const kind *k, int i, sb_random *random)
{
    sb_error error;
    char name[256];
    int network = i / 20;
    snprintf(name, sizeof name, k->pattern, i, network);
    if (!strchr(k->pattern, '%'))
        name[0] = (char)('a' + i); /* makes the names differ */
    sb_layer layer = k->sweep
                         ? make_layer(name, 8, 12 + 2 * (i / 40), 1 + 2 * (i % 4), 1 << i / 4 % 10)
                         : make_layer(name, 8 << i % 3, 12, 3 + 2 * (i % 2), 8 << i % 5);
    for (int64_t threads = 1; threads <= k->threads; threads++) {
        sb_group group = make_group(&layer, threads, k->techniques, 3, random);
        if (k->change)
            k->change(&group, random);
        assert_int_equal(sb_rundb_put(db, &group, &error), 0);
        sb_group_free(&group);
    }
    free_layer(&layer);
}

static void check_svg(const kind *k, const char *style, const char *path)
{
    sb_error error;
    char *svg = sb_file_read(path, 1 << 26, NULL, &error);
    assert_non_null(svg);
    svg_texts texts = svg_texts_read(svg);
    for (int face = 0; face < SB_FACES; face++) {
        char *trouble = svg_texts_trouble(&texts, (sb_face)face);
        if (trouble)
            fail_msg("%s, %s, %s, font %d: %s", k->name, style, strrchr(path, '/') + 1, face,
                     trouble);
    }
    for (size_t i = 0; i < texts.count; i++) /* 7 points, in dots of 1/96 inch */
        assert_true(texts.list[i].size >= 7 * 96. / 72 - 0.01);
    assert_true(texts.count < 700);
    assert_true(strlen(svg) < 2500000);
    svg_texts_free(&texts);
    free(svg);
}

static void check_run(const char *dir, const kind *k, sb_rundb *db, const char *style, bool titles)
{
    sb_error error = { "" };
    char *out = sb_path_join(dir, style), *pattern = sb_path_join(out, "*.svg");
    const sb_figure_options options = { .svg = true,
                                        .titles = titles,
                                        .style = sb_style_named(style, &error) };
    glob_t found;
    int drawn = sb_figures_write(db, out, &options, &error);
    if (drawn < 0)
        fail_msg("%s", error.text);
    int status = glob(pattern, 0, NULL, &found);
    assert_int_equal(drawn, status == 0 ? (int)found.gl_pathc : 0);
    for (int i = 0; i < drawn; i++)
        check_svg(k, style, found.gl_pathv[i]);
    globfree(&found);
    free(pattern);
    free(out);
}

static void texts_keep_apart(void **state)
{
    const kind *k = *state;
    sb_error error;
    sb_gnuplot able;
    sb_random random = { 5 };
    if (sb_gnuplot_probe(SB_GNUPLOT_PATIENCE_NS, &able, &error) < 0)
        skip();
    char *dir = make_folder();
    sb_rundb *db = sb_rundb_create(dir, "", PEAKS, &error);
    for (int i = 0; i < k->layers; i++)
        put_layer(db, k, i, &random);
    check_run(dir, k, db, "paper", true);
    check_run(dir, k, db, "slides", false);
    sb_rundb_close(db);
    remove_folder(dir);
}

int main(void)
{
    enum { COUNT = sizeof kinds / sizeof *kinds };
    struct CMUnitTest tests[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tests[i] = (struct CMUnitTest) { kinds[i].name, texts_keep_apart, NULL, NULL,
                                         (void *)(uintptr_t)&kinds[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
