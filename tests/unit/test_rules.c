/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin may declare, and what is preserved in a description. */
#include "core/text.h"
#include "plugin/describe.h"
#include "plugin/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define PARAMETER(...)                                                       \
    {                                                                        \
        .size = sizeof(sb_parameter), .id = "p", .summary = "s", __VA_ARGS__ \
    }

static const char *const two[] = { "a", "b", NULL };
static const char *const twice[] = { "a", "a", NULL };
static const char *const none[] = { NULL };
static const char *const capital[] = { "A", NULL };

static const struct {
    sb_parameter parameter;
    const char *fault; /* NULL if there is none */
} parameters[] = {
    { PARAMETER(.kind = SB_INTEGER, .min = -3, .max = 5, .step = 4, .initial = 1), NULL },
    { PARAMETER(.kind = SB_INTEGER, .min = 1, .max = 1, .step = 9, .initial = 1), NULL },
    { PARAMETER(.kind = SB_INTEGER, .min = 2, .max = 1, .step = 1, .initial = 1), "min <= max" },
    { PARAMETER(.kind = SB_INTEGER, .min = 1, .max = 2, .step = 0, .initial = 1), "step >= 1" },
    { PARAMETER(.kind = SB_INTEGER, .min = 1, .max = 9, .step = 2, .initial = 2), "initial" },
    { PARAMETER(.kind = SB_INTEGER, .min = INT64_MIN, .max = 9, .step = 1, .initial = 2), "min" },
    { PARAMETER(.kind = SB_INTEGER, .max = INT64_MAX, .step = 1), "min" },
    { PARAMETER(.kind = SB_POWER_OF_TWO, .min = 1, .max = 8, .initial = 8), NULL },
    { PARAMETER(.kind = SB_POWER_OF_TWO, .min = 4, .max = 33, .initial = 32), NULL },
    { PARAMETER(.kind = SB_POWER_OF_TWO, .min = 0, .max = 8, .initial = 8), "power of two" },
    { PARAMETER(.kind = SB_POWER_OF_TWO, .min = 3, .max = 8, .initial = 4), "power of two" },
    { PARAMETER(.kind = SB_POWER_OF_TWO, .min = 1, .max = 8, .initial = 6), "initial" },
    { PARAMETER(.kind = SB_POWER_OF_TWO, .min = 1, .max = INT64_MAX, .initial = 1), "at most max" },
    { PARAMETER(.kind = SB_CHOICE, .choices = two, .initial = 1), NULL },
    { PARAMETER(.kind = SB_CHOICE, .choices = two, .initial = 2), "initial" },
    { PARAMETER(.kind = SB_CHOICE, .choices = two, .initial = -1), "initial" },
    { PARAMETER(.kind = SB_CHOICE, .choices = twice), "duplicate choice" },
    { PARAMETER(.kind = SB_CHOICE, .choices = none), "choices" },
    { PARAMETER(.kind = SB_CHOICE, .choices = capital), "not a valid id" },
    { PARAMETER(.kind = SB_CHOICE), "choices" },
    { PARAMETER(.kind = SB_FLAG, .initial = 1), NULL },
    { PARAMETER(.kind = SB_FLAG, .initial = 2), "initial" },
    { { .size = sizeof(sb_parameter), .summary = "s", .kind = SB_FLAG }, "id" },
    { { .size = sizeof(sb_parameter), .id = "9p", .summary = "s", .kind = SB_FLAG }, "id" },
    { { .size = sizeof(sb_parameter), .id = "p", .kind = SB_FLAG }, "summary" },
    { { .size = sizeof(sb_parameter), .id = "p", .summary = "\033c", .kind = SB_FLAG }, "summary" },
};

static void test_parameters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        sb_error error = { "" };
        int rc = sb_rules_parameter(&parameters[i].parameter, &error);
        if (!parameters[i].fault && rc != SB_OK)
            fail_msg("parameter %zu is refused: %s", i, error.text);
        if (parameters[i].fault && (rc == SB_OK || !strstr(error.text, parameters[i].fault)))
            fail_msg("parameter %zu: \"%s\" does not say \"%s\"", i, error.text,
                     parameters[i].fault);
    }
}

/* A value is legal if and only if it is one of those that sb_parameter_value() lists. */
static void test_legal_values_are_the_listed_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        const sb_parameter *p = &parameters[i].parameter;
        if (parameters[i].fault)
            continue;
        sb_parameter_info info = { .kind = (sb_parameter_kind)p->kind,
                                   .min = p->min,
                                   .max = p->max,
                                   .step = p->step,
                                   .choice_count = p->choices ? 2 : 0 };
        int64_t next = 0, count = sb_parameter_count(&info);
        for (int64_t value = -10; value <= 70; value++) {
            bool listed = next < count && sb_parameter_value(&info, next) == value;
            next += listed;
            assert_int_equal(sb_rules_legal(p, value), listed);
            assert_int_equal(sb_parameter_legal(&info, value), listed);
        }
        assert_int_equal(next, count);
    }
}

static const struct {
    sb_kernel kernel;
    const char *fault;
} kernels[] = {
    { { .id = "k", .technique = "t", .summary = "s", .handles = 1 }, NULL },
    { { .id = "K", .technique = "t", .summary = "s", .handles = 1 }, "id" },
    { { .id = "k", .technique = "", .summary = "s", .handles = 1 }, "technique" },
    { { .id = "k", .technique = "t", .summary = "a\nb", .handles = 1 }, "summary" },
    { { .id = "k", .technique = "t", .summary = "s" }, "handles" },
};

