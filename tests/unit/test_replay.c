/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h> /* Autoconf's, in the build folder */

#include "tune/baseline.h"
#include "tune/export.h"
#include "tune/replay.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include <zlib.h>

/* Makes a temporary file that holds the bytes. The caller must free() the path. */
static char *file_of(const void *bytes, size_t count)
{
    char *path = strdup("/tmp/sb-replay-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, count), count);
    close(fd);
    return path;
}

static int read_text(const char *text, sb_recorded *recorded, sb_error *error)
{
    char *path = file_of(text, strlen(text));
    int rc = sb_recorded_read(path, recorded, error);
    unlink(path);
    free(path);
    return rc;
}

static const char cache[] =
    "{\"tune_params_keys\": [\"x\", \"type\", \"f\"], \"cache\": {"
    "\"16,float,0.5\": {\"x\": 16, \"type\": \"float\", \"f\": 0.5, \"time\": 3.0},"
    "\"2,float,0.5\": {\"x\": 2, \"type\": \"float\", \"f\": 0.5, \"time\": 2},"
    "\"2,half,1.5\": {\"x\": 2, \"type\": \"half\", \"f\": 1.5, \"time\": \"InvalidConfig\"},"
    "\"4,half,1.5\": {\"time\": 1.0},"
    "\"8,half,1.5\": {\"x\": 8, \"type\": \"half\", \"f\": 1.5},"
    "\"9,half,1.5\": {\"x\": 9, \"type\": \"half\", \"f\": 1.5, \"time\": NaN},"
    "\"odd\": {\"x\": 9, \"time\": 1.5},"
    "\"16,half,1.5\": {\"x\": 16, \"type\": \"half\", \"f\": 1.5, \"time\": -Infinity}}}";

static void check_cache(const sb_recorded *recorded)
{
    assert_int_equal(recorded->space.size, 7);
    assert_int_equal(recorded->skipped, 1);
    assert_int_equal(recorded->failures, 4);
    assert_true(fabs(recorded->best - 1.0) < 1e-12);
    assert_int_equal(recorded->space.axes[0].count, 5);
    assert_int_equal(recorded->space.axes[0].values[4], 16); /* sorted by value, not as text */
    assert_true(recorded->space.axes[0].ordered);
    assert_false(recorded->space.axes[1].ordered);
    assert_true(recorded->space.axes[2].ordered);
    char *text = sb_space_text(&recorded->space, 0);
    assert_string_equal(text, "x=2;type=float;f=0.5");
    free(text);
}

static void reads_a_cache(void **state)
{
    (void)state;
    sb_recorded recorded;
    assert_int_equal(read_text(cache, &recorded, NULL), 0);
    check_cache(&recorded);
    sb_recorded_free(&recorded);
}

static void reads_gzip_and_refuses_half_of_it(void **state)
{
    (void)state;
    unsigned char packed[4096];
    z_stream stream = { .next_in = (Bytef *)(uintptr_t)cache,
                        .avail_in = sizeof cache - 1,
                        .next_out = packed,
                        .avail_out = sizeof packed };
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    sb_recorded recorded;
    sb_error error = { "" };
    char *path = file_of(packed, stream.total_out);
    assert_int_equal(sb_recorded_read(path, &recorded, NULL), 0);
    check_cache(&recorded);
    sb_recorded_free(&recorded);
    unlink(path);
    free(path);
    path = file_of(packed, stream.total_out / 2);
    assert_int_equal(sb_recorded_read(path, &recorded, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "truncated"));
    unlink(path);
    free(path);
}

static void reads_results(void **state)
{
    (void)state;
    sb_recorded recorded;
    assert_int_equal(
        read_text("{\"results\": ["
                  "{\"configuration\": {\"a\": 1, \"b\": true}, \"invalidity\": \"correct\","
                  " \"measurements\": [{\"name\": \"time\", \"value\": 4.0}]},"
                  "{\"configuration\": {\"a\": 2, \"b\": true}, \"invalidity\": \"correct\","
                  " \"times\": {\"runtimes\": [2.0, 4.0]}},"
                  "{\"configuration\": {\"a\": 2, \"b\": false}, \"invalidity\": \"runtime\","
                  " \"measurements\": [{\"name\": \"time\", \"value\": 0.1}]}]}",
                  &recorded, NULL),
        0);
    assert_int_equal(recorded.space.size, 3);
    assert_int_equal(recorded.failures, 1);
    assert_true(fabs(recorded.best - 3.0) < 1e-12);
    sb_recorded_free(&recorded);
}

/* A cache as an interrupted Kernel Tuner leaves it: it ends with a comma, or lacks the last
 * brackets. */
static void reads_a_cache_without_its_last_brackets(void **state)
{
    (void)state;
    static const char head[] = "{\"tune_params_keys\": [\"x\"],\n\"cache\": {\n"
                               "\"1\": {\"x\": 1, \"time\": 2},\n"
                               "\"2\": {\"x\": 2, \"time\": 1}";
    static const char *const tails[] = { "", ",", ",\n", "}", "}\n", "}}" };
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char text[256];
        sb_recorded recorded;
        snprintf(text, sizeof text, "%s%s", head, tails[i]);
        assert_int_equal(read_text(text, &recorded, NULL), 0);
        assert_int_equal(recorded.space.size, 2);
        assert_int_equal(recorded.cut, strcmp(tails[i], "}}") != 0);
        sb_recorded_free(&recorded);
    }
    static const char *const torn[] = { ",\"", ",\"3", ",\"3\"", ",\"3\":", ",\"3\":{" };
    for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
        char text[256];
        sb_recorded recorded;
        sb_error error = { "" };
        snprintf(text, sizeof text, "%s%s", head, torn[i]);
        assert_int_equal(read_text(text, &recorded, &error), SB_FAILED);
        assert_non_null(strstr(error.text, "truncated"));
    }
}

