/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/rounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

enum { MOST = 17 };

/* Every candidate appears once in each round, and once at each position in a square of rounds. */
static void a_square_is_latin(void **state)
{
    (void)state;
    for (size_t count = 1; count <= MOST; count++) {
        bool stood[MOST][MOST] = { { false } };
        for (uint32_t round = 0; round < count; round++) {
            size_t order[MOST];
            sb_round_order(42, round + 3 * (uint32_t)count, count, order);
            for (size_t i = 0; i < count; i++) {
                assert_in_range(order[i], 0, count - 1);
                assert_false(stood[order[i]][i]);
                stood[order[i]][i] = true;
            }
        }
    }
}

static void an_order_is_a_permutation(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 100; round++) {
        size_t order[MOST];
        bool seen[MOST] = { false };
        sb_round_order(7, round, MOST, order);
        for (size_t i = 0; i < MOST; i++) {
            assert_false(seen[order[i]]);
            seen[order[i]] = true;
        }
    }
}

static void same_seed_same_order_other_seed_another(void **state)
{
    (void)state;
    size_t a[MOST], b[MOST], differing = 0;
    for (uint32_t round = 0; round < 20; round++) {
        sb_round_order(1, round, MOST, a);
        sb_round_order(1, round, MOST, b);
        assert_memory_equal(a, b, sizeof a);
        sb_round_order(2, round, MOST, b);
        differing += memcmp(a, b, sizeof a) != 0;
    }
    assert_int_equal(differing, 20);
}

/* If squares were not drawn again at random, two candidates would always alternate. */
static void squares_are_drawn_anew(void **state)
{
    (void)state;
    size_t first_zero = 0;
    for (uint32_t square = 0; square < 1000; square++) {
        size_t order[2];
        sb_round_order(99, 2 * square, 2, order);
        first_zero += order[0] == 0;
    }
    assert_in_range(first_zero, 437, 563); /* four standard deviations of a fair coin */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_square_is_latin),
        cmocka_unit_test(an_order_is_a_permutation),
        cmocka_unit_test(same_seed_same_order_other_seed_another),
        cmocka_unit_test(squares_are_drawn_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
