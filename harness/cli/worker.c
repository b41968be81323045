/* SPDX-License-Identifier: Apache-2.0 */
/* The hidden command that a worker process runs: sepbench worker SOCKET PLUGIN... */
#include "measure/worker.h"
#include "cli/commands.h"
#include "core/text.h"

static int run(const sb_invocation *invocation, sb_error *error)
{
    int64_t socket;
    if (invocation->operand_count < 2 ||
        !sb_parse_integer(invocation->operands[0], 3, INT32_MAX, &socket))
        return sb_fail(error, "'worker' is for sepbench's own use");
    return sb_worker_main((int)socket, invocation->operands + 1, invocation->operand_count - 1);
}

const sb_command sb_command_worker = {
    .name = "worker",
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
