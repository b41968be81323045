/* SPDX-License-Identifier: Apache-2.0 */
/* All commands, in the order of --help. */
#ifndef SB_CLI_COMMANDS_H
#define SB_CLI_COMMANDS_H

#include "cli/command.h"

#define SB_COMMANDS(row)                                                                         \
    row(run) row(tune) row(tuning) row(theory) row(machine) row(list) row(import) row(export)    \
        row(check) row(new_plugin) row(report) row(recommend) row(compare) row(merge) row(slurm) \
            row(worker)

#define SB_DECLARE_COMMAND(name) extern const sb_command sb_command_##name;
SB_COMMANDS(SB_DECLARE_COMMAND)
#undef SB_DECLARE_COMMAND

#endif
