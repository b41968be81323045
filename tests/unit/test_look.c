/* SPDX-License-Identifier: Apache-2.0 */
/* Quick looks on a simulated machine whose other users come and go. */
#include "measure/look.h"

#include "core/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A burst of other work halves the speed for some turns. `share` is the part of the time with a
 * burst. */
typedef struct machine {
    sb_random random;
    double share;
    int left; /* turns until the burst, or the calm, ends */
    bool burst;
} machine;

static double turn(machine *m, double ns)
{
    if (m->left-- <= 0) {
        m->burst = sb_random_unit(&m->random) < m->share;
        m->left = (int)sb_random_below(&m->random, 40);
    }
    double slow = m->burst ? 1.7 + 0.3 * sb_random_unit(&m->random) : 1;
    return ns * slow * (1 + 0.01 * sb_random_unit(&m->random));
}

static double look_at(machine *m, double ns, double incumbent, bool *cut, int *turns)
{
    sb_look look = { .incumbent = incumbent };
    do
        sb_look_add(&look, turn(m, ns), turn(m, isinf(incumbent) ? ns : incumbent));
    while (!sb_look_enough(&look, cut));
    *turns = look.turns;
    return sb_look_time(&look);
}

static void a_quiet_machine_needs_few_turns(void **state)
{
    (void)state;
    machine quiet = { { 1 }, 0, 0, false };
    bool cut;
    int turns;
    double ns = look_at(&quiet, 100, 99, &cut, &turns);
    assert_true(turns == 2 && !cut && ns >= 100 && ns < 101);
    ns = look_at(&quiet, 90, 99, &cut, &turns);
    assert_true(turns == 2 && !cut && ns >= 90 && ns < 91);
    look_at(&quiet, 130, 99, &cut, &turns);
    assert_true(turns == 2 && cut);
    look_at(&quiet, 300, 99, &cut, &turns);
    assert_true(turns == 1 && cut);
    look_at(&quiet, 100, INFINITY, &cut, &turns);
    assert_true(turns > 2 && !cut);
}

/* A thousand parameter sets that are all 5 % slower than the incumbent. Bursts make almost none of
 * them seem clearly faster, and make few seem clearly slower than they are. */
static void bursts_crown_nobody(void **state)
{
    (void)state;
    for (int tenths = 2; tenths <= 8; tenths += 2) {
        machine noisy = { { 7 }, tenths / 10.0, 0, false };
        int crowned = 0, lost = 0, all = 0;
        for (int i = 0; i < 1000; i++) {
            bool cut;
            int turns;
            double ns = look_at(&noisy, 105, 100, &cut, &turns);
            crowned += ns < 97;
            lost += ns > 115;
            all += turns;
        }
        assert_true(crowned <= 2);
        assert_true(lost < 40);
        assert_true(all < 8 * 1000);
    }
}

/* A thousand equal parameter sets, each compared with the last one that won. Luck must not
 * accumulate. */
static void luck_does_not_add_up(void **state)
{
    (void)state;
    for (int tenths = 0; tenths <= 8; tenths += 2) {
        machine noisy = { { 11 }, tenths / 10.0, 0, false };
        double incumbent = INFINITY, best = INFINITY;
        for (int i = 0; i < 1000; i++) {
            sb_look look = { .incumbent = incumbent };
            bool cut;
            do
                sb_look_add(&look, turn(&noisy, 100), turn(&noisy, 100));
            while (!sb_look_enough(&look, &cut));
            best = fmin(best, sb_look_time(&look));
            incumbent = look.incumbent;
            if (sb_look_time(&look) < incumbent)
                incumbent = sb_look_least(&look);
        }
        assert_true(best > 90 && incumbent >= 100); /* one ratio's error, not their product */
    }
}

/* A parameter set that is 10 % faster is found to be faster, whatever the bursts. */
static void a_better_one_is_seen(void **state)
{
    (void)state;
    machine noisy = { { 3 }, 0.5, 0, false };
    int seen = 0;
    for (int i = 0; i < 1000; i++) {
        bool cut;
        int turns;
        double ns = look_at(&noisy, 90, 100, &cut, &turns);
        seen += !cut && ns < 97 && ns > 85;
    }
    assert_true(seen > 950);
}

/* An incumbent that was measured during a burst is measured again, so that the comparison is with
 * its true speed. */
static void a_slow_record_is_corrected(void **state)
{
    (void)state;
    machine quiet = { { 1 }, 0, 0, false };
    bool cut;
    sb_look look = { .incumbent = 180 };
    do
        sb_look_add(&look, turn(&quiet, 150), turn(&quiet, 100));
    while (!sb_look_enough(&look, &cut));
    assert_true(look.incumbent < 102 && sb_look_time(&look) > look.incumbent);
}

static int turns_alone(double ns, double known, double rival)
{
    machine quiet = { { 1 }, 0, 0, false };
    sb_look look = { .incumbent = INFINITY, .known = known, .rival = rival };
    bool cut;
    do
        sb_look_add(&look, turn(&quiet, ns), ns);
    while (!sb_look_enough(&look, &cut));
    assert_false(cut);
    return look.turns;
}

static void what_is_known_or_too_slow_needs_fewer_turns_alone(void **state)
{
    (void)state;
    const int unknown = turns_alone(100, 0, 0);
    assert_true(turns_alone(100, 100, 0) < unknown);
    assert_int_equal(turns_alone(100, 90, 0), unknown);
    assert_true(turns_alone(100, 0, 50) < unknown);
    assert_int_equal(turns_alone(100, 0, 90), unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_machine_needs_few_turns),
        cmocka_unit_test(bursts_crown_nobody),
        cmocka_unit_test(luck_does_not_add_up),
        cmocka_unit_test(a_better_one_is_seen),
        cmocka_unit_test(what_is_known_or_too_slow_needs_fewer_turns_alone),
        cmocka_unit_test(a_slow_record_is_corrected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
