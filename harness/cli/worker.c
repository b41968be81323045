/* SPDX-License-Identifier: Apache-2.0 */
/* The hidden sub-command that a worker process runs: sepbench worker SOCKET PLUGIN. */
#include "measure/worker.h"
#include "cli/cli.h"
#include "core/text.h"

#include <stdint.h>
#include <stdio.h>

int sb_cli_worker(int argc, char **argv)
{
    int64_t socket;
    if (argc != 3 || !sb_parse_integer(argv[1], 3, INT32_MAX, &socket)) {
        fputs("sepbench: 'worker' is for sepbench's own use\n", stderr);
        return 2;
    }
    return sb_worker_main((int)socket, argv[2]);
}
