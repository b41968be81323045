/* SPDX-License-Identifier: Apache-2.0 */
/* Command-line options from a table: GNU long options, --help made from the table. */
#ifndef SB_CLI_OPTIONS_H
#define SB_CLI_OPTIONS_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum sb_option_kind {
    SB_OPTION_FLAG, /* value: bool * */
    SB_OPTION_TEXT, /* value: const char ** (borrowed from argv) */
    SB_OPTION_LIST  /* value: sb_option_list *, may be given many times */
} sb_option_kind;

typedef struct sb_option_list {
    const char *items[64]; /* NULL-terminated */
    size_t count;
} sb_option_list;

typedef struct sb_option {
    const char *name; /* without "--" */
    char letter;      /* 'o' for -o, or 0 */
    sb_option_kind kind;
    void *value;
    const char *argument; /* "DIR" in the help; NULL for flags */
    const char *help;
} sb_option;

typedef struct sb_command {
    const char *name;  /* "run" */
    const char *usage; /* "CONFIG [options]" */
    const char *summary;
    const sb_option *options;       /* ends with name NULL */
    int min_operands, max_operands; /* max -1: any number */
} sb_command;

/*
 * Parses argv (argv[0] is the command's name); operands are moved to the front of argv[1..].
 * Returns the number of operands, or -1 with *status set: 0 when --help was printed on stdout, 2 on
 * a mistake, told on stderr with the nearest known option.
 */
int sb_options_parse(const sb_command *command, int argc, char **argv, int *status);

/* How data is printed: --format. */
typedef enum sb_format { SB_FORMAT_TEXT, SB_FORMAT_CSV, SB_FORMAT_JSON } sb_format;

int sb_format_parse(const char *text, sb_format *format, sb_error *error);

#endif
