/* SPDX-License-Identifier: Apache-2.0 */
/* Listing a space within limits. */
#include "tune/space.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { AXES = 3 };

static sb_parameter_info digits[AXES];

/* Each parameter is 0 to `most`; initially 5, 1 and 7. */
static const sb_parameter_info *parameters(int64_t most)
{
    static char id[AXES][2] = { "a", "b", "c" };
    static const int64_t initial[AXES] = { 5, 1, 7 };
    for (size_t i = 0; i < AXES; i++)
        digits[i] = (sb_parameter_info) {
            .id = id[i], .kind = SB_INTEGER, .max = most, .step = 1, .initial = initial[i]
        };
    return digits;
}

/* Valid: an odd sum. */
typedef struct asked {
    size_t points, most; /* so far; the user stops it after so many */
    volatile sig_atomic_t stop;
} asked;

static int odd_sum(void *context, const int64_t *values, size_t count, unsigned char *ok,
                   sb_error *error)
{
    asked *a = context;
    (void)error;
    for (size_t i = 0; i < count; i++)
        ok[i] = (values[AXES * i] + values[AXES * i + 1] + values[AXES * i + 2]) % 2 == 1;
    a->points += count;
    a->stop = a->points >= a->most;
    return 0;
}

static void list(int64_t most, asked *a, int64_t time_ns, sb_space *space)
{
    const sb_space_listing listing = {
        .valid = odd_sum, .context = a, .time_ns = time_ns, .stop = &a->stop
    };
    sb_error error = { "" };
    assert_int_equal(sb_space_list(parameters(most), AXES, &listing, space, &error), 0);
    assert_string_equal(error.text, "");
}

/* Every tenth of the first parameter's range is there. */
static void assert_spread(const sb_space *space)
{
    const sb_axis *axis = &space->axes[0];
    int64_t values[AXES];
    unsigned tenths = 0;
    for (size_t i = 0; i < space->size; i++) {
        sb_space_values(space, i, values);
        tenths |= 1u << (10 * values[0] / (axis->values[axis->count - 1] + 1));
    }
    assert_int_equal(tenths, 0x3ff);
}

static void enough_time_finds_all(void **state)
{
    (void)state;
    sb_space with, without;
    asked a = { .most = SIZE_MAX }, b = { .most = SIZE_MAX };
    list(39, &a, 0, &without);
    list(39, &b, INT64_MAX / 2, &with);
    assert_true(with.complete);
    assert_int_equal(with.size, 32000);
    assert_int_equal(with.size, without.size);
    assert_memory_equal(with.codes, without.codes, with.size * sizeof *with.codes);
    sb_space_free(&with);
    sb_space_free(&without);
}

/* The time is over before the first point is checked. */
static void without_time_a_batch_is_listed(void **state)
{
    (void)state;
    const int64_t initial[] = { 5, 1, 7 };
    sb_space space;
    asked a = { .most = SIZE_MAX };
    list(99, &a, 1, &space);
    assert_true(a.points <= 16384);
    assert_true(space.size >= 1000 && space.size <= a.points);
    assert_false(space.complete);
    assert_true(sb_space_find_values(&space, initial) >= 0);
    assert_spread(&space);
    sb_space_free(&space);
}

/* Of 10^12 points, the neighbours of the initial one are listed. */
static void without_time_neighbours_are_listed(void **state)
{
    (void)state;
    sb_space space;
    uint32_t around[3 * 9999];
    const int64_t initial[] = { 5, 1, 7 };
    asked a = { .most = SIZE_MAX };
    list(9999, &a, 1, &space);
    assert_false(space.complete);
    assert_true(a.points < 100000);
    const ptrdiff_t index = sb_space_find_values(&space, initial);
    assert_true(index >= 0);
    assert_int_equal(sb_space_neighbours(&space, (size_t)index, SB_ANY_VALUE, around), 3 * 4999);
    sb_space_free(&space);
}

static void ends_when_told(void **state)
{
    (void)state;
    sb_space space;
    asked a = { .most = 300000 };
    list(99, &a, INT64_MAX / 2, &space);
    assert_true(a.points < 310000);
    assert_true(space.size > 100000 && space.size <= 155000);
    assert_false(space.complete);
    assert_spread(&space);
    sb_space_free(&space);
}

/* With even values alone, no sum is odd. */
static void says_if_nothing_was_found(void **state)
{
    (void)state;
    static const struct {
        int64_t most;
        const char *says;
    } cases[] = { { 20, "none of the 1331 combinations" }, { 2000000, "in the time" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_space space;
        sb_error error = { "" };
        asked a = { .most = SIZE_MAX };
        const sb_space_listing listing = { .valid = odd_sum, .context = &a, .time_ns = 1 };
        parameters(cases[i].most);
        for (size_t k = 0; k < AXES; k++) {
            digits[k].step = 2;
            digits[k].initial = 0;
        }
        assert_int_equal(sb_space_list(digits, AXES, &listing, &space, &error), SB_FAILED);
        assert_non_null(strstr(error.text, cases[i].says));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enough_time_finds_all),
        cmocka_unit_test(without_time_a_batch_is_listed),
        cmocka_unit_test(without_time_neighbours_are_listed),
        cmocka_unit_test(ends_when_told),
        cmocka_unit_test(says_if_nothing_was_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
