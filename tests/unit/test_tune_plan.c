/* SPDX-License-Identifier: Apache-2.0 */
/* How a problem's time is divided among its kernels. */
#include "campaign/tune_plan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void all_continue_if_each_gets_enough(void **state)
{
    (void)state;
    assert_int_equal(sb_tune_plan_takers(5, 500, 100), 5);
    assert_int_equal(sb_tune_plan_takers(5, 5000, 100), 5);
    assert_int_equal(sb_tune_plan_takers(5, 1, 0), 5);
}

static void the_fastest_continue_if_time_is_short(void **state)
{
    (void)state;
    assert_int_equal(sb_tune_plan_takers(5, 399, 100), 3);
    assert_int_equal(sb_tune_plan_takers(5, 150, 100), 1);
}

static void one_continues_in_any_case(void **state)
{
    (void)state;
    assert_int_equal(sb_tune_plan_takers(5, 20, 100), 1);
    assert_int_equal(sb_tune_plan_takers(5, -20, 100), 1);
    assert_int_equal(sb_tune_plan_takers(0, 500, 100), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_continue_if_each_gets_enough),
        cmocka_unit_test(the_fastest_continue_if_time_is_short),
        cmocka_unit_test(one_continues_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
