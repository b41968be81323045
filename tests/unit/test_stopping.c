/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "measure/rounds.h"
#include "measure/stopping.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

static const sb_stop_limits usual = {
    .estimator = SB_ESTIMATE_AUTO,
    .confidence = 0.95,
    .precision = 0.01,
    .min_rounds = 10,
    .max_rounds = 1000,
    .max_ns = INT64_C(5000000000),
    .seed = 1,
};

typedef struct outcome {
    sb_stop stop;
    size_t rounds;
} outcome;

/* Adds rounds of one call of 1 ms, spread evenly over [1, 1 + spread], until the rule says stop. */
static outcome play(sb_stop_limits limits, double spread, int64_t round_ns)
{
    sb_stopping rule = { .limits = limits };
    sb_series series = { 0 };
    sb_random random = { 11 };
    sb_stop stop;
    do {
        double ns = 1e6 * (1 + spread * sb_random_unit(&random));
        sb_series_add(&series, (sb_sample) { .round = (uint32_t)series.count, .ns = ns });
        stop = sb_stopping_check(&rule, &series, (int64_t)series.count * round_ns, true);
    } while (stop == SB_STOP_NOT_YET);
    assert_int_equal(sb_stopping_check(&rule, &series, 0, true), stop);
    outcome reached = { stop, series.count };
    sb_series_free(&series);
    return reached;
}

static void steady_times_stop_at_the_first_look(void **state)
{
    (void)state;
    outcome reached = play(usual, 0.005, 1000000);
    assert_int_equal(reached.stop, SB_STOP_PRECISION);
    assert_int_equal(reached.rounds, usual.min_rounds);
}

static void noisy_times_need_more(void **state)
{
    (void)state;
    outcome reached = play(usual, 0.2, 1000000);
    assert_int_equal(reached.stop, SB_STOP_PRECISION);
    assert_true(reached.rounds > 30);
}

static void time_runs_out_but_not_before_three_rounds(void **state)
{
    (void)state;
    outcome reached = play(usual, 0.5, usual.max_ns / 5);
    assert_int_equal(reached.stop, SB_STOP_MAX_TIME);
    assert_int_equal(reached.rounds, 5);
    reached = play(usual, 0.5, 2 * usual.max_ns);
    assert_int_equal(reached.stop, SB_STOP_MAX_TIME);
    assert_int_equal(reached.rounds, 3);
}

/* A turn takes as long as its samples and 0.5 ms besides. A turn that calibrates comes before the
 * rounds, and one that proves after them. */
static double brief_time(int64_t max_ns, size_t *rounds)
{
    sb_stop_limits limits = usual;
    limits.max_ns = max_ns;
    const double turn = sb_round_turn_ns(true, max_ns) + 0.5e6;
    const outcome reached = play(limits, 0.5, (int64_t)turn);
    assert_int_equal(reached.stop, SB_STOP_MAX_TIME);
    *rounds = reached.rounds;
    return turn * (double)(reached.rounds + 2);
}

static void a_brief_comparison_keeps_within_its_time(void **state)
{
    (void)state;
    for (int64_t ms = 5; ms <= 100; ms += 5) {
        size_t rounds;
        assert_true(brief_time(ms * 1000000, &rounds) <= 1.5 * 1e6 * (double)ms);
        assert_in_range(rounds, 5, 30);
    }
    assert_true(sb_round_turn_ns(true, 1000000000) == sb_round_turn_ns(false, 1000000000));
    assert_true(sb_round_turn_ns(false, 5000000) == sb_round_turn_ns(false, 1000000000));
}

static void rounds_are_capped(void **state)
{
    (void)state;
    sb_stop_limits limits = usual;
    limits.precision = 0;
    limits.max_rounds = 35;
    outcome reached = play(limits, 0.5, 1);
    assert_int_equal(reached.stop, SB_STOP_MAX_SAMPLES);
    assert_int_equal(reached.rounds, 35);
}

/* Times alternate at random between two levels: the interval of the median spans both and never
 * gets narrower. */
static void noise_that_does_not_shrink_stops(void **state)
{
    (void)state;
    sb_stopping rule = { .limits = usual };
    rule.limits.estimator = SB_ESTIMATE_MEDIAN;
    sb_series series = { 0 };
    sb_random random = { 2 };
    sb_stop stop = SB_STOP_NOT_YET;
    for (uint32_t round = 0; round < 1000 && !stop; round++) {
        double level = sb_random_below(&random, 2) ? 2e6 : 1e6;
        sb_series_add(&series, (sb_sample) { .round = round, .ns = level });
        stop = sb_stopping_check(&rule, &series, 0, true);
    }
    assert_int_equal(stop, SB_STOP_NOISE);
    assert_in_range(series.count, 5 * usual.min_rounds, 200);
    sb_series_free(&series);
}

/* Many calls in few rounds count only as few rounds. */
static void rounds_count_not_calls(void **state)
{
    (void)state;
    sb_stopping rule = { .limits = usual };
    sb_series series = { 0 };
    for (uint32_t i = 0; i < 9 * 16; i++)
        sb_series_add(&series, (sb_sample) { .round = i / 16, .ns = 1e6 });
    assert_int_equal(sb_stopping_check(&rule, &series, 0, true), SB_STOP_NOT_YET);
    sb_series_add(&series, (sb_sample) { .round = 9, .ns = 1e6 });
    assert_int_equal(sb_stopping_check(&rule, &series, 0, true), SB_STOP_PRECISION);
    sb_series_free(&series);
}

static void reasons_have_names(void **state)
{
    (void)state;
    assert_string_equal(sb_stop_name(SB_STOP_NOT_YET), "");
    assert_string_equal(sb_stop_name(SB_STOP_PRECISION), "precision");
    assert_string_equal(sb_stop_name(SB_STOP_NOISE), "noise");
    assert_string_equal(sb_stop_name(SB_STOP_MAX_TIME), "max_time");
    assert_string_equal(sb_stop_name(SB_STOP_MAX_SAMPLES), "max_samples");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_times_stop_at_the_first_look),
        cmocka_unit_test(noisy_times_need_more),
        cmocka_unit_test(time_runs_out_but_not_before_three_rounds),
        cmocka_unit_test(a_brief_comparison_keeps_within_its_time),
        cmocka_unit_test(rounds_are_capped),
        cmocka_unit_test(noise_that_does_not_shrink_stops),
        cmocka_unit_test(rounds_count_not_calls),
        cmocka_unit_test(reasons_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
