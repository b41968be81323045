/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/parse.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OPTIONS 32

const sb_option sb_help_option = { .name = "help", .letter = 'h', .help = "show this help" };

/* index of the present argument */
typedef struct parse_state {
    const sb_command *command;
    char *const *argv;
    int argc, at;
    bool only_operands; /* "--" was seen */
    sb_parsed *parsed;
    sb_error *error;
} parse_state;

/* ------------------------------------------------------------------------------ finding */

static const sb_option *option_of_letter(const sb_command *command, char letter)
{
    for (const sb_option *option = command->options; option->name; option++)
        if (option->letter == letter)
            return option;
    return letter == sb_help_option.letter ? &sb_help_option : NULL;
}

/* A complete name, or an unambiguous beginning of one (as in GNU programs). */
static const sb_option *option_of_name(const sb_command *command, const char *name, size_t length)
{
    const sb_option *found = NULL;
    size_t count = 0;
    for (const sb_option *option = command->options;; option++) {
        if (!option->name)
            option = &sb_help_option;
        if (strncmp(option->name, name, length) == 0) {
            if (strlen(option->name) == length)
                return option;
            found = option;
            count++;
        }
        if (option == &sb_help_option)
            return count == 1 && length ? found : NULL;
    }
}

static int fail_unknown(const parse_state *state, const char *name, size_t length)
{
    const char *names[MAX_OPTIONS + 2] = { NULL };
    size_t count = 0;
    for (const sb_option *o = state->command->options; o->name && count < MAX_OPTIONS; o++)
        names[count++] = o->name;
    names[count] = sb_help_option.name;
    sb_text wrong = { 0 };
    sb_text_add_bytes(&wrong, name, length);
    const char *near = sb_nearest(wrong.data, names);
    int rc = sb_fail(state->error, "unknown option '--%s'%s%s%s", wrong.data,
                     near ? "; did you mean '--" : "", near ? near : "", near ? "'?" : "");
    sb_text_free(&wrong);
    return rc;
}

/* ------------------------------------------------------------------------------- taking */

static int store_value(const parse_state *state, const sb_option *option, const char *text)
{
    void *value = (char *)state->parsed->options + option->offset;
    if (option->kind == SB_OPTION_FLAG) {
        *(bool *)value = true;
        return SB_OK;
    }
    if (option->kind == SB_OPTION_TEXT) {
        *(const char **)value = text;
        return SB_OK;
    }
    sb_option_list *list = value;
    if (list->count + 1 == sizeof list->items / sizeof *list->items)
        return sb_fail(state->error, "too many --%s options", option->name);
    list->items[list->count++] = text;
    return SB_OK;
}

/* Stores the option with the value attached to it, or the next argument. */
static int take_option(parse_state *state, const sb_option *option, const char *attached)
{
    if (option->kind == SB_OPTION_FLAG && attached)
        return sb_fail(state->error, "--%s takes no value", option->name);
    if (option == &sb_help_option) {
        state->parsed->help = true;
        return SB_OK;
    }
    if (option->kind != SB_OPTION_FLAG && !attached) {
        if (state->at + 1 >= state->argc)
            return sb_fail(state->error, "--%s needs a value: --%s=%s", option->name, option->name,
                           option->argument);
        attached = state->argv[++state->at];
    }
    return store_value(state, option, attached);
}

static int take_long(parse_state *state, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    const sb_option *option = option_of_name(state->command, text, length);
    if (!option)
        return fail_unknown(state, text, length);
    return take_option(state, option, equals ? equals + 1 : NULL);
}

/* "-q", "-qo DIR", "-oDIR". */
static int take_letters(parse_state *state, const char *text)
{
    for (; *text; text++) {
        const sb_option *option = option_of_letter(state->command, *text);
        if (!option)
            return sb_fail(state->error, "unknown option '-%c'", *text);
        bool flag = option->kind == SB_OPTION_FLAG;
        int rc = take_option(state, option, !flag && text[1] ? text + 1 : NULL);
        if (rc < 0 || !flag)
            return rc;
    }
    return SB_OK;
}

static int take_argument(parse_state *state)
{
    const char *text = state->argv[state->at];
    if (state->only_operands || text[0] != '-' || !text[1]) {
        state->parsed->operands[state->parsed->invocation.operand_count++] = text;
        return SB_OK;
    }
    if (strcmp(text, "--") == 0) {
        state->only_operands = true;
        return SB_OK;
    }
    return text[1] == '-' ? take_long(state, text + 2) : take_letters(state, text + 1);
}

/* Words of the usage are separated by spaces: "BASE NEW [OPTIONS]". An optional operand is in
 * brackets and first. */
static const char *operand_name(const sb_command *command, size_t index, int *length)
{
    const char *at = command->usage;
    for (index += *at == '['; index > 0 && strchr(at, ' '); index--)
        at = strchr(at, ' ') + 1;
    *length = (int)strcspn(at, " ");
    return at;
}

static int check_operands(const parse_state *state)
{
    const sb_command *command = state->command;
    const size_t count = state->parsed->invocation.operand_count;
    if (count < command->min_operands) {
        int length;
        const char *name = operand_name(command, count, &length);
        return sb_fail(state->error, "missing operand %.*s: sepbench %s %s", length, name,
                       command->name, command->usage);
    }
    if (count > command->max_operands)
        return sb_fail(state->error, "unexpected operand '%s'",
                       state->parsed->operands[command->max_operands]);
    return SB_OK;
}

int sb_command_parse(const sb_command *command, int argc, char *const *argv, sb_parsed *parsed,
                     sb_error *error)
{
    *parsed = (sb_parsed) {
        .options = sb_new(command->options_size, 1),
        .operands = sb_new((size_t)argc, sizeof *parsed->operands),
    };
    parsed->invocation = (sb_invocation) {
        .options = parsed->options, .operands = parsed->operands, .argc = argc, .argv = argv
    };
    parse_state state = { .command = command,
                          .argv = argv,
                          .argc = argc,
                          .only_operands = !command->options,
                          .parsed = parsed,
                          .error = error };
    int rc = SB_OK;
    for (state.at = 1; state.at < argc && rc == SB_OK && !parsed->help; state.at++)
        rc = take_argument(&state);
    if (rc == SB_OK && !parsed->help)
        rc = check_operands(&state);
    if (rc < 0)
        sb_parsed_free(parsed);
    return rc;
}

void sb_parsed_free(sb_parsed *parsed)
{
    free(parsed->options);
    free(parsed->operands);
    *parsed = (sb_parsed) { 0 };
}