/* Things that only another version knows are no fault, but are left out. */
static void test_unknown(void **state)
{
    (void)state;
    static const struct {
        sb_kernel kernel;
        sb_parameter parameter;
        const char *unknown;
    } rows[] = {
        { { .id = "k", .handles = SB_NEED_SEPARABLE }, { .id = "p" }, NULL },
        { { .id = "k", .handles = SB_NEED_STANDARD | UINT64_C(1) << 60 }, { .id = "p" }, NULL },
        { { .id = "k", .handles = 1, .arithmetic = 99 }, { .id = "p" }, "arithmetic class 99" },
        { { .id = "k", .handles = SB_NEED_BIAS | 1 << 3 }, { .id = "p" }, "operations" },
        { { .id = "k", .handles = 1 }, { .id = "p", .kind = 7 }, "parameter p has the unknown" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sb_error error = { "" };
        int rc = sb_rules_known(&rows[i].kernel, &rows[i].parameter, 1, &error);
        assert_int_equal(rc == SB_OK, rows[i].unknown == NULL);
        if (rows[i].unknown)
            assert_non_null(strstr(error.text, rows[i].unknown));
    }
}

static void test_kernels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        sb_error error = { "" };
        int rc = sb_rules_kernel(&kernels[i].kernel, &error);
        assert_int_equal(rc == SB_OK, kernels[i].fault == NULL);
        if (kernels[i].fault)
            assert_non_null(strstr(error.text, kernels[i].fault));
    }
}

static sb_loaded_kernel one_kernel = {
    .kernel = { .id = "k",
                .technique = "t",
                .summary = "a \"quoted\" summary",
                .handles = SB_NEED_SEPARABLE | SB_NEED_BIAS,
                .arithmetic = SB_WINOGRAD_F4,
                .flags = SB_KERNEL_THREADED },
    .parameter_count = 2,
};

static char *describe_one(void)
{
    sb_loaded loaded = {
        .plugin = { .id = "x", .version = "1", .summary = "\377", .license = "MIT", .flags = 1 },
        .kernels = &one_kernel,
        .kernel_count = 1,
    };
    one_kernel.parameters[0] = parameters[0].parameter;
    one_kernel.parameters[1] = parameters[13].parameter;
    return sb_describe(&loaded);
}

static void test_description_survives(void **state)
{
    (void)state;
    char *text = describe_one();
    sb_plugin_info info = { .build = 7 };
    assert_int_equal(sb_describe_read(text, strlen(text), &info, NULL), SB_OK);
    assert_string_equal(info.id, "x");
    assert_string_equal(info.summary, "?"); /* it was not UTF-8 */
    assert_true(info.peer);
    assert_int_equal(info.build, 7);
    assert_int_equal(info.kernel_count, 1);
    const sb_kernel_info *k = &info.kernels[0];
    assert_string_equal(k->summary, "a \"quoted\" summary");
    assert_int_equal(k->handles, SB_NEED_SEPARABLE | SB_NEED_BIAS);
    assert_true(sb_kernel_computes(k, SB_SEPARABLE) && !sb_kernel_computes(k, SB_DEPTHWISE));
    assert_int_equal(k->arithmetic, SB_WINOGRAD_F4);
    assert_int_equal(k->flags, SB_KERNEL_THREADED);
    assert_int_equal(k->parameter_count, 2);
    assert_int_equal(k->parameters[0].min, -3);
    assert_int_equal(k->parameters[0].step, 4);
    assert_int_equal(k->parameters[1].choice_count, 2);
    assert_string_equal(k->parameters[1].choices[1], "b");
    sb_plugin_info_free(&info);
    free(text);
}

/* Descriptions forged by a plugin. Each replacement breaks a rule. */
static void test_forged_descriptions_are_refused(void **state)
{
    static const char *const forged[][2] = {
        { "\"step\":4", "\"step\":0" },
        { "\"kind\":0", "\"kind\":9" },
        { "\"kind\":0", "\"kind\":-1" },
        { "\"handles\":65538", "\"handles\":0" },
        { "\"arithmetic\":2", "\"arithmetic\":-5" },
        { "\"id\":\"k\"", "\"id\":\"K k\"" },
        { "\"id\":\"x\"", "\"id\":3" },
        { "[\"a\",\"b\"]", "[]" },
        { "[\"a\",\"b\"]", "[1,2]" },
        { "\"initial\":1", "\"initial\":99" },
        { "{", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        char *text = describe_one(), *at = strstr(text, forged[i][0]);
        assert_non_null(at);
        sb_text made = { 0 };
        sb_text_add_bytes(&made, text, (size_t)(at - text));
        sb_text_add(&made, "%s%s", forged[i][1], at + strlen(forged[i][0]));
        sb_plugin_info info = { 0 };
        if (sb_describe_read(made.data, made.length, &info, NULL) == SB_OK)
            fail_msg("%s for %s was believed", forged[i][1], forged[i][0]);
        assert_null(info.id);
        sb_text_free(&made);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_legal_values_are_the_listed_ones),
        cmocka_unit_test(test_kernels),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_description_survives),
        cmocka_unit_test(test_forged_descriptions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
