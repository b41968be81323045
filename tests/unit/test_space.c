/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char red[] = "red", green[] = "green", blue[] = "blue";
static char *colours[] = { red, green, blue };

static sb_parameter_info integer(const char *id, int64_t min, int64_t max, int64_t step)
{
    return (sb_parameter_info) { .id = (char *)(uintptr_t)id,
                                 .kind = SB_INTEGER,
                                 .min = min,
                                 .max = max,
                                 .step = step,
                                 .initial = min };
}

static sb_parameter_info choice(const char *id, size_t count)
{
    return (sb_parameter_info) {
        .id = (char *)(uintptr_t)id, .kind = SB_CHOICE, .choices = colours, .choice_count = count
    };
}

/* Valid: the values sum to *context. */
static int sums_to(void *context, const int64_t *values, size_t count, unsigned char *ok,
                   sb_error *error)
{
    (void)error;
    for (size_t i = 0; i < count; i++)
        ok[i] = values[3 * i] + values[3 * i + 1] + values[3 * i + 2] == *(int64_t *)context;
    return 0;
}

static int cannot_tell(void *context, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error)
{
    (void)context, (void)values, (void)count, (void)ok;
    return sb_fail(error, "the worker died");
}

static void lists_the_valid_ones(void **state)
{
    (void)state;
    const sb_parameter_info parameters[] = { integer("a", 0, 9, 1), integer("b", 0, 9, 1),
                                             integer("c", 0, 9, 1) };
    int64_t sum = 4, values[3];
    sb_space space;
    assert_int_equal(sb_space_build(parameters, 3, sums_to, &sum, &space, NULL), 0);
    assert_int_equal(space.size, 15); /* (4 + 2) over 2 */
    assert_true(space.complete);
    for (size_t i = 0; i < space.size; i++) {
        sb_space_values(&space, i, values);
        assert_int_equal(values[0] + values[1] + values[2], 4);
        assert_int_equal(sb_space_find_values(&space, values), i);
    }
    values[0] = 9;
    assert_int_equal(sb_space_find_values(&space, values), -1);
    values[0] = 77;
    assert_int_equal(sb_space_find_values(&space, values), -1);
    sb_space_free(&space);
}

static void finds_neighbours(void **state)
{
    (void)state;
    const sb_parameter_info parameters[] = { integer("a", 1, 5, 2), choice("c", 3),
                                             integer("b", 0, 6, 1) };
    const int64_t at[] = { 3, 1, 2 };
    uint32_t around[16];
    sb_space space;
    assert_int_equal(sb_space_build(parameters, 3, NULL, NULL, &space, NULL), 0);
    size_t index = (size_t)sb_space_find_values(&space, at);
    assert_int_equal(sb_space_most_neighbours(&space), 11);
    assert_int_equal(sb_space_neighbours(&space, index, SB_ANY_VALUE, around), 2 + 2 + 6);
    assert_int_equal(sb_space_neighbours(&space, index, SB_ADJACENT, around), 2 + 2 + 2);
    for (size_t i = 0; i < 6; i++) {
        int64_t values[3];
        sb_space_values(&space, around[i], values);
        assert_int_equal((values[0] != 3) + (values[1] != 1) + (values[2] != 2), 1);
    }
    char *text = sb_space_text(&space, index);
    assert_string_equal(text, "a=3;c=green;b=2");
    free(text);
    sb_space_free(&space);
}

static void adjacent_skips_what_is_not_valid(void **state)
{
    (void)state;
    const uint32_t rows[] = { 0, 3, 7, 7 };
    sb_axis *axes = calloc(1, sizeof *axes);
    axes[0] = (sb_axis) { .id = strdup("a"), .ordered = true, .count = 8 };
    axes[0].values = calloc(8, sizeof(int64_t));
    sb_space space;
    uint32_t around[8];
    assert_int_equal(sb_space_from_rows(axes, 1, rows, COUNT(rows), &space, NULL), 0);
    assert_int_equal(space.size, 3);
    assert_int_equal(sb_space_neighbours(&space, 1, SB_ADJACENT, around), 2);
    assert_int_equal(around[0], 0);
    assert_int_equal(around[1], 2);
    sb_random random = { 1 };
    assert_int_equal(sb_space_repair(&space, (const uint32_t[]) { 4 }, &random), 1);
    assert_int_equal(sb_space_repair(&space, (const uint32_t[]) { 6 }, &random), 2);
    sb_space_free(&space);
}