static void reads_results_of_ktt(void **state)
{
    (void)state;
    sb_recorded recorded;
    assert_int_equal(
        read_text(
            "{\"Metadata\": {\"TimeUnit\": \"Microseconds\"}, \"Results\": ["
            "{\"ComputationResults\": [{\"Duration\": 7.0, \"GlobalSize\": {\"X\": 1}}],"
            " \"Configuration\": [{\"Name\": \"a\", \"Type\": \"UnsignedInt\", \"Value\": 4},"
            " {\"Name\": \"b\", \"Value\": 0.5}], \"ExtraDuration\": 0.0,"
            " \"KernelName\": \"k\", \"Status\": \"Ok\", \"TotalDuration\": 8.0},"
            "{\"ComputationResults\": [], \"Configuration\": [{\"Name\": \"a\", \"Value\": 16},"
            " {\"Name\": \"b\", \"Value\": 0.5}], \"Status\": \"ValidationFailed\","
            " \"TotalDuration\": 1.0}]}",
            &recorded, NULL),
        0);
    assert_int_equal(recorded.space.axis_count, 2);
    assert_int_equal(recorded.space.size, 2);
    assert_int_equal(recorded.failures, 1);
    assert_true(fabs(recorded.best - 8.0) < 1e-12);
    char *text = sb_space_text(&recorded.space, 0);
    assert_string_equal(text, "a=4;b=0.5");
    free(text);
    sb_recorded_free(&recorded);
}

static void reads_csv(void **state)
{
    (void)state;
    static const char *const files[] = {
        "x,name,time,gflops\r\n2,\"a,\"\"b\",3.5,9\r\n4,c,1.5,8\r\n4,\"a,\"\"b\",,0\r\n",
        "Kernel name;Computation duration (us);Global size;x;name\n"
        "k;3.5;\"1, 1\";2;\"a,\"\"b\"\nk;1.5;1;4;c\n\nk;failed;1;4;\"a,\"\"b\"",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        sb_recorded recorded;
        assert_int_equal(read_text(files[i], &recorded, NULL), 0);
        assert_int_equal(recorded.space.axis_count, 2);
        assert_int_equal(recorded.space.size, 3);
        assert_int_equal(recorded.failures, 1);
        assert_true(fabs(recorded.best - 1.5) < 1e-12);
        char *text = sb_space_text(&recorded.space, 0);
        assert_string_equal(text, "x=2;name=a,\"b");
        free(text);
        sb_recorded_free(&recorded);
    }
}

