/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the arguments of a command by its table: GNU long options, short options, operands
 * anywhere. */
#ifndef SB_CLI_PARSE_H
#define SB_CLI_PARSE_H

#include "cli/command.h"

/* Arguments, parsed; sb_parsed_free() it. */
typedef struct sb_parsed {
    sb_invocation invocation;
    void *options;
    const char **operands;
    bool help; /* --help was given: the other arguments were not parsed */
} sb_parsed;

/* Parses argv (argv[0] is the command's name), which must outlive the result. An error names the
 * nearest known option; there is nothing to free after it. */
int sb_command_parse(const sb_command *command, int argc, char *const *argv, sb_parsed *parsed,
                     sb_error *error);
void sb_parsed_free(sb_parsed *parsed);

extern const sb_option sb_help_option; /* which every command has */

#endif
