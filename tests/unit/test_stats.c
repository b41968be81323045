/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "measure/quantile.h"
#include "measure/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
/* cmocka.h needs setjmp.h and stdarg.h */
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9))
        fail_msg("%.12g is not %.12g", a, b);
}

static sb_series series_of(const double *values, size_t count, size_t a_round)
{
    sb_series series = { 0 };
    for (size_t i = 0; i < count; i++)
        sb_series_add(&series, (sb_sample) { .round = (uint32_t)(i / a_round), .ns = values[i] });
    return series;
}

/* ----------------------------------------------------------------------------- order statistics */

/* A clock that ticks every 10 ns, read in whole nanoseconds, gives two values for each tick. */
static void ticks_are_found_among_rounded_values(void **state)
{
    (void)state;
    double values[40], fine[40];
    for (size_t i = 0; i < COUNT(values); i++) {
        values[i] = 8800 + 10.0 * (double)(i / 8) + (double)(i / 4 % 2);
        fine[i] = 8800 + 0.37 * (double)i;
    }
    assert_near(sb_half_tick(values, COUNT(values)), 11 / 2.0);
    assert_near(sb_half_tick(fine, COUNT(fine)), 0);
    assert_near(sb_half_tick(values, 1), 0);
}

static void quantiles_are_of_definition_7(void **state)
{
    (void)state;
    static const double values[] = { 1, 2, 4, 8, 16 };
    static const struct {
        double p, quantile;
    } cases[] = { { 0, 1 }, { 0.1, 1.4 }, { 0.25, 2 }, { 0.5, 4 }, { 0.75, 8 }, { 1, 16 } };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_near(sb_quantile_sorted(values, COUNT(values), cases[i].p), cases[i].quantile);
    assert_near(sb_quantile_sorted(values, 1, 0.9), 1);
}

static void quantiles_of_values_in_any_order(void **state)
{
    (void)state;
    enum { MOST = 60 };
    double values[MOST], sorted[MOST];
    sb_random random = { 11 };
    for (int trial = 0; trial < 5000; trial++) {
        const size_t count = 1 + (size_t)sb_random_below(&random, MOST);
        const uint64_t different = 1 + sb_random_below(&random, MOST);
        for (size_t i = 0; i < count; i++)
            sorted[i] = values[i] = (double)sb_random_below(&random, different);
        sb_sort_values(sorted, count);
        for (double p = 0; p <= 1; p += 0.125)
            assert_true(sb_quantile_select(values, count, p) ==
                        sb_quantile_sorted(sorted, count, p));
    }
}

/* Values from Le Boudec, table A.1; the last ones are exact sums of binomial coefficients. */
static void median_ranks_are_exact(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        double confidence;
        size_t rank;
    } cases[] = { { 5, 0.95, 0 },    { 6, 0.95, 1 },      { 9, 0.95, 2 },      { 10, 0.95, 2 },
                  { 20, 0.95, 6 },   { 30, 0.95, 10 },    { 10, 0.99, 1 },     { 70, 0.95, 27 },
                  { 100, 0.95, 40 }, { 1000, 0.95, 469 }, { 3000, 0.95, 1446 } };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(sb_median_rank(cases[i].count, cases[i].confidence), cases[i].rank);
}

static void a_summary_tells_all(void **state)
{
    (void)state;
    static const double values[] = { 12, 10, 11, 13, 10.5, 11.5, 1000, 12.5, 11.2, 10.8 };
    sb_series series = series_of(values, COUNT(values), 1);
    sb_summary summary = sb_summarize(&series, 0.95);
    assert_int_equal(summary.count, 10);
    assert_near(summary.min, 10);
    assert_near(summary.mean, 110.25);
    assert_near(summary.stddev, 312.627610389);
    assert_near(summary.median.value, 11.35);
    assert_near(summary.median.low, 10.5);
    assert_near(summary.median.high, 13);
    assert_int_equal(summary.outliers, 1);
    assert_false(summary.dependent);
    sb_series_free(&series);
}

