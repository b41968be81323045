/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What a parse gave. */
typedef struct parse_outcome {
    bool quiet;
    const char *output;
    sb_option_list settings;
    int operands, status;
    const char *first, *second; /* operands */
} parse_outcome;

/* `line` is cut at blanks. */
static parse_outcome parse(const char *line)
{
    static char copy[256];
    static char *argv[32];
    parse_outcome outcome = { .status = -1 };
    int argc = 0;
    snprintf(copy, sizeof copy, "run %s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    const sb_option options[] = {
        { "output", 'o', SB_OPTION_TEXT, &outcome.output, "DIR", "where" },
        { "quiet", 'q', SB_OPTION_FLAG, &outcome.quiet, NULL, "less talk" },
        { "set", 0, SB_OPTION_LIST, &outcome.settings, "KEY=VALUE", "replaces" },
        { 0 },
    };
    const sb_command command = { "run", "CONFIG [OPTIONS]", "Runs.", options, 1, 2 };
    outcome.operands = sb_options_parse(&command, argc, argv, &outcome.status);
    outcome.first = argv[1];
    outcome.second = outcome.operands > 1 ? argv[2] : NULL;
    return outcome;
}

static void options_and_operands_mix(void **state)
{
    (void)state;
    parse_outcome got = parse("a -q --output=d b --set x=1 --set=y=2");
    assert_int_equal(got.operands, 2);
    assert_string_equal(got.first, "a");
    assert_string_equal(got.second, "b");
    assert_true(got.quiet);
    assert_string_equal(got.output, "d");
    assert_int_equal(got.settings.count, 2);
    assert_string_equal(got.settings.items[1], "y=2");
    assert_null(got.settings.items[2]);
}

static void letters_take_values(void **state)
{
    (void)state;
    assert_string_equal(parse("a -odir").output, "dir");
    assert_string_equal(parse("a -o dir").output, "dir");
    parse_outcome got = parse("-qo dir a");
    assert_true(got.quiet);
    assert_string_equal(got.output, "dir");
    assert_string_equal(got.first, "a");
}

static void names_may_be_cut(void **state)
{
    (void)state;
    assert_string_equal(parse("a --out dir").output, "dir");
    assert_true(parse("a --q").quiet);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    parse_outcome got = parse("-- -q -");
    assert_int_equal(got.operands, 2);
    assert_string_equal(got.first, "-q");
    assert_string_equal(got.second, "-");
    assert_false(got.quiet);
}

static void mistakes_have_status_2(void **state)
{
    (void)state;
    static const char *const lines[] = { "",           "a b c", "a --outptu=d", "a --quiet=1",
                                         "a --output", "a -o",  "a -x",         "a -qx",
                                         "a --",       "a --=3" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        parse_outcome got = parse(lines[i]);
        if (strcmp(lines[i], "a --") == 0)
            assert_int_equal(got.operands, 1);
        else if (got.operands != -1 || got.status != 2)
            fail_msg("accepted: %s", lines[i]);
    }
}

static void a_list_is_not_overrun(void **state)
{
    (void)state;
    char name[] = "run", operand[] = "a", setting[] = "--set=a=1";
    char *argv[140] = { name, operand };
    int argc = 2, status = -1;
    sb_option_list list = { 0 };
    const sb_option options[] = { { "set", 0, SB_OPTION_LIST, &list, "KEY=VALUE", "" }, { 0 } };
    const sb_command command = { "run", "CONFIG", "Runs.", options, 1, 1 };
    while (argc < 138)
        argv[argc++] = setting;
    assert_int_equal(sb_options_parse(&command, argc, argv, &status), -1);
    assert_int_equal(status, 2);
}

static void formats_are_known(void **state)
{
    (void)state;
    sb_format format;
    sb_error error;
    assert_int_equal(sb_format_parse("json", &format, &error), SB_OK);
    assert_int_equal(format, SB_FORMAT_JSON);
    assert_int_equal(sb_format_parse("jsn", &format, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "did you mean json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_operands_mix), cmocka_unit_test(letters_take_values),
        cmocka_unit_test(names_may_be_cut),         cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(mistakes_have_status_2),   cmocka_unit_test(a_list_is_not_overrun),
        cmocka_unit_test(formats_are_known),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
