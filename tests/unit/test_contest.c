/* SPDX-License-Identifier: Apache-2.0 */
/* Our best kernel against the best peer, in each way of counting. */
#include "core/random.h"
#include "core/text.h"
#include "measure/contest.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs setjmp.h and stdarg.h */
#include <cmocka.h>

enum { ROUNDS = 40 };

typedef struct row {
    const char *label;
    bool peer;
    sb_arithmetic arithmetic;
    double ns, reorder_ns, prepare_ns;
} row;

/* Our best kernel is "blocked" if each kernel keeps its own layout, and "nhwc" if reorders are
 * counted, with or without packing. */
static const row rows[] = {
    { "blocked", false, SB_DIRECT, 1000, 800, 300 },
    { "nhwc", false, SB_DIRECT, 1250, 0, 450 },
    { "winograd", false, SB_WINOGRAD_F4, 500, 2000, 9000 },
    { "peer_blocked", true, SB_DIRECT, 1500, 1000, 100 },
    { "peer_nhwc", true, SB_DIRECT, 2000, 0, 5000 },
};
enum { ROWS = sizeof rows / sizeof *rows };

/* A 1 x 1 layer of 4 x 4 pixels, 10 channels and 50 outputs: 8000 multiplications. */
static sb_layer pointwise(void)
{
    sb_layer layer = {
        .shape = sb_geometry_square(10, 4, 50, 1),
        .operations = { true, false },
        .repeat = 1,
    };
    sb_error error;
    assert_int_equal(sb_layer_finish(&layer, &error), SB_OK);
    return layer;
}

/* At least a tenth of the samples are exactly `ns`, so that the estimate is `ns` too. */
static void fill(sb_result *result, const row *from, double noise, uint64_t seed)
{
    sb_random random = { seed };
    *result = (sb_result) {
        .operation = SB_STANDARD,
        .arithmetic = from->arithmetic,
        .label = sb_copy_text(from->label),
        .technique = sb_copy_text(from->label),
        .verdict = SB_VERDICT_OK,
        .peer = from->peer,
        .estimator = SB_ESTIMATE_P10,
        .reorder_ns = from->reorder_ns,
        .prepare_ns = from->prepare_ns,
        .roofline_gflops = 20,
    };
    for (uint32_t round = 0; round < ROUNDS; round++) {
        double factor = round % 4 ? 1 + noise * sb_random_unit(&random) : 1;
        sb_sample sample = { .round = round, .iterations = 1, .ns = from->ns * factor };
        sb_series_add(&result->series, sample);
    }
    result->time = sb_estimate(&result->series, result->estimator, 0.95, 1);
}

static sb_group group_of(const sb_layer *layer, const row *list, size_t count, double noise)
{
    sb_group group = { .layer = layer,
                       .threads = 1,
                       .results = sb_new(count, sizeof *group.results) };
    for (; group.result_count < count; group.result_count++)
        fill(&group.results[group.result_count], &list[group.result_count], noise,
             group.result_count + 1);
    return group;
}

static sb_contest_rules rules(bool direct, sb_counting counting)
{
    return (sb_contest_rules) { SB_STANDARD, direct, counting, 0.95, 1 };
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * fabs(b)))
        fail_msg("%.12g is not %.12g", a, b);
}

static void each_way_of_counting_has_its_own_best(void **state)
{
    (void)state;
    static const struct {
        bool direct;
        sb_counting counting;
        const char *own, *peer;
        double own_ns, peer_ns;
    } expected[] = {
        { true, SB_COUNT_RUN, "blocked", "peer_blocked", 1000, 1500 },
        { true, SB_COUNT_REORDERS, "nhwc", "peer_nhwc", 1250, 2000 },
        { true, SB_COUNT_PACKING, "nhwc", "peer_blocked", 1700, 2600 },
        { false, SB_COUNT_RUN, "winograd", "peer_blocked", 500, 1500 },
        { false, SB_COUNT_REORDERS, "nhwc", "peer_nhwc", 1250, 2000 },
        { false, SB_COUNT_PACKING, "nhwc", "peer_blocked", 1700, 2600 },
    };
    sb_layer layer = pointwise();
    sb_group group = group_of(&layer, rows, ROWS, 0.1);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const sb_contest_rules by = rules(expected[i].direct, expected[i].counting);
        sb_contest contest;
        assert_true(sb_group_contest(&group, &by, &contest));
        assert_string_equal(contest.own->label, expected[i].own);
        assert_string_equal(contest.peer->label, expected[i].peer);
        assert_near(contest.own_ns, expected[i].own_ns);
        assert_near(contest.peer_ns, expected[i].peer_ns);
        assert_near(contest.ratio.value, expected[i].peer_ns / expected[i].own_ns);
        assert_true(contest.ratio.low <= contest.ratio.value);
        assert_true(contest.ratio.high >= contest.ratio.value);
    }
    sb_group_free(&group);
}