static void a_summary_of_little_is_no_accident(void **state)
{
    (void)state;
    sb_series series = { 0 };
    assert_int_equal(sb_summarize(&series, 0.95).count, 0);
    sb_series_add(&series, (sb_sample) { .ns = 5 });
    sb_summary summary = sb_summarize(&series, 0.95);
    assert_near(summary.median.low, 5);
    assert_near(summary.median.high, 5);
    assert_near(summary.stddev, 0);
    assert_false(summary.dependent);
    sb_series_free(&series);
}

static void slow_waves_are_flagged(void **state)
{
    (void)state;
    sb_series wave = { 0 };
    sb_random random = { 3 };
    for (uint32_t i = 0; i < 40; i++) {
        double ns = 100 + (i / 10 % 2 ? 50 : 0) + sb_random_unit(&random);
        sb_series_add(&wave, (sb_sample) { .round = i, .ns = ns });
    }
    sb_summary summary = sb_summarize(&wave, 0.95);
    assert_true(summary.lag1 > 0.8);
    assert_true(summary.dependent);
    sb_series_free(&wave);
}

static void estimators_have_names(void **state)
{
    (void)state;
    static const char *const names[] = { "auto", "p10", "p25", "median", "min" };
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(sb_estimator_name((sb_estimator)i), names[i]);
    assert_int_equal(sb_estimator_for(SB_ESTIMATE_AUTO, 30), SB_ESTIMATE_P10);
    assert_int_equal(sb_estimator_for(SB_ESTIMATE_P10, 29), SB_ESTIMATE_P25);
    assert_int_equal(sb_estimator_for(SB_ESTIMATE_MEDIAN, 3), SB_ESTIMATE_MEDIAN);
}

/* ------------------------------------------------------------------------------------ intervals */

static void estimates_are_quantiles_inside_their_interval(void **state)
{
    (void)state;
    double values[40];
    sb_random random = { 5 };
    for (size_t i = 0; i < COUNT(values); i++)
        values[i] = 100 + sb_random_unit(&random);
    sb_series series = series_of(values, COUNT(values), 2);
    sb_sort_values(values, COUNT(values));
    static const struct {
        sb_estimator estimator;
        double p;
    } cases[] = { { SB_ESTIMATE_AUTO, 0.1 },
                  { SB_ESTIMATE_P25, 0.25 },
                  { SB_ESTIMATE_MEDIAN, 0.5 },
                  { SB_ESTIMATE_MIN, 0 } };
    for (size_t i = 0; i < COUNT(cases); i++) {
        sb_interval estimate = sb_estimate(&series, cases[i].estimator, 0.95, 1);
        assert_near(estimate.value, sb_quantile_sorted(values, COUNT(values), cases[i].p));
        assert_true(estimate.low <= estimate.value && estimate.value <= estimate.high);
        assert_true(estimate.low < estimate.high);
    }
    sb_interval again = sb_estimate(&series, SB_ESTIMATE_AUTO, 0.95, 1);
    sb_interval first = sb_estimate(&series, SB_ESTIMATE_AUTO, 0.95, 1);
    assert_memory_equal(&again, &first, sizeof again);
    sb_series_free(&series);
}

static void two_rounds_give_the_range(void **state)
{
    (void)state;
    static const double x[] = { 10, 12, 11, 14 }, y[] = { 5, 6, 5, 7 };
    sb_series a = series_of(x, COUNT(x), 2), b = series_of(y, COUNT(y), 2);
    sb_interval estimate = sb_estimate(&a, SB_ESTIMATE_AUTO, 0.95, 1);
    assert_near(estimate.low, 10);
    assert_near(estimate.high, 14);
    sb_interval ratio = sb_ratio(&a, &b, SB_ESTIMATE_MIN, 0.95, 1, 1);
    assert_near(ratio.value, 2);
    assert_near(ratio.low, 10.0 / 7);
    assert_near(ratio.high, 14.0 / 5);
    sb_series_free(&a);
    sb_series_free(&b);
}

