/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OPTIONS 32

/* Where the arguments stand: argv[at] is looked at, argv[1 .. operands] are operands. */
typedef struct parse_state {
    const sb_command *command;
    char **argv;
    int argc, at, operands;
} parse_state;

static const sb_option help_option = { .name = "help", .letter = 'h', .help = "show this help" };

static int mistake(const parse_state *parse, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int mistake(const parse_state *parse, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "sepbench %s: ", parse->command->name);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry 'sepbench %s --help'.\n", parse->command->name);
    va_end(arguments);
    return -1;
}

/* -------------------------------------------------------------------------------- help */

static void show_option(const sb_option *option)
{
    char left[64], letter[8] = "    ";
    if (option->letter)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->argument ? "=" : "",
             option->argument ? option->argument : "");
    printf("  %-26s  %s\n", left, option->help);
}

static void show_help(const sb_command *command)
{
    printf("Usage: sepbench %s %s\n\n%s\n\nOptions:\n", command->name, command->usage,
           command->summary);
    for (const sb_option *option = command->options; option && option->name; option++)
        show_option(option);
    show_option(&help_option);
}

/* ------------------------------------------------------------------------------ finding */

static const sb_option *option_of_letter(const sb_command *command, char letter)
{
    for (const sb_option *option = command->options; option && option->name; option++)
        if (option->letter == letter)
            return option;
    return letter == help_option.letter ? &help_option : NULL;
}

/* A whole name, or the beginning of exactly one (as GNU programs do). */
static const sb_option *option_of_name(const sb_command *command, const char *name, size_t length)
{
    const sb_option *found = NULL;
    size_t count = 0;
    for (const sb_option *option = command->options;; option++) {
        if (!option || !option->name)
            option = &help_option;
        if (strncmp(option->name, name, length) == 0) {
            if (strlen(option->name) == length)
                return option;
            found = option;
            count++;
        }
        if (option == &help_option)
            return count == 1 && length ? found : NULL;
    }
}

static int fail_unknown(const parse_state *parse, const char *name, size_t length)
{
    const char *names[MAX_OPTIONS + 2] = { NULL };
    size_t count = 0;
    for (const sb_option *o = parse->command->options; o && o->name && count < MAX_OPTIONS; o++)
        names[count++] = o->name;
    names[count] = help_option.name;
    sb_text wrong = { 0 };
    sb_text_add_bytes(&wrong, name, length);
    const char *near = sb_nearest(wrong.data, names);
    int rc = near ? mistake(parse, "unknown option '--%s'; did you mean '--%s'?", wrong.data, near)
                  : mistake(parse, "unknown option '--%s'", wrong.data);
    sb_text_free(&wrong);
    return rc;
}

/* ------------------------------------------------------------------------------- taking */

/* 0, or -1 after a mistake. */
static int store(const parse_state *parse, const sb_option *option, const char *value)
{
    if (option->kind == SB_OPTION_FLAG) {
        *(bool *)option->value = true;
        return 0;
    }
    if (option->kind == SB_OPTION_TEXT) {
        *(const char **)option->value = value;
        return 0;
    }
    sb_option_list *list = option->value;
    if (list->count + 1 == sizeof list->items / sizeof *list->items)
        return mistake(parse, "--%s is given too often", option->name);
    list->items[list->count++] = value;
    list->items[list->count] = NULL;
    return 0;
}

/* Takes the option with the value written to it, or the next argument; 1 for help. */
static int take(parse_state *parse, const sb_option *option, const char *attached)
{
    if (option->kind == SB_OPTION_FLAG && attached)
        return mistake(parse, "--%s takes no value", option->name);
    if (option == &help_option)
        return 1;
    if (option->kind != SB_OPTION_FLAG && !attached) {
        if (parse->at + 1 >= parse->argc)
            return mistake(parse, "--%s needs a value: --%s=%s", option->name, option->name,
                           option->argument);
        attached = parse->argv[++parse->at];
    }
    return store(parse, option, attached);
}

static int take_long(parse_state *parse, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    const sb_option *option = option_of_name(parse->command, text, length);
    if (!option)
        return fail_unknown(parse, text, length);
    return take(parse, option, equals ? equals + 1 : NULL);
}

/* "-q", "-qo DIR", "-oDIR". */
static int take_letters(parse_state *parse, const char *text)
{
    for (; *text; text++) {
        const sb_option *option = option_of_letter(parse->command, *text);
        if (!option)
            return mistake(parse, "unknown option '-%c'", *text);
        bool flag = option->kind == SB_OPTION_FLAG;
        int rc = take(parse, option, !flag && text[1] ? text + 1 : NULL);
        if (rc != 0 || !flag)
            return rc;
    }
    return 0;
}

static int take_argument(parse_state *parse, bool *only_operands)
{
    char *text = parse->argv[parse->at];
    if (*only_operands || text[0] != '-' || !text[1]) {
        parse->argv[++parse->operands] = text;
        return 0;
    }
    if (strcmp(text, "--") == 0) {
        *only_operands = true;
        return 0;
    }
    return text[1] == '-' ? take_long(parse, text + 2) : take_letters(parse, text + 1);
}

static int check_operands(const parse_state *parse)
{
    const sb_command *command = parse->command;
    if (parse->operands < command->min_operands)
        return mistake(parse, "something is missing: sepbench %s %s", command->name,
                       command->usage);
    if (command->max_operands >= 0 && parse->operands > command->max_operands)
        return mistake(parse, "'%s' is one too many", parse->argv[command->max_operands + 1]);
    return parse->operands;
}

int sb_options_parse(const sb_command *command, int argc, char **argv, int *status)
{
    parse_state parse = { .command = command, .argv = argv, .argc = argc };
    bool only_operands = false;
    for (parse.at = 1; parse.at < argc; parse.at++) {
        int rc = take_argument(&parse, &only_operands);
        if (rc == 0)
            continue;
        if (rc > 0)
            show_help(command);
        *status = rc > 0 ? 0 : 2;
        return -1;
    }
    int operands = check_operands(&parse);
    if (operands < 0)
        *status = 2;
    return operands;
}

int sb_format_parse(const char *text, sb_format *format, sb_error *error)
{
    static const char *const names[] = { "text", "csv", "json", NULL };
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], text) == 0) {
            *format = (sb_format)i;
            return SB_OK;
        }
    const char *near = sb_nearest(text, names);
    return sb_fail(error, "--format=%s: unknown format; %s%s", text,
                   near ? "did you mean " : "known are text, csv, json", near ? near : "");
}
