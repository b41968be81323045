/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "measure/contrast.h"
#include "measure/ranks.h"
#include "measure/tails.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

/* A simulated run. Each process has a bias for its whole life, and the noise of its rounds only
 * ever adds time. */
typedef struct plan {
    uint32_t processes, rounds;
    double luck; /* standard deviation, relative */
} plan;

static double draw_normal(sb_random *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += sb_random_unit(random);
    return sum;
}

static sb_series draw_series(const plan *of, double ns, sb_random *random)
{
    sb_series series = { 0 };
    for (uint32_t p = 0; p < of->processes; p++) {
        const double process_ns = ns * exp(of->luck * draw_normal(random));
        for (uint32_t r = 0; r < of->rounds; r++) {
            const double noise = 1 + 0.02 * pow(sb_random_unit(random), 4);
            sb_series_add(&series, (sb_sample) { .round = p * SB_PROCESS_ROUNDS + r,
                                                 .iterations = 1,
                                                 .ns = process_ns * noise });
        }
    }
    return series;
}

typedef struct shares {
    double different, naive; /* share called different by the verdict, by ranks of all samples */
} shares;

static double rank_samples(const sb_series *a, const sb_series *b)
{
    enum { MOST = 256 };
    double x[MOST], y[MOST];
    for (size_t i = 0; i < a->count; i++)
        x[i] = a->samples[i].ns;
    for (size_t i = 0; i < b->count; i++)
        y[i] = b->samples[i].ns;
    return sb_mann_whitney(x, a->count, y, b->count);
}

/* Simulates many rows. `comparisons` is the factor by which Holm's correction multiplies the p of a
 * single difference. */
static shares try_plan(const plan *of, double ratio, double comparisons, double threshold)
{
    enum { TRIALS = 500 };
    shares found = { 0 };
    for (size_t i = 0; i < TRIALS; i++) {
        sb_random random = { i * 77 + of->processes };
        sb_series a = draw_series(of, 1e6, &random), b = draw_series(of, 1e6 * ratio, &random);
        const sb_contrast c = sb_contrast_of(&a, &b, i);
        const sb_difference verdict =
            sb_contrast_verdict(&c, fmin(1, c.p * comparisons), threshold);
        found.different += verdict == SB_FASTER || verdict == SB_SLOWER;
        found.naive += rank_samples(&a, &b) <= 0.05;
        sb_series_free(&a);
        sb_series_free(&b);
    }
    found.different /= TRIALS;
    found.naive /= TRIALS;
    return found;
}

/* Without correction and threshold, a single row is wrong only rarely. Ranks of all samples, which
 * ignore processes, are wrong often: this shows that the trial can fail. */
static void the_same_is_seldom_called_different(void **state)
{
    (void)state;
    static const plan plans[] = { { 4, 10, 0.01 }, { 6, 10, 0.01 }, { 6, 10, 0.05 },
                                  { 10, 5, 0.02 }, { 1, 30, 0.03 }, { 2, 30, 0.02 } };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        const shares found = try_plan(&plans[i], 1, 1, 0);
        print_message("# %u processes: %.3f different, %.3f by samples\n", plans[i].processes,
                      found.different, found.naive);
        assert_true(found.different <= 0.05);
        assert_true(found.naive > 0.2);
    }
}

static void five_per_cent_are_found_among_fifty_rows(void **state)
{
    (void)state;
    const shares found = try_plan(&(plan) { 6, 10, 0.01 }, 1.05, 50, 0.02);
    print_message("# %.3f found\n", found.different);
    assert_true(found.different >= 0.9);
}

static void a_run_beside_itself_is_the_same(void **state)
{
    (void)state;
    sb_random random = { 3 };
    sb_series a = draw_series(&(plan) { 1, 4, 0.1 }, 100, &random);
    const sb_contrast c = sb_contrast_of(&a, &a, 1);
    assert_true(c.ratio.low == 1 && c.ratio.value == 1 && c.ratio.high == 1 && c.p == 1);
    assert_int_equal(sb_contrast_verdict(&c, c.p, 0.02), SB_SAME);
    sb_series_free(&a);
}

/* If the samples within each process do not vary, p is that of Welch's test. */
static void p_is_welchs(void **state)
{
    (void)state;
    sb_series a = { 0 }, b = { 0 };
    static const double logs[2][6] = { { 0, 1, 2, 3, 4, 5 }, { 4, 5, 6, 7, 8, 9 } };
    for (uint32_t p = 0; p < 6; p++) {
        const uint32_t round = p * SB_PROCESS_ROUNDS;
        sb_series_add(&a, (sb_sample) { round, 0, 1, exp(0.01 * logs[0][p]) });
        sb_series_add(&b, (sb_sample) { round, 0, 1, exp(0.01 * logs[1][p]) });
    }
    const sb_contrast c = sb_contrast_of(&a, &b, 5);
    const double t = 4 / sqrt(2 * 3.5 / 6), p = 2 * sb_student_tail(t, 10);
    assert_true(fabs(c.ratio.value - exp(0.04)) < 1e-9);
    assert_true(c.p > p / 1.6 &&
                c.p < p * 1.6);   /* the bootstrap's spread is within some per cent */
    assert_true(isnan(c.rank_p)); /* needs nine samples, and there are six */
    sb_series_free(&a);
    sb_series_free(&b);
}

static void verdicts_are_by_ratio_interval_and_p(void **state)
{
    (void)state;
    static const struct {
        sb_interval ratio;
        double p, rank_p, threshold;
        sb_difference verdict;
    } table[] = {
        { { 1.10, 1.05, 1.15 }, 0.01, 0.01, 0.02, SB_SLOWER },
        { { 0.90, 0.85, 0.95 }, 0.01, NAN, 0.02, SB_FASTER },
        { { 1.10, 1.05, 1.15 }, 0.06, 0.01, 0.02, SB_UNDECIDED },
        { { 1.10, 1.05, 1.15 }, 0.01, 0.06, 0.02, SB_UNDECIDED },
        { { 1.10, 1.05, 1.15 }, 0.01, 0.01, 0.15, SB_SAME },
        { { 1.01, 0.99, 1.03 }, 0.30, 0.30, 0.02, SB_UNDECIDED },
        { { 1.01, 1.005, 1.025 }, 0.01, 0.01, 0.02, SB_SAME },
        { { 1.00, 0.99, 1.01 }, 1.00, NAN, 0.02, SB_SAME },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const sb_contrast c = { .ratio = table[i].ratio, .rank_p = table[i].rank_p };
        assert_int_equal(sb_contrast_verdict(&c, table[i].p, table[i].threshold), table[i].verdict);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_seldom_called_different),
        cmocka_unit_test(five_per_cent_are_found_among_fifty_rows),
        cmocka_unit_test(a_run_beside_itself_is_the_same),
        cmocka_unit_test(p_is_welchs),
        cmocka_unit_test(verdicts_are_by_ratio_interval_and_p),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