/* A ratio that is the same in all rounds is known exactly, however much the rounds differ. */
static void pairing_cancels_what_rounds_share(void **state)
{
    (void)state;
    sb_series a = { 0 }, b = { 0 };
    sb_random random = { 8 };
    for (uint32_t round = 0; round < 30; round++) {
        double ns = 100 * (1 + sb_random_unit(&random));
        sb_series_add(&a, (sb_sample) { .round = round, .ns = 1.5 * ns });
        sb_series_add(&b, (sb_sample) { .round = round, .ns = ns });
    }
    sb_interval ratio = sb_ratio(&a, &b, SB_ESTIMATE_AUTO, 0.95, 28, 1);
    assert_near(ratio.low, 1.5);
    assert_near(ratio.high, 1.5);
    assert_true(sb_estimate(&a, SB_ESTIMATE_AUTO, 0.95, 1).high > 155);
    sb_series_free(&a);
    sb_series_free(&b);
}

/* Makes rounds `from` to `end` of each of `processes` processes. */
static sb_series make_series(sb_random *random, uint32_t processes, uint32_t from, uint32_t end)
{
    sb_series s = { 0 };
    for (uint32_t p = 0; p < processes; p++)
        for (uint32_t round = from; round < end; round++) {
            uint32_t at = p * SB_PROCESS_ROUNDS + round;
            sb_series_add(&s, (sb_sample) { .round = at, .ns = 100 + sb_random_unit(random) });
        }
    return s;
}

/* The published ratio is the quotient of the two published times, whichever rounds each kernel took
 * part in. */
static void a_ratio_is_the_quotient_of_the_estimates(void **state)
{
    (void)state;
    static const struct {
        uint32_t processes, from, end;
    } kinds[] = { { 1, 0, 40 }, { 1, 0, 12 }, { 1, 30, 45 }, { 1, 0, 2 },
                  { 3, 0, 9 },  { 6, 0, 12 }, { 9, 0, 5 },   { 12, 3, 40 } };
    sb_random random = { 1 };
    for (size_t i = 0; i < COUNT(kinds); i++)
        for (size_t j = 0; j < COUNT(kinds); j++) {
            sb_series a = make_series(&random, kinds[i].processes, kinds[i].from, kinds[i].end);
            sb_series b = make_series(&random, kinds[j].processes, kinds[j].from, kinds[j].end);
            const sb_interval ratio = sb_ratio(&a, &b, SB_ESTIMATE_P25, 0.95, 1, 1);
            const double above = sb_estimate(&a, SB_ESTIMATE_P25, 0.95, 1).value;
            assert_near(ratio.value, above / sb_estimate(&b, SB_ESTIMATE_P25, 0.95, 1).value);
            assert_true(ratio.low <= ratio.value && ratio.value <= ratio.high);
            sb_series_free(&a);
            sb_series_free(&b);
        }
}

/* ------------------------------------------------------------ coverage, by simulated machines */

/* A simulated core that other work slows for runs of samples, with interrupts that only ever add
 * time. */
typedef struct machine {
    const char *name;
    double fast_ns, slow_ns,
        factor; /* mean length of the runs; how much slower the slow ones are */
    sb_random random;
    double now, change;
    bool slow;
} machine;

static double exponential(sb_random *random)
{
    return -log(1 - sb_random_unit(random));
}

static double spend(machine *m, double work)
{
    double start = m->now;
    for (;;) {
        double end = m->now + work * (m->slow ? m->factor : 1);
        if (end <= m->change)
            return (m->now = end) - start;
        work -= (m->change - m->now) / (m->slow ? m->factor : 1);
        m->now = m->change;
        m->slow = !m->slow;
        m->change += exponential(&m->random) * (m->slow ? m->slow_ns : m->fast_ns);
    }
}

