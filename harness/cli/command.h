/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command is a constant that describes its arguments and its function. To add one, write a file
 * with its sb_command and add a row in commands.h. main() does the parsing, messages, --help and
 * the exit status.
 */
#ifndef SB_CLI_COMMAND_H
#define SB_CLI_COMMAND_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum sb_option_kind {
    SB_OPTION_FLAG, /* bool */
    SB_OPTION_TEXT, /* const char *, borrowed from argv; NULL if not given */
    SB_OPTION_LIST  /* sb_option_list; may be given several times */
} sb_option_kind;

typedef struct sb_option_list {
    const char *items[64]; /* NULL-terminated */
    size_t count;
} sb_option_list;

typedef struct sb_option {
    const char *name; /* without "--" */
    char letter;      /* 'o' for -o, or 0 */
    sb_option_kind kind;
    size_t offset;        /* offset of the value in the command's options */
    const char *argument; /* "DIR" in the help; NULL for flags */
    const char *help;
} sb_option;

/* The arguments of a command. Everything is borrowed. */
typedef struct sb_invocation {
    const void *options;         /* the command's struct; options that were not given are zero */
    const char *const *operands; /* NULL-terminated */
    size_t operand_count;
    int argc; /* as it was typed, starting with the command's name */
    char *const *argv;
} sb_invocation;

/* Returned by a command's run() besides SB_OK and a negative sb_status: it ran to its end, but a
 * kernel was wrong, crashed or timed out, or a comparison failed. */
enum { SB_FAULTS_FOUND = 1 };

typedef struct sb_command {
    const char *name;         /* "run" */
    const char *usage;        /* "CONFIG [OPTIONS]" */
    const char *summary;      /* one line without a full stop; NULL: the command is hidden */
    const char *details;      /* complete sentences for --help, or NULL */
    const sb_option *options; /* ends with name NULL; NULL: every argument is an operand */
    size_t options_size;      /* of the struct that the offsets refer to */
    size_t min_operands, max_operands;
    int (*run)(const sb_invocation *invocation, sb_error *error);
} sb_command;

#define SB_ANY_NUMBER SIZE_MAX /* of operands */

#endif