/* Of 10^12 points only 4,960 are valid; a walk through all of them would take hours. */
static int nearly_none(void *context, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error)
{
    (void)context, (void)error;
    for (size_t i = 0; i < count; i++)
        ok[i] = values[3 * i] + values[3 * i + 1] + values[3 * i + 2] <= 29;
    return 0;
}

static void explores_a_huge_product(void **state)
{
    (void)state;
    const sb_parameter_info parameters[] = { integer("a", 0, 9999, 1), integer("b", 0, 9999, 1),
                                             integer("c", 0, 9999, 1) };
    sb_space space;
    assert_int_equal(sb_space_build(parameters, 3, nearly_none, NULL, &space, NULL), 0);
    assert_int_equal(space.size, 32 * 31 * 30 / 6); /* (29 + 3) over 3 */
    assert_true(space.complete);
    sb_space_free(&space);
}

/* Blocks of up to 8192 channels are declared for all layers, but this layer has only 32. */
static int small_layer(void *context, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error)
{
    (void)error;
    *(size_t *)context += count;
    for (size_t i = 0; i < count; i++)
        ok[i] = values[3 * i] <= 32 && values[3 * i + 1] <= 32 &&
                values[3 * i + 2] * values[3 * i] <= 32;
    return 0;
}

static void leaves_out_what_a_layer_cannot_use(void **state)
{
    (void)state;
    const sb_parameter_info parameters[] = { integer("a", 1, 8192, 1), integer("b", 1, 8192, 1),
                                             integer("c", 1, 8, 1) };
    sb_space space;
    size_t asked = 0, valid = 0;
    for (int a = 1; a <= 32; a++)
        for (int c = 1; c <= 8 && a * c <= 32; c++)
            valid += 32;
    assert_int_equal(sb_space_build(parameters, 3, small_layer, &asked, &space, NULL), 0);
    assert_int_equal(space.size, valid);
    assert_int_equal(space.axes[0].count, 32);
    assert_int_equal(space.axes[1].count, 32);
    assert_int_equal(space.axes[2].count, 8);
    assert_true(asked < 2000000); /* of 536,870,912 */
    sb_space_free(&space);
}

/* Valid: half of all points. */
static int even(void *context, const int64_t *values, size_t count, unsigned char *ok,
                sb_error *error)
{
    (void)context, (void)error;
    for (size_t i = 0; i < count; i++)
        ok[i] = (values[3 * i] + values[3 * i + 1] + values[3 * i + 2]) % 2 == 0;
    return 0;
}

static void counts_or_estimates(void **state)
{
    (void)state;
    sb_parameter_info parameters[] = { integer("a", 0, 9, 1), integer("b", 0, 9, 1),
                                       integer("c", 0, 9, 1) };
    int64_t sum = 4;
    sb_space_count count;
    uint64_t left = 6000;
    assert_int_equal(sb_space_count_valid(parameters, 3, sums_to, &sum, &left, &count, NULL), 0);
    assert_true(count.number == 15 && count.counting == SB_COUNT_EXACT);
    sum = 100;
    assert_int_equal(sb_space_count_valid(parameters, 3, sums_to, &sum, &left, &count, NULL), 0);
    assert_true(count.number == 0 && count.counting == SB_COUNT_EXACT);
    assert_int_equal(sb_space_count_valid(parameters, 3, NULL, NULL, &left, &count, NULL), 0);
    assert_true(count.number == 1000 && count.counting == SB_COUNT_EXACT);
    for (size_t i = 0; i < 3; i++)
        parameters[i].max = 99;
    assert_int_equal(sb_space_count_valid(parameters, 3, even, NULL, &left, &count, NULL), 0);
    assert_true(count.number > 450000 && count.number < 550000);
    assert_int_equal(count.counting, SB_COUNT_ESTIMATE);
    assert_int_equal(left, 4000);
    left = 4000000;
    assert_int_equal(sb_space_count_valid(parameters, 3, even, NULL, &left, &count, NULL), 0);
    assert_true(count.number == 500000 && count.counting == SB_COUNT_EXACT && left == 3000000);
    for (size_t i = 0; i < 3; i++)
        parameters[i].max = 9999;
    assert_int_equal(sb_space_count_valid(parameters, 3, nearly_none, NULL, &left, &count, NULL),
                     0);
    assert_true(count.number == 4960 && count.counting == SB_COUNT_EXACT);
    sb_error error = { "" };
    assert_int_equal(sb_space_count_valid(parameters, 3, cannot_tell, NULL, &left, &count, &error),
                     SB_FAILED);
    assert_string_equal(error.text, "the worker died");
}