static double call(machine *m, double ns)
{
    double tail = sb_random_below(&m->random, 2) ? 0.05 * exponential(&m->random) : 0;
    double burst = sb_random_below(&m->random, 20) ? 0 : 0.3 * exponential(&m->random);
    return spend(m, ns * (1 + 0.002 * sb_random_unit(&m->random) + tail + burst));
}

typedef struct setting {
    size_t rounds, calls; /* calls per round */
    double truth;         /* a's time over b's */
    size_t comparisons;
} setting;

static sb_interval trial(machine *m, setting s, sb_estimator estimator, uint64_t seed)
{
    sb_series a = { 0 }, b = { 0 };
    for (uint32_t round = 0; round < s.rounds; round++) {
        bool a_first = sb_random_below(&m->random, 2);
        for (int turn = 0; turn < 2; turn++)
            for (size_t i = 0; i < s.calls; i++) {
                bool is_a = a_first == (turn == 0);
                double ns = call(m, 1e6 / (double)s.calls * (is_a ? s.truth : 1));
                sb_series_add(is_a ? &a : &b, (sb_sample) { .round = round, .ns = ns });
            }
    }
    sb_interval ratio = sb_ratio(&a, &b, estimator, 0.95, s.comparisons, seed);
    sb_series_free(&a);
    sb_series_free(&b);
    return ratio;
}

static const machine machines[] = {
    { .name = "quiet", .fast_ns = 1e18, .slow_ns = 1, .factor = 1 },
    { .name = "burner", .fast_ns = 50e6, .slow_ns = 50e6, .factor = 1.8 },
    { .name = "neighbour", .fast_ns = 4e6, .slow_ns = 2e6, .factor = 1.9 },
};

static double miss_rate(const machine *kind, setting s, sb_estimator estimator, size_t trials)
{
    size_t misses = 0;
    for (size_t i = 0; i < trials; i++) {
        machine m = *kind;
        m.random.state = 1000003 * i + s.rounds;
        m.change = exponential(&m.random) * m.fast_ns;
        sb_interval ratio = trial(&m, s, estimator, i);
        misses += ratio.low > s.truth || ratio.high < s.truth;
    }
    return (double)misses / (double)trials;
}

static void intervals_cover_the_truth(void **state)
{
    (void)state;
    static const setting settings[] = {
        { 10, 1, 1, 1 },    { 30, 1, 1, 1 },    { 60, 1, 1, 1 },    { 10, 4, 1, 1 },
        { 10, 1, 1.05, 1 }, { 30, 1, 1.05, 1 }, { 60, 1, 1.05, 1 }, { 10, 4, 1.05, 1 },
    };
    for (size_t i = 0; i < COUNT(machines); i++)
        for (size_t j = 0; j < COUNT(settings); j++) {
            double missed = miss_rate(&machines[i], settings[j], SB_ESTIMATE_AUTO, 150);
            if (missed > 0.07)
                fail_msg("%s, %zu rounds of %zu calls, ratio %g: %g %% missed", machines[i].name,
                         settings[j].rounds, settings[j].calls, settings[j].truth, 100 * missed);
        }
}

/* The same trial rejects a bad estimator: the interval of the minimum misses far too often. */
static void the_trial_can_fail(void **state)
{
    (void)state;
    setting s = { 30, 1, 1, 1 };
    assert_true(miss_rate(&machines[0], s, SB_ESTIMATE_MIN, 150) > 0.07);
}

/* One false claim in twenty families of 28 would be 0.18 % of intervals. */
static void many_comparisons_are_corrected_for(void **state)
{
    (void)state;
    setting s = { 30, 1, 1, 28 };
    assert_true(miss_rate(&machines[1], s, SB_ESTIMATE_AUTO, 500) <= 0.006);
}

