/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions on parameters: what they mean, how they are shown, and what is refused where. */
#include "core/expression.h"
#include "plugin/constraint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* a = 6, b = 4, z = 0, m = -3, h = 2^62, and so on in this order. */
static const struct {
    const char *name;
    int64_t value;
} known[] = { { "a", 6 }, { "b", 4 }, { "z", 0 }, { "m", -3 }, { "h", INT64_C(1) << 62 } };

static int64_t value_of(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].value;
    fail_msg("no value for %s", name);
    return 0;
}

static const struct {
    const char *text, *shown;
    bool holds;
} meanings[] = {
    { "a * b <= 24", "a*b<=24", true },
    { "a * b < 24", "a*b<24", false },
    { "a + b * 2 == 14", "a+b*2==14", true },
    { "(a + b) * 2 == 20", "(a+b)*2==20", true },
    { "a - b - 1 = 1", "a-b-1==1", true },
    { "a / b == 1 and a % b == 2", "a/b==1 and a%b==2", true },
    { "-a + 7 == 1", "-a+7==1", true },
    { "2 - -m == -1", "2--m==-1", true },
    { "not a == b", "not a==b", true },
    { "! (a > b)", "not(a>b)", false },
    { "a > b && b > a || a != b", "a>b and b>a or a!=b", true },
    { "a == 6 or a == 7 and b == 0", "a==6 or a==7 and b==0", true },
    { "(a == 6 or a == 7) and b == 0", "(a==6 or a==7)and b==0", false },
    { "4 <= b < a <= 6", "4<=b<a<=6", true },
    { "4 <= b < a < 6", "4<=b<a<6", false },
    { "9 < a < 10", "9<a<10", false },
    { "a", "a", true },
    { "z", "z", false },
    { "not z", "not z", true },
    { "a % z == 0", "a%z==0", false },
    { "a % z != 0", "a%z!=0", false },
    { "not a / z == 1", "not a/z==1", false },
    { "z == 0 or a % z == 0", "z==0 or a%z==0", true },
    { "z != 0 and a % z == 0 or b == 4", "z!=0 and a%z==0 or b==4", true },
    { "h * 4 > 0", "h*4>0", false },
    { "h * 4 <= 0 or a == 6", "h*4<=0 or a==6", true },
};

static void conditions_mean_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        sb_error error = { "" };
        size_t at;
        sb_expression *e = sb_expression_parse(meanings[i].text, &at, &error);
        if (!e)
            fail_msg("%s: %s", meanings[i].text, error.text);
        int64_t values[SB_EXPRESSION_NAMES];
        for (size_t n = 0; n < sb_expression_names(e); n++)
            values[n] = value_of(sb_expression_name(e, n));
        assert_string_equal(sb_expression_text(e), meanings[i].shown);
        if (sb_expression_holds(e, values) != meanings[i].holds)
            fail_msg("%s", meanings[i].text);
        sb_expression_free(e);
    }
}

/* What is shown means the same. */
static void shown_texts_are_read_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        size_t at;
        sb_expression *e = sb_expression_parse(meanings[i].shown, &at, NULL);
        assert_non_null(e);
        assert_string_equal(sb_expression_text(e), meanings[i].shown);
        sb_expression_free(e);
    }
}

static const struct {
    const char *text;
    size_t at;
    const char *message;
} faults[] = {
    { "", 0, "expected a parameter, a number or '(' at the end" },
    { "a <=", 4, "at the end" },
    { "a < and b", 4, "not 'and b'" },
    { "a ** b < 1", 3, "not '* b < 1'" },
    { "(a < b", 6, "expected ')'" },
    { "a < b)", 5, "expected an operator" },
    { "a b", 2, "expected an operator" },
    { "a * b", 5, "expected a comparison" },
    { "3", 1, "expected a comparison" },
    { "a < 3x", 4, "a whole number" },
    { "a < 99999999999999999999", 4, "a whole number" },
    { "a < 1.5", 5, "expected an operator" },
    { "a < $b", 4, "not '$b'" },
};

static void faults_are_named_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        sb_error error = { "" };
        size_t at = SIZE_MAX;
        assert_null(sb_expression_parse(faults[i].text, &at, &error));
        if (at != faults[i].at || !strstr(error.text, faults[i].message))
            fail_msg("%s: %zu: %s", faults[i].text, at, error.text);
    }
}

/* Chains within chains double the code. */
static void long_conditions_are_refused(void **state)
{
    (void)state;
    char text[SB_EXPRESSION_LONGEST + 2] = "";
    size_t at;
    sb_error error = { "" };
    for (int i = 0; i < 14; i++)
        strcat(text, "1<(2<");
    strcat(text, "3<4");
    for (int i = 0; i < 14; i++)
        strcat(text, "<5)<6");
    assert_null(sb_expression_parse(text, &at, &error));
    assert_non_null(strstr(error.text, "too long"));
    memset(text, '(', sizeof text - 1);
    assert_null(sb_expression_parse(text, &at, &error));
    assert_non_null(strstr(error.text, "at most 200 bytes"));
    text[SB_EXPRESSION_LONGEST] = '\0';
    assert_null(sb_expression_parse(text, &at, &error));
}

/* ------------------------------------------------------------------------- of a kernel's names */

static const sb_kernel_info kernel = {
    .parameters =
        (sb_parameter_info[]) {
            { .id = (char[]) { "rows" }, .kind = SB_INTEGER, .min = 1, .max = 8, .step = 1 },
            { .id = (char[]) { "layout" },
              .kind = SB_CHOICE,
              .choices = (char *[]) { (char[]) { "nchw" }, (char[]) { "nhwc" }, NULL },
              .choice_count = 2 },
        },
    .parameter_count = 2,
};

static const struct {
    const char *text;
    int64_t rows, layout;
    bool holds;
} bound[] = {
    { "layout == nhwc", 1, 1, true },
    { "layout == nhwc", 1, 0, false },
    { "nchw != layout and rows < 4", 3, 1, true },
    { "rows <= 2 or layout == nchw", 3, 1, false },
    { "rows <= 2 or layout == nchw", 3, 0, true },
};

static void names_are_parameters_or_choices(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++) {
        const int64_t values[] = { bound[i].rows, bound[i].layout };
        const char *unknown;
        size_t at;
        sb_constraint constraint;
        sb_expression *e = sb_expression_parse(bound[i].text, &at, NULL);
        assert_true(sb_constraint_bind(e, &kernel, &constraint, &unknown));
        if (sb_constraint_holds(&constraint, values) != bound[i].holds)
            fail_msg("%s, row %zu", bound[i].text, i);
        sb_expression_free(e);
    }
}

static void other_names_are_unknown(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        { "row < 3", "row" },        { "layout == nwhc", "nwhc" },     { "rows == nhwc", "nhwc" },
        { "layout < nhwc", "nhwc" }, { "layout + 1 == nhwc", "nhwc" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *unknown = "";
        size_t at;
        sb_constraint constraint;
        sb_expression *e = sb_expression_parse(texts[i][0], &at, NULL);
        assert_non_null(e);
        assert_false(sb_constraint_bind(e, &kernel, &constraint, &unknown));
        assert_string_equal(unknown, texts[i][1]);
        sb_expression_free(e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_mean_what_they_say),
        cmocka_unit_test(shown_texts_are_read_again),
        cmocka_unit_test(faults_are_named_with_their_place),
        cmocka_unit_test(long_conditions_are_refused),
        cmocka_unit_test(names_are_parameters_or_choices),
        cmocka_unit_test(other_names_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
