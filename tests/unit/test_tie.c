/* SPDX-License-Identifier: Apache-2.0 */
/* Which of several parameter sets that are equally fast wins. */
#include "campaign/tune_race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void ties_go_to_what_neighbours_use(void **state)
{
    (void)state;
    const uint32_t near[] = { 70, 30 };
    const sb_race race = { .near = near, .near_count = 2 };
    assert_true(sb_race_prefers(&race, 70, 30));
    assert_true(sb_race_prefers(&race, 30, 2));
    assert_false(sb_race_prefers(&race, 2, 70));
    assert_true(sb_race_prefers(&race, 2, 3));
    assert_false(sb_race_prefers(&race, 3, 2));
}

static void without_neighbours_the_first_wins(void **state)
{
    (void)state;
    const sb_race race = { 0 };
    assert_true(sb_race_prefers(&race, 2, 3));
    assert_false(sb_race_prefers(&race, 3, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_go_to_what_neighbours_use),
        cmocka_unit_test(without_neighbours_the_first_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