static void five_per_cent_are_proven(void **state)
{
    (void)state;
    size_t proven = 0;
    for (size_t i = 0; i < 100; i++) {
        machine m = machines[0];
        m.random.state = 7919 * i;
        m.change = INFINITY;
        sb_interval ratio = trial(&m, (setting) { 30, 1, 1.05, 1 }, SB_ESTIMATE_AUTO, i);
        proven += sb_decide(ratio, 0.01) == SB_SLOWER;
    }
    assert_true(proven >= 95);
}

/* ---------------------------------------------------------------------------------- conclusions */

static void decisions_need_interval_and_floor(void **state)
{
    (void)state;
    static const struct {
        sb_interval ratio; /* value, low, high */
        sb_difference difference;
    } cases[] = {
        { { 1.050, 1.020, 1.080 }, SB_SLOWER },    { { 0.950, 0.920, 0.980 }, SB_FASTER },
        { { 1.050, 0.990, 1.100 }, SB_UNDECIDED }, { { 1.000, 0.995, 1.005 }, SB_SAME },
        { { 1.004, 1.002, 1.006 }, SB_SAME },      { { 1.004, 1.002, 1.020 }, SB_UNDECIDED },
        { { NAN, NAN, NAN }, SB_UNDECIDED },
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(sb_decide(cases[i].ratio, 0.01), cases[i].difference);
}

static void geometric_means(void **state)
{
    (void)state;
    static const double ratios[] = { 2, 8, 0.5 };
    assert_near(sb_geometric_mean(ratios, 3), 2);
    assert_near(sb_geometric_mean(ratios, 1), 2);
}

/* Under load the calls of a few processes differ by orders of magnitude. */
static void ends_are_limited(void **state)
{
    (void)state;
    static const double ns[] = { 10, 2e4, 3e7, 5e9 };
    for (uint32_t per_process = 0; per_process < 2; per_process++) {
        sb_series a = { 0 }, b = { 0 };
        for (uint32_t i = 0; i < 24; i++) {
            const uint32_t process = per_process ? i / 4 : 0;
            const sb_sample sample = { .round = process * SB_PROCESS_ROUNDS + i,
                                       .iterations = 1,
                                       .ns = ns[(per_process ? process : i) % 4] };
            sb_series_add(&a, sample);
            sb_series_add(&b, (sb_sample) { sample.round, 0, 1, 10 });
        }
        const sb_interval time = sb_estimate(&a, SB_ESTIMATE_MEDIAN, 0.999, 1);
        const sb_interval ratio = sb_ratio(&a, &b, SB_ESTIMATE_MEDIAN, 0.999, 30, 1);
        assert_true(time.high >= time.value && time.high <= 1000 * time.value);
        assert_true(ratio.high >= ratio.value && ratio.high <= 1000 * ratio.value);
        sb_series_free(&a);
        sb_series_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_limited),
        cmocka_unit_test(ticks_are_found_among_rounded_values),
        cmocka_unit_test(quantiles_are_of_definition_7),
        cmocka_unit_test(quantiles_of_values_in_any_order),
        cmocka_unit_test(median_ranks_are_exact),
        cmocka_unit_test(a_summary_tells_all),
        cmocka_unit_test(a_summary_of_little_is_no_accident),
        cmocka_unit_test(slow_waves_are_flagged),
        cmocka_unit_test(estimators_have_names),
        cmocka_unit_test(estimates_are_quantiles_inside_their_interval),
        cmocka_unit_test(two_rounds_give_the_range),
        cmocka_unit_test(pairing_cancels_what_rounds_share),
        cmocka_unit_test(a_ratio_is_the_quotient_of_the_estimates),
        cmocka_unit_test(intervals_cover_the_truth),
        cmocka_unit_test(the_trial_can_fail),
        cmocka_unit_test(many_comparisons_are_corrected_for),
        cmocka_unit_test(five_per_cent_are_proven),
        cmocka_unit_test(decisions_need_interval_and_floor),
        cmocka_unit_test(geometric_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
