/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench tune --replay. */
#ifndef SB_CLI_TUNE_REPLAY_H
#define SB_CLI_TUNE_REPLAY_H

#include "core/error.h"

#include <stdbool.h>

/* Options of the command line; NULL: the default. */
typedef struct sb_tune_replay {
    const char *path;
    const char *strategy; /* an id, or "all" */
    const char *budget, *repeat, *seed;
    bool csv;
} sb_tune_replay;

/* Prints the table of evaluations on standard output. */
int sb_tune_replay_run(const sb_tune_replay *request, sb_error *error);

#endif
