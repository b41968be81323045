/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters as text, and corner parameter sets. */
#include "core/text.h"
#include "plugin/corners.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static char *names[] = { (char[]) { "nchw" }, (char[]) { "nhwc" }, (char[]) { "nchw8c" } };

static sb_parameter_info list[] = {
    { .id = (char[]) { "tile" }, .kind = SB_INTEGER, .min = 2, .max = 11, .step = 3 },
    { .id = (char[]) { "block" }, .kind = SB_POWER_OF_TWO, .min = 4, .max = 64 },
    { .id = (char[]) { "layout" }, .kind = SB_CHOICE, .choices = names, .choice_count = 3 },
    { .id = (char[]) { "pack" }, .kind = SB_FLAG },
};
static const sb_kernel_info kernel = { .parameters = list, .parameter_count = 4 };

static void test_text(void **state)
{
    (void)state;
    char *text = sb_params_text(&kernel, (const int64_t[]) { 5, 64, 1, 0 });
    assert_string_equal(text, "tile=5;block=64;layout=nhwc;pack=0");
    free(text);
    text = sb_params_text(&(sb_kernel_info) { 0 }, NULL);
    assert_string_equal(text, "");
    free(text);
}

static void test_values_survive_text(void **state)
{
    (void)state;
    for (size_t p = 0; p < kernel.parameter_count; p++)
        for (int64_t i = 0; i < sb_parameter_count(&list[p]); i++) {
            int64_t value = sb_parameter_value(&list[p], i), read = -1;
            char *text = sb_parameter_value_text(&list[p], value);
            assert_int_equal(sb_params_parse_value(&list[p], text, &read, NULL), SB_OK);
            assert_int_equal(read, value);
            free(text);
        }
}

static void test_narrowed(void **state)
{
    (void)state;
    static const struct {
        size_t parameter;
        int64_t from, to, min, max;
    } cases[] = {
        { 0, 2, 11, 2, 11 },  { 0, 3, 10, 5, 8 }, { 0, 5, 5, 5, 5 },
        { 0, 6, 7, 2, 11 }, /* a range between two values, which would hold none */
        { 0, 12, 99, 2, 11 }, { 0, 9, 4, 2, 11 }, { 0, INT64_MIN, INT64_MAX, 2, 11 },
        { 1, 5, 40, 8, 32 },  { 1, 0, 1, 4, 64 }, { 1, 16, INT64_MAX, 16, 64 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_parameter_info p = list[cases[i].parameter];
        sb_parameter_narrow(&p, cases[i].from, cases[i].to);
        if (p.min != cases[i].min || p.max != cases[i].max)
            fail_msg("case %zu: %d to %d", i, (int)p.min, (int)p.max);
    }
    sb_parameter_info flag = list[3];
    sb_parameter_narrow(&flag, 1, 1);
    assert_int_equal(sb_parameter_count(&flag), 2);
}

static void test_bad_values_are_named(void **state)
{
    static const struct {
        size_t parameter;
        const char *text, *says;
    } bad[] = {
        { 0, "4", "from 2 to 11" },          { 0, "14", "from 2 to 11" },
        { 0, "five", "whole number" },       { 0, "", "whole number" },
        { 1, "6", "power of two" },          { 1, "128", "from 4 to 64" },
        { 2, "hwcn", "nchw, nhwc, nchw8c" }, { 2, "1", "one of" },
        { 3, "2", "true or false" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sb_error error = { "" };
        int64_t value = 42;
        assert_true(sb_params_parse_value(&list[bad[i].parameter], bad[i].text, &value, &error) <
                    0);
        assert_non_null(strstr(error.text, bad[i].says));
        assert_non_null(strstr(error.text, list[bad[i].parameter].id));
        assert_int_equal(value, 42);
    }
    int64_t flag = 0;
    assert_int_equal(sb_params_parse_value(&list[3], "true", &flag, NULL), SB_OK);
    assert_int_equal(flag, 1);
}

static size_t count_with(const sb_corner *corners, size_t count, uint32_t given, size_t at,
                         int64_t value)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += corners[i].given == given && corners[i].values[at] == value;
    return found;
}

static void test_corners(void **state)
{
    (void)state;
    size_t count;
    sb_corner *corners = sb_corners(&kernel, &count);
    assert_int_equal(count, 1 + 2 + 2 + 3 + 2 + 2);
    assert_int_equal(corners[0].given, 0);
    assert_int_equal(count_with(corners, count, 1, 0, 2), 1);
    assert_int_equal(count_with(corners, count, 1, 0, 11), 1);
    assert_int_equal(count_with(corners, count, 2, 1, 64), 1);
    assert_int_equal(count_with(corners, count, 4, 2, 1), 1); /* all choices, not only the ends */
    assert_int_equal(count_with(corners, count, 8, 3, 0), 1);
    assert_int_equal(count_with(corners, count, 15, 1, 4), 1);
    assert_int_equal(count_with(corners, count, 15, 1, 64), 1);
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < kernel.parameter_count; p++)
            if (corners[i].given & (1u << p))
                assert_true(sb_parameter_legal(&list[p], corners[i].values[p]));
    free(corners);
}

static void test_corners_of_little(void **state)
{
    (void)state;
    size_t count;
    sb_parameter_info single = { .kind = SB_INTEGER, .min = 3, .max = 3, .step = 1 };
    free(sb_corners(&(sb_kernel_info) { 0 }, &count));
    assert_int_equal(count, 1);
    free(sb_corners(&(sb_kernel_info) { .parameters = &single, .parameter_count = 1 }, &count));
    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),     cmocka_unit_test(test_values_survive_text),
        cmocka_unit_test(test_narrowed), cmocka_unit_test(test_bad_values_are_named),
        cmocka_unit_test(test_corners),  cmocka_unit_test(test_corners_of_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
