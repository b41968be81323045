/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "measure/processes.h"
#include "measure/tails.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

/* Compares quantiles with printed tables. */
static void quantiles_are_those_of_the_tables(void **state)
{
    (void)state;
    static const struct {
        double tail;
        size_t freedom;
        double t;
    } table[] = { { 0.025, 1, 12.706 }, { 0.025, 2, 4.303 },  { 0.025, 5, 2.571 },
                  { 0.005, 4, 4.604 },  { 0.025, 30, 2.042 }, { 0.05, 10, 1.812 } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_true(fabs(sb_student_quantile(table[i].tail, table[i].freedom) - table[i].t) < 6e-4);
    assert_true(fabs(sb_normal_quantile(0.025) - 1.960) < 5e-4);
    assert_true(fabs(sb_normal_quantile(0.005) - 2.576) < 5e-4);
}

static void add(sb_series *series, uint32_t process, uint32_t round, double ns)
{
    sb_series_add(series, (sb_sample) { .round = process * SB_PROCESS_ROUNDS + round, .ns = ns });
}

/* Computed by hand. The processes' quantiles are 100, 400, 100 and 400, so the interval is
 * 200 / e^(t s / 2) to 200 e^(t s / 2), with s = ln 2 sqrt(4/3). */
static void a_process_is_an_observation(void **state)
{
    (void)state;
    sb_series series = { 0 };
    for (uint32_t process = 0; process < 4; process++)
        for (uint32_t round = 0; round < 5; round++)
            add(&series, process, round, process % 2 ? 400 : 100);
    assert_int_equal(sb_series_processes(&series), 4);
    assert_int_equal(sb_series_rounds(&series), 20);
    sb_interval estimate = sb_estimate(&series, SB_ESTIMATE_MEDIAN, 0.95, 1);
    double factor = exp(sb_student_quantile(0.025, 3) * log(2) * sqrt(4.0 / 3) / 2);
    assert_true(fabs(estimate.value - 200) < 1e-9);
    assert_true(fabs(estimate.high / estimate.value / factor - 1) < 1e-9);
    assert_true(fabs(estimate.value / estimate.low / factor - 1) < 1e-9);
    sb_series_free(&series);
}

/* A fifth process that ended after one extreme sample changes nothing. */
static void a_process_cut_short_has_no_say(void **state)
{
    (void)state;
    sb_series whole = { 0 }, with_short = { 0 };
    for (uint32_t process = 0; process < 4; process++)
        for (uint32_t round = 0; round < 5; round++) {
            add(&whole, process, round, 100 + process);
            add(&with_short, process, round, 100 + process);
        }
    add(&with_short, 4, 0, 9000);
    const sb_interval a = sb_processes_interval(&whole, NULL, SB_ESTIMATE_MEDIAN, 0.05);
    const sb_interval b = sb_processes_interval(&with_short, NULL, SB_ESTIMATE_MEDIAN, 0.05);
    assert_true(a.low == b.low && a.value == b.value && a.high == b.high);
    sb_series_free(&whole);
    sb_series_free(&with_short);
}

/* Only one process is common to both. That is too few, so the interval is based on the rounds. */
static void few_processes_count_by_their_rounds(void **state)
{
    (void)state;
    sb_series a = { 0 }, b = { 0 };
    for (uint32_t round = 0; round < 10; round++) {
        add(&a, 0, round, 20);
        add(&b, 0, round, 10);
    }
    add(&a, 1, 0, 20);
    add(&b, 2, 0, 10);
    sb_interval ratio = sb_ratio(&a, &b, SB_ESTIMATE_MEDIAN, 0.95, 1, 1);
    assert_true(ratio.value == 2 && ratio.low == 2 && ratio.high == 2);
    assert_true(isnan(sb_processes_interval(&a, &b, SB_ESTIMATE_MEDIAN, 0.05).value));
    sb_series_free(&a);
    sb_series_free(&b);
}

typedef struct kind {
    uint32_t processes[2]; /* of each kernel; in one process the machine is the same for both */
    double machine;        /* how much the machine may slow both */
    bool hidden;           /* it is not known which round belongs to which process */
    double truth;
} kind;

/* In each process, each kernel has a bias of up to two per cent for the life of the process. */
static sb_series series_of(const kind *k, int which, const double *machine, sb_random *random)
{
    enum { ROUNDS = 6 };
    sb_series s = { 0 };
    for (uint32_t p = 0; p < k->processes[which]; p++) {
        double ns = machine[p] * (1 + 0.02 * sb_random_unit(random)) * (which ? 1 : k->truth);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            double noisy = ns * (1 + 0.001 * sb_random_unit(random));
            add(&s, k->hidden ? 0 : p, k->hidden ? p * ROUNDS + round : round, noisy);
        }
    }
    return s;
}

static double miss_rate(kind k)
{
    enum { TRIALS = 1000 };
    size_t misses = 0;
    for (size_t trial = 0; trial < TRIALS; trial++) {
        sb_random random = { trial };
        double machine[16];
        for (size_t p = 0; p < sizeof machine / sizeof *machine; p++)
            machine[p] = 1 + k.machine * sb_random_unit(&random);
        sb_series a = series_of(&k, 0, machine, &random), b = series_of(&k, 1, machine, &random);
        sb_interval ratio = sb_ratio(&a, &b, SB_ESTIMATE_AUTO, 0.95, 1, trial);
        misses += ratio.low > k.truth || ratio.high < k.truth;
        sb_series_free(&a);
        sb_series_free(&b);
    }
    return (double)misses / TRIALS;
}

static void intervals_cover_what_processes_draw(void **state)
{
    (void)state;
    assert_true(miss_rate((kind) { { 6, 6 }, 0, false, 1 }) <= 0.07);
    assert_true(miss_rate((kind) { { 6, 6 }, 0.3, false, 1.05 }) <= 0.07);
    assert_true(miss_rate((kind) { { 6, 6 }, 0, true, 1 }) > 0.07); /* the trial can fail */
}

/* One kernel has enough samples earlier than the other, on a machine that sometimes slows both. */
static void intervals_cover_where_one_stops_early(void **state)
{
    (void)state;
    static const uint32_t stops[][2] = { { 6, 7 }, { 6, 12 }, { 12, 6 }, { 4, 16 }, { 16, 5 } };
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        for (double machine = 0; machine < 0.4; machine += 0.15) {
            double missed = miss_rate((kind) { { stops[i][0], stops[i][1] }, machine, false, 1 });
            if (missed > 0.07)
                fail_msg("%u and %u processes, %g: %g %% missed", stops[i][0], stops[i][1], machine,
                         100 * missed);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_the_tables),
        cmocka_unit_test(a_process_is_an_observation),
        cmocka_unit_test(a_process_cut_short_has_no_say),
        cmocka_unit_test(few_processes_count_by_their_rounds),
        cmocka_unit_test(intervals_cover_what_processes_draw),
        cmocka_unit_test(intervals_cover_where_one_stops_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
