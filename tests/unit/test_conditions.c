/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/conditions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const sb_topology quiet_machine = { .hardware_threads = 4, .allowed = 4, .smt = 1 };
static const sb_conditions quiet = {
    .governor = "performance",
    .boost = "off",
    .hypervisor = "none",
    .powers = { true, true, true },
    .counters = true,
};

static void nothing_to_say(void **state)
{
    (void)state;
    sb_conditions c = quiet;
    sb_conditions_advise(&quiet_machine, &c);
    assert_int_equal(c.advice_count, 0);
}

/* What nobody knows is no reason for advice. */
static void unknown_is_not_bad(void **state)
{
    (void)state;
    sb_conditions c = {
        .load = -1, .steal_ticks = -1, .powers = { true, true, true }, .counters = true
    };
    sb_conditions_advise(&quiet_machine, &c);
    assert_int_equal(c.advice_count, 0);
}

static void one_line_for_each_trouble(void **state)
{
    (void)state;
    const sb_topology t = {
        .hardware_threads = 8, .allowed = 2, .allowed_cores = 2, .smt = 2, .cpu_quota = 1.5
    };
    sb_conditions c = {
        .governor = "powersave", .boost = "on", .hypervisor = "KVM", .load = 3.25, .counters = false
    };
    static const char *const expected[] = {
        "3.25",       "pinned", "sched_getaffinity",  "measure.processes",
        "1.50 cores", "2 of 8", "powersave",          "Boost",
        "SMT is on",  "(KVM)",  "perf_event_paranoid"
    };
    const int count = sizeof expected / sizeof *expected;
    sb_conditions_advise(&t, &c);
    assert_int_equal(c.advice_count, count);
    for (int i = 0; i < count; i++) {
        assert_non_null(strstr(c.advice[i], expected[i]));
        assert_true(strlen(c.advice[i]) < sizeof c.advice[i] - 1); /* not cut */
    }
    sb_conditions_advise(&t, &c);
    assert_int_equal(c.advice_count, count);
}

static void this_machine(void **state)
{
    (void)state;
    static sb_topology t;
    sb_conditions c;
    sb_error error;
    assert_int_equal(sb_topology_read(NULL, &t, &error), SB_OK);
    sb_conditions_read(&t, &c);
    assert_true(strlen(c.kernel) > 0);
    assert_true(c.load >= -1 && c.steal_ticks >= -1);
    assert_in_range(c.advice_count, 0, SB_MAX_ADVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_say),
        cmocka_unit_test(unknown_is_not_bad),
        cmocka_unit_test(one_line_for_each_trouble),
        cmocka_unit_test(this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