/* The run reached 16 of 20 GFLOP/s, whatever else is counted. */
static void the_roofline_is_that_of_the_run(void **state)
{
    (void)state;
    sb_layer layer = pointwise();
    sb_group group = group_of(&layer, rows, ROWS, 0);
    const sb_contest_rules by = rules(true, SB_COUNT_RUN);
    sb_contest contest;
    assert_true(sb_group_contest(&group, &by, &contest));
    assert_near(contest.roofline, 0.8);
    group.results[0].roofline_gflops = NAN;
    assert_true(sb_group_contest(&group, &by, &contest));
    assert_true(isnan(contest.roofline));
    sb_group_free(&group);
}

/* If a run did not measure reorders or packing, its results have no value in those ways of
 * counting. */
static void what_is_not_known_does_not_stand(void **state)
{
    (void)state;
    sb_layer layer = pointwise();
    sb_group group = group_of(&layer, rows, ROWS, 0);
    for (size_t i = 0; i < ROWS; i++)
        if (!rows[i].peer)
            group.results[i].reorder_ns = NAN;
    for (int counting = 0; counting < SB_COUNTINGS; counting++) {
        const sb_contest_rules by = rules(false, (sb_counting)counting);
        sb_contest contest;
        assert_int_equal(sb_group_contest(&group, &by, &contest), counting == SB_COUNT_RUN);
    }
    sb_group_free(&group);
}

static void without_a_peer_there_is_no_contest(void **state)
{
    (void)state;
    sb_layer layer = pointwise();
    sb_group group = group_of(&layer, rows, 3, 0);
    const sb_contest_rules by = rules(false, SB_COUNT_RUN);
    sb_contest contest;
    assert_false(sb_group_contest(&group, &by, &contest));
    sb_group_free(&group);
}

/* Reorders and packing are counted without noise: they make the interval relatively narrower, but
 * never empty. */
static void intervals_are_those_of_the_runs(void **state)
{
    (void)state;
    static const row noisy[] = {
        { "own", false, SB_DIRECT, 1000, 9000, 0 },
        { "peer", true, SB_DIRECT, 1000, 9000, 0 },
    };
    sb_layer layer = pointwise();
    sb_group group = { .layer = &layer, .threads = 1, .results = sb_new(2, sizeof(sb_result)) };
    for (; group.result_count < 2; group.result_count++) {
        sb_result *result = &group.results[group.result_count];
        fill(result, &noisy[group.result_count], 0, 0);
        sb_random random = { group.result_count + 5 };
        for (size_t i = 0; i < result->series.count; i++)
            result->series.samples[i].ns *= 1 + sb_random_unit(&random);
        result->time = sb_estimate(&result->series, result->estimator, 0.95, 1);
    }
    sb_contest run, reorders;
    sb_contest_rules by = rules(true, SB_COUNT_RUN);
    assert_true(sb_group_contest(&group, &by, &run));
    by.counting = SB_COUNT_REORDERS;
    assert_true(sb_group_contest(&group, &by, &reorders));
    const double wide = run.ratio.high - run.ratio.low;
    const double narrow = reorders.ratio.high - reorders.ratio.low;
    assert_true(narrow > 0 && narrow < wide / 5);
    sb_group_free(&group);
}

/* ---------------------------------------------------------------------------------------- tally */

static void layers_weigh_alike_in_the_mean_and_by_their_repeats_in_the_sum(void **state)
{
    (void)state;
    const sb_contest twice = {
        .own_ns = 100, .peer_ns = 200, .ratio = { 2, 1.9, 2.1 }, .roofline = 0.9
    };
    const sb_contest half = {
        .own_ns = 1000, .peer_ns = 500, .ratio = { 0.5, 0.5, 0.5 }, .roofline = 0.4
    };
    sb_tally tally = { 0 }, other = { 0 }, both = { 0 };
    sb_tally_add(&tally, &twice, 5);
    sb_tally_add(&other, &half, 1);
    sb_tally_merge(&both, &tally);
    sb_tally_merge(&both, &other);
    sb_tally_merge(&both, &(sb_tally) { 0 });
    assert_int_equal(both.layers, 2);
    assert_int_equal(both.lost, 1);
    assert_near(both.least, 0.5);
    assert_near(both.own_ns, 5 * 100 + 1000);
    assert_near(both.peer_ns, 5 * 200 + 500);
    assert_near(sb_tally_roofline(&both), 0.6);
    sb_interval mean = sb_tally_mean(&both);
    assert_near(mean.value, 1);
    /* the half-width of one layer's logarithm, over two layers */
    assert_near(log(mean.high / mean.low), log(2.1 / 1.9) / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_of_counting_has_its_own_best),
        cmocka_unit_test(the_roofline_is_that_of_the_run),
        cmocka_unit_test(what_is_not_known_does_not_stand),
        cmocka_unit_test(without_a_peer_there_is_no_contest),
        cmocka_unit_test(intervals_are_those_of_the_runs),
        cmocka_unit_test(layers_weigh_alike_in_the_mean_and_by_their_repeats_in_the_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
