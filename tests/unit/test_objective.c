/* SPDX-License-Identifier: Apache-2.0 */
/* What tuning minimises. */
#include "measure/group.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void objectives_count_what_they_say(void **state)
{
    (void)state;
    assert_true(sb_objective_of(SB_MINIMISE_TIME, 100, 50, 7, 3) == 100);
    assert_true(sb_objective_of(SB_MINIMISE_PACKING, 100, 50, 7, 3) == 150);
    assert_true(sb_objective_of(SB_MINIMISE_ENERGY, 100, 50, 7, 3) == 300);
    assert_true(isinf(sb_objective_of(SB_MINIMISE_ENERGY, 100, 50, 7, 0)));
    for (int o = 0; o < SB_OBJECTIVES; o++)
        assert_true(isinf(sb_objective_of((sb_objective)o, INFINITY, 50, 7, 3)));
}

/* Bytes first, then the time; positive also without any. */
static void memory_comes_before_time(void **state)
{
    (void)state;
    double slow = sb_objective_of(SB_MINIMISE_MEMORY, 1e9, 0, 4096, 3);
    double fast = sb_objective_of(SB_MINIMISE_MEMORY, 1e3, 0, 4096, 3);
    assert_true(fast < slow);
    assert_true(slow < sb_objective_of(SB_MINIMISE_MEMORY, 1e3, 0, 8192, 3));
    assert_true(sb_objective_of(SB_MINIMISE_MEMORY, 1e3, 0, 0, 3) > 0);
    assert_true(sb_objective_of(SB_MINIMISE_MEMORY, 1e3, 0, -1, 3) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objectives_count_what_they_say),
        cmocka_unit_test(memory_comes_before_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