/* Half of 10^12 points are valid. What remains has some of all ranges, and the initial point. */
static void thins_what_is_too_large(void **state)
{
    (void)state;
    sb_parameter_info parameters[] = { integer("a", 0, 9999, 1), integer("b", 0, 9999, 1),
                                       integer("c", 0, 9999, 1) };
    const int64_t initial[] = { 5001, 0, 77 };
    sb_space space;
    for (size_t i = 0; i < 3; i++)
        parameters[i].initial = initial[i];
    assert_int_equal(sb_space_build(parameters, 3, even, NULL, &space, NULL), 0);
    assert_false(space.complete);
    assert_true(space.size > SB_SPACE_LISTED / 4 && space.size <= SB_SPACE_LISTED);
    assert_true(sb_space_find_values(&space, initial) >= 0);
    for (size_t i = 0; i < 3; i++) {
        assert_true(space.axes[i].values[0] < 100);
        assert_true(space.axes[i].values[space.axes[i].count - 1] > 9900);
    }
    sb_space_free(&space);
}

static void takes_a_space_of_one(void **state)
{
    (void)state;
    const sb_parameter_info one = integer("a", 3, 3, 1);
    sb_space space;
    uint32_t around[1];
    assert_int_equal(sb_space_build(&one, 1, NULL, NULL, &space, NULL), 0);
    assert_int_equal(space.size, 1);
    assert_int_equal(sb_space_neighbours(&space, 0, SB_ANY_VALUE, around), 0);
    sb_space_free(&space);
    assert_int_equal(sb_space_build(NULL, 0, NULL, NULL, &space, NULL), 0);
    assert_int_equal(space.size, 1); /* a kernel without parameters has one parameter set */
    sb_space_free(&space);
}

static void refuses_bad_declarations(void **state)
{
    (void)state;
    const struct {
        sb_parameter_info parameters[2];
        const char *says;
    } bad[] = {
        { { integer("a", 2, 1, 1), integer("b", 0, 1, 1) }, "min 2 is above max 1" },
        { { integer("a", 1, 2, 0), integer("b", 0, 1, 1) }, "step 0" },
        { { integer("a", 1, 2, 1), integer("a", 0, 1, 1) }, "declared twice" },
        { { integer("", 1, 2, 1), integer("a", 0, 1, 1) }, "no name" },
        { { choice("a", 0), integer("b", 0, 1, 1) }, "no choices" },
        { { { .id = colours[0], .kind = SB_POWER_OF_TWO, .min = 3, .max = 8 },
            integer("b", 0, 1, 1) },
          "power of two" },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        sb_space space;
        sb_error error = { "" };
        assert_int_equal(sb_space_build(bad[i].parameters, 2, NULL, NULL, &space, &error),
                         SB_FAILED);
        assert_non_null(strstr(error.text, bad[i].says));
    }
}

static void says_where_nothing_is_valid(void **state)
{
    (void)state;
    const sb_parameter_info parameters[] = { integer("a", 0, 9, 1), integer("b", 0, 9, 1),
                                             integer("c", 0, 9, 1) };
    int64_t sum = 100;
    sb_space space;
    sb_error error = { "" };
    assert_int_equal(sb_space_build(parameters, 3, sums_to, &sum, &space, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "none of the 1000"));
    assert_int_equal(sb_space_build(parameters, 3, cannot_tell, NULL, &space, &error), SB_FAILED);
    assert_string_equal(error.text, "the worker died");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_the_valid_ones),
        cmocka_unit_test(finds_neighbours),
        cmocka_unit_test(adjacent_skips_what_is_not_valid),
        cmocka_unit_test(explores_a_huge_product),
        cmocka_unit_test(leaves_out_what_a_layer_cannot_use),
        cmocka_unit_test(counts_or_estimates),
        cmocka_unit_test(thins_what_is_too_large),
        cmocka_unit_test(takes_a_space_of_one),
        cmocka_unit_test(refuses_bad_declarations),
        cmocka_unit_test(says_where_nothing_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