/* Kernel Tuner's values for failures, and the time that evaluations took. */
static void knows_failures_and_costs(void **state)
{
    (void)state;
    sb_recorded recorded;
    assert_int_equal(read_text("{\"tune_params_keys\": [\"x\"], \"cache\": {"
                               "\"1\": {\"x\": 1, \"time\": 1e+20, \"compile_time\": 5},"
                               "\"2\": {\"x\": 2, \"time\": 9e+19, \"compile_time\": 5,"
                               " \"benchmark_time\": 2.5, \"times\": [1, 2, {}, []]},"
                               "\"3\": {\"x\": 3, \"time\": 1e999},"
                               "\"4\": {\"x\": 4, \"time\": [1]}, \"5\": 7}}",
                               &recorded, NULL),
                     0);
    assert_int_equal(recorded.space.size, 4);
    assert_int_equal(recorded.failures, 3);
    assert_true(recorded.costs[0] == 5.0 && recorded.costs[1] == 7.5 && isnan(recorded.costs[2]));
    sb_recorded_free(&recorded);
}

static void refuses_what_it_cannot_use(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {
        { "", "is empty" },
        { "{\"tune_params_keys\": [\"x\"], \"cache\": {\"1\": {\"x\": 1, \"ti", "truncated" },
        { "layer\n1\n", "neither JSON, nor CSV with a column `time`" },
        { "time\n1\n", "no column before or after" },
        { "layer,time\n", "holds no parameter sets" },
        { "{\"a\" 1}", "1:6: not JSON: expected a colon" },
        { "{\"a\": 1]", "not JSON" },
        { "{\"a\": 1,}", "not JSON" },
        { "{\"a\": tru}", "not JSON" },
        { "{\"a\": \"\\u12g4\"}", "not JSON" },
        { "{} {}", "not JSON" },
        { "{\"layers\": []}", "not a recorded space" },
        { "[]", "holds no parameter sets" },
        { "{\"cache\": {\"1\": {\"x\": 1, \"time\": 2}}}", "tune_params_keys" },
        { "{\"tune_params_keys\": [\"x\"], \"cache\": {\"1\": {\"x\": 1, \"time\": \"no\"}}}",
          "all 1 parameter sets failed" },
        { "{\"tune_params_keys\": [\"x\", \"y\"], \"cache\": {\"1\": {\"x\": 1, \"time\": 1}}}",
          "no parameter set has all 2" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sb_recorded recorded;
        sb_error error = { "" };
        assert_int_equal(read_text(bad[i].text, &recorded, &error), SB_FAILED);
        assert_non_null(strstr(error.text, bad[i].says));
    }
}

/* Limits the memory of the process. Not with sanitizers, whose shadow memory alone is larger. */
static void limit_memory(rlim_t bytes)
{
#ifdef SB_SANITIZED
    (void)bytes;
#else
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_DATA, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_DATA, &limit), 0);
#endif
}

/* Twenty million brackets in a few kilobytes of gzip, nested or in sequence, are refused without
 * much memory. */
static void is_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *head, *unit, *says;
    } files[] = {
        { "", "[", "nested too deeply" },
        { "{\"cache\": [", "{\"x\": ", "nested too deeply" },
        { "[", "[],", "holds no parameter sets" },
        { "", "{\"results\": ", "nested too deeply" },
        { "{\"tune_params_keys\": [\"x\"], \"cache\": {", "\"1\": [{}], ", "holds no parameter" },
        { "[\"", "aaaaaaaaaaaaaaa", "truncated" },
        { "", "xxxxxxxxxxxxxxx", "neither JSON nor CSV" },
        { "a,time\n", ",,,,,,,,,,,,,,,", "neither JSON nor CSV" },
    };
    struct rlimit before;
    getrlimit(RLIMIT_DATA, &before);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        sb_recorded recorded;
        sb_error error = { "" };
        char *path = file_of("", 0);
        gzFile file = gzopen(path, "wb1");
        gzputs(file, files[i].head);
        for (int n = 0; n < 2000000; n++)
            gzputs(file, files[i].unit);
        gzclose(file);
        limit_memory(64 << 20);
        assert_int_equal(sb_recorded_read(path, &recorded, &error), SB_FAILED);
        setrlimit(RLIMIT_DATA, &before);
        if (!strstr(error.text, files[i].says))
            fail_msg("%zu: %s", i, error.text);
        unlink(path);
        free(path);
    }
}

/* 30 parameter sets with one parameter. Exhaustive search reaches each goal after a known number of
 * evaluations. */
