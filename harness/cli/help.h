/* SPDX-License-Identifier: Apache-2.0 */
/* Prints --help on standard output, from the tables of commands and options. */
#ifndef SB_CLI_HELP_H
#define SB_CLI_HELP_H

#include "cli/command.h"

/* `commands` ends with NULL; hidden ones are left out. */
void sb_help_print(const sb_command *const *commands);
void sb_help_print_command(const sb_command *command);

#endif
