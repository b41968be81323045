/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format.h"
#include "cli/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The results of a parse. */
typedef struct values {
    bool quiet;
    const char *output;
    sb_option_list settings;
} values;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(values, output), "DIR", "where" },
    { "quiet", 'q', SB_OPTION_FLAG, offsetof(values, quiet), NULL, "less talk" },
    { "set", 0, SB_OPTION_LIST, offsetof(values, settings), "KEY=VALUE", "replaces" },
    { 0 },
};

static const sb_command command = {
    .name = "run",
    .usage = "CONFIG [OPTIONS]",
    .summary = "Run",
    .options = options,
    .options_size = sizeof(values),
    .min_operands = 1,
    .max_operands = 2,
};

typedef struct outcome {
    int rc;
    values values;
    size_t operands;
    const char *first, *second;
    bool help;
    sb_error error;
} outcome;

/* Parses a command line, split at spaces. */
static outcome parse(const char *line)
{
    static char copy[256];
    char *argv[32];
    outcome got = { 0 };
    sb_parsed parsed;
    int argc = 0;
    snprintf(copy, sizeof copy, "run %s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    got.rc = sb_command_parse(&command, argc, argv, &parsed, &got.error);
    if (got.rc < 0)
        return got;
    got.values = *(const values *)parsed.invocation.options;
    got.operands = parsed.invocation.operand_count;
    got.first = got.operands > 0 ? parsed.invocation.operands[0] : NULL;
    got.second = got.operands > 1 ? parsed.invocation.operands[1] : NULL;
    got.help = parsed.help;
    sb_parsed_free(&parsed);
    return got;
}

static void options_and_operands_mix(void **state)
{
    (void)state;
    outcome got = parse("a -q --output=d b --set x=1 --set=y=2");
    assert_int_equal(got.operands, 2);
    assert_string_equal(got.first, "a");
    assert_string_equal(got.second, "b");
    assert_true(got.values.quiet);
    assert_string_equal(got.values.output, "d");
    assert_int_equal(got.values.settings.count, 2);
    assert_string_equal(got.values.settings.items[1], "y=2");
    assert_null(got.values.settings.items[2]);
}

static void letters_take_values(void **state)
{
    (void)state;
    assert_string_equal(parse("a -odir").values.output, "dir");
    assert_string_equal(parse("a -o dir").values.output, "dir");
    outcome got = parse("-qo dir a");
    assert_true(got.values.quiet);
    assert_string_equal(got.values.output, "dir");
    assert_string_equal(got.first, "a");
}

static void names_may_be_cut(void **state)
{
    (void)state;
    assert_string_equal(parse("a --out dir").values.output, "dir");
    assert_true(parse("a --q").values.quiet);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    outcome got = parse("-- -q -");
    assert_int_equal(got.operands, 2);
    assert_string_equal(got.first, "-q");
    assert_string_equal(got.second, "-");
    assert_false(got.values.quiet);
}

static void mistakes_are_errors(void **state)
{
    (void)state;
    static const char *const lines[] = { "",           "a b c", "a --outptu=d", "a --quiet=1",
                                         "a --output", "a -o",  "a -x",         "a -qx",
                                         "a --=3" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        outcome got = parse(lines[i]);
        if (got.rc != SB_FAILED || !got.error.text[0])
            fail_msg("accepted: %s", lines[i]);
    }
    assert_non_null(strstr(parse("a --outptu=d").error.text, "did you mean '--output'?"));
    assert_int_equal(parse("a --").operands, 1);
}

static void help_comes_before_what_is_missing(void **state)
{
    (void)state;
    assert_true(parse("--help").help);
    assert_true(parse("-qh --nonsense").help);
    assert_int_equal(parse("--nonsense --help").rc, SB_FAILED);
}

/* The provenance records the command as it was typed. */
static void arguments_stay_as_they_were(void **state)
{
    (void)state;
    char name[] = "run", option[] = "-o", dir[] = "dir", operand[] = "a";
    char *const argv[] = { name, option, dir, operand, NULL };
    sb_parsed parsed;
    assert_int_equal(sb_command_parse(&command, 4, argv, &parsed, NULL), SB_OK);
    assert_int_equal(parsed.invocation.argc, 4);
    assert_string_equal(parsed.invocation.argv[1], "-o");
    assert_string_equal(parsed.invocation.operands[0], "a");
    assert_null(parsed.invocation.operands[1]);
    sb_parsed_free(&parsed);
}

static void without_options_all_are_operands(void **state)
{
    (void)state;
    char name[] = "worker", first[] = "--help", second[] = "-x.so";
    char *const argv[] = { name, first, second, NULL };
    const sb_command bare = { .name = "worker", .max_operands = SB_ANY_NUMBER };
    sb_parsed parsed;
    assert_int_equal(sb_command_parse(&bare, 3, argv, &parsed, NULL), SB_OK);
    assert_int_equal(parsed.invocation.operand_count, 2);
    assert_string_equal(parsed.invocation.operands[1], "-x.so");
    sb_parsed_free(&parsed);
}

static void a_list_is_not_overrun(void **state)
{
    (void)state;
    char name[] = "run", operand[] = "a", setting[] = "--set=a=1";
    char *argv[140] = { name, operand };
    int argc = 2;
    sb_parsed parsed;
    while (argc < 138)
        argv[argc++] = setting;
    assert_int_equal(sb_command_parse(&command, argc, argv, &parsed, NULL), SB_FAILED);
}

static void formats_are_known(void **state)
{
    (void)state;
    sb_format format;
    sb_error error;
    assert_int_equal(sb_format_parse(NULL, &format, &error), SB_OK);
    assert_int_equal(format, SB_FORMAT_TEXT);
    assert_int_equal(sb_format_parse("json", &format, &error), SB_OK);
    assert_int_equal(format, SB_FORMAT_JSON);
    assert_int_equal(sb_format_parse("jsn", &format, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "did you mean 'json'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_operands_mix),
        cmocka_unit_test(letters_take_values),
        cmocka_unit_test(names_may_be_cut),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(mistakes_are_errors),
        cmocka_unit_test(help_comes_before_what_is_missing),
        cmocka_unit_test(arguments_stay_as_they_were),
        cmocka_unit_test(without_options_all_are_operands),
        cmocka_unit_test(a_list_is_not_overrun),
        cmocka_unit_test(formats_are_known),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