static void counts_evaluations(void **state)
{
    (void)state;
    enum { SIZE = 30 };
    uint32_t rows[SIZE];
    double objectives[SIZE];
    sb_axis *axes = calloc(1, sizeof *axes);
    axes[0] = (sb_axis) { .id = strdup("x"), .ordered = true, .count = SIZE };
    axes[0].values = calloc(SIZE, sizeof(int64_t));
    for (uint32_t i = 0; i < SIZE; i++) {
        rows[i] = i;
        objectives[i] = i < 5 ? 2.0 : i < 9 ? 1.08 : i < 12 ? 1.04 : i < 20 ? 1.015 : 1.0;
    }
    sb_recorded recorded = { .objectives = objectives, .best = 1.0 };
    assert_int_equal(sb_space_from_rows(axes, 1, rows, SIZE, &recorded.space, NULL), 0);
    const sb_strategy *exhaustive = sb_strategy_find("exhaustive", NULL);
    sb_replay_result result;
    sb_replay(&recorded, exhaustive, &(sb_replay_options) { .repeat = 3, .seed = 1 }, &result);
    const double expected[SB_REPLAY_GOALS] = { 6, 10, 13, 13, 21 };
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++) {
        assert_true(result.rows[g].median == expected[g] && result.rows[g].decile9 == expected[g]);
        assert_int_equal(result.rows[g].failures, 0);
    }
    sb_replay(&recorded, exhaustive,
              &(sb_replay_options) { .repeat = 3, .seed = 1, .evaluations = 10 }, &result);
    assert_true(result.rows[1].median == 10 && isinf(result.rows[2].median));
    assert_int_equal(result.rows[2].failures, 3);
    sb_space_free(&recorded.space);
}

/* The times 1, 2 and 3, and a failure, which counts as 3. */
static void expects_of_random_search(void **state)
{
    (void)state;
    double objectives[] = { 2.0, 1.0, INFINITY, 3.0 };
    sb_recorded recorded = {
        .objectives = objectives, .failures = 1, .best = 1.0, .space.size = 4
    };
    sb_baseline baseline;
    sb_baseline_start(&baseline, &recorded);
    assert_true(fabs(sb_baseline_expected(&baseline, 1) - 2.25) < 1e-12);
    assert_true(fabs(sb_baseline_expected(&baseline, 2) - 5.0 / 3.0) < 1e-12);
    assert_true(fabs(sb_baseline_expected(&baseline, 4) - 1.0) < 1e-12);
    assert_true(sb_baseline_median(&baseline, 1.0) == 2.0);
    assert_true(sb_baseline_median(&baseline, 2.0) == 1.0);
    double means[SB_BASELINE_POINTS];
    for (size_t p = 0; p < SB_BASELINE_POINTS; p++)
        means[p] = baseline.expected[p];
    assert_true(fabs(sb_baseline_score(&baseline, means)) < 1e-12);
    for (size_t p = 0; p < SB_BASELINE_POINTS; p++)
        means[p] = 1.0;
    assert_true(sb_baseline_score(&baseline, means) > 0.8);
    sb_baseline_free(&baseline);
}

/* A budget of time is spent in the times that the recording gives for the evaluations. */
static void spends_recorded_time(void **state)
{
    (void)state;
    enum { SIZE = 10 };
    uint32_t rows[SIZE];
    double objectives[SIZE], costs[SIZE];
    sb_axis *axes = calloc(1, sizeof *axes);
    axes[0] = (sb_axis) { .id = strdup("x"), .ordered = true, .count = SIZE };
    axes[0].values = calloc(SIZE, sizeof(int64_t));
    for (uint32_t i = 0; i < SIZE; i++) {
        rows[i] = i;
        axes[0].values[i] = i;
        objectives[i] = 2.0 - 0.1 * i;
        costs[i] = 100.0;
    }
    sb_recorded recorded = {
        .objectives = objectives, .costs = costs, .costed = true, .best = objectives[SIZE - 1]
    };
    assert_int_equal(sb_space_from_rows(axes, 1, rows, SIZE, &recorded.space, NULL), 0);
    const sb_strategy *exhaustive = sb_strategy_find("exhaustive", NULL);
    sb_replay_options options = { .repeat = 1, .time_ns = 350000000 };
    sb_replay_result result;
    sb_replay(&recorded, exhaustive, &options, &result);
    assert_int_equal(result.evaluations, 4);
    assert_true(fabs(result.best[0] - 1.7 / recorded.best) < 1e-12);
    sb_space_free(&recorded.space);
}

/* The model must be worth its cost: on a smooth space with an interaction, a flag and a local
 * optimum, it needs at most half as many evaluations as random search. */
static void auto_beats_random(void **state)
{
    (void)state;
    enum { A = 12, B = 12, C = 4, SIZE = A * B * C * 2 };
    uint32_t *rows = calloc(SIZE * 4, sizeof *rows);
    double *objectives = calloc(SIZE, sizeof *objectives);
    const uint32_t counts[] = { A, B, C, 2 };
    sb_axis *axes = calloc(4, sizeof *axes);
    for (size_t a = 0; a < 4; a++) {
        axes[a] = (sb_axis) { .id = strdup("x"), .ordered = true, .count = counts[a] };
        axes[a].values = calloc(counts[a], sizeof(int64_t));
        for (uint32_t d = 0; d < counts[a]; d++)
            axes[a].values[d] = d + 1;
    }
    sb_recorded recorded = { .objectives = objectives, .best = INFINITY };
    for (uint32_t i = 0; i < SIZE; i++) {
        const uint32_t at[] = { i / (B * C * 2), i / (C * 2) % B, i / 2 % C, i % 2 };
        memcpy(rows + 4 * i, at, sizeof at);
        double a = at[0] - 8.0, b = at[1] - (at[3] ? 9.0 : 2.0);
        objectives[i] = exp(0.02 * (a * a + b * b + 0.5 * a * b) + 0.1 * at[2] + 0.3 * at[3]);
        recorded.best = fmin(recorded.best, objectives[i]);
    }
    assert_int_equal(sb_space_from_rows(axes, 4, rows, SIZE, &recorded.space, NULL), 0);
    sb_replay_options options = { .repeat = 20, .seed = 1 };
    sb_replay_result ours, random;
    sb_replay(&recorded, sb_strategies[0], &options, &ours);
    sb_replay(&recorded, sb_strategy_find("random", NULL), &options, &random);
    assert_true(ours.rows[1].median < 0.5 * random.rows[1].median);
    assert_true(ours.rows[4].median < 0.2 * random.rows[4].median);
    assert_int_equal(ours.rows[4].failures, 0);
    sb_space_free(&recorded.space);
    free(objectives);
    free(rows);
}

/* An exported space reads back with the same parameters, times and failures. */
static void reads_its_own_export(void **state)
{
    (void)state;
    sb_recorded first, second;
    assert_int_equal(read_text(cache, &first, NULL), 0);
    sb_evaluated evaluated[16];
    for (uint32_t i = 0; i < first.space.size; i++)
        evaluated[i] = (sb_evaluated) { .index = i, .objective = 1e6 * first.objectives[i] };
    sb_text text = { 0 };
    const sb_export_subject subject = { .device = "d", .kernel = "k", .problem = "p" };
    sb_export_kernel_tuner(&first.space, evaluated, first.space.size, &subject, &text);
    assert_int_equal(read_text(text.data, &second, NULL), 0);
    assert_int_equal(second.space.size, first.space.size);
    for (size_t i = 0; i < first.space.size; i++) {
        char *a = sb_space_text(&first.space, i), *b = sb_space_text(&second.space, i);
        assert_string_equal(a, b);
        assert_true(first.objectives[i] == second.objectives[i] ||
                    fabs(first.objectives[i] - second.objectives[i]) < 1e-12);
        free(a);
        free(b);
    }
    sb_text_free(&text);
    sb_recorded_free(&first);
    sb_recorded_free(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_cache),
        cmocka_unit_test(reads_gzip_and_refuses_half_of_it),
        cmocka_unit_test(reads_results),
        cmocka_unit_test(refuses_what_it_cannot_use),
        cmocka_unit_test(reads_results_of_ktt),
        cmocka_unit_test(reads_a_cache_without_its_last_brackets),
        cmocka_unit_test(reads_csv),
        cmocka_unit_test(knows_failures_and_costs),
        cmocka_unit_test(is_bounded),
        cmocka_unit_test(reads_its_own_export),
        cmocka_unit_test(counts_evaluations),
        cmocka_unit_test(expects_of_random_search),
        cmocka_unit_test(spends_recorded_time),
        cmocka_unit_test(auto_beats_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
