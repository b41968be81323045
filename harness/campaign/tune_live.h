/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench tune CONFIG: searches, remembers the winners, and measures them. */
#ifndef SB_CAMPAIGN_TUNE_LIVE_H
#define SB_CAMPAIGN_TUNE_LIVE_H

#include <signal.h>
#include <stdbool.h>

#include "core/error.h"

/* As on the command line; NULL: the default, or what the configuration says. */
typedef struct sb_tune_live {
    const char *config, *out;
    const char *strategy, *budget, *seed;
    const char *filter;
    const char *const *settings, *const *plugin_dirs; /* NULL-terminated */
    bool resume, quiet, base_line;
    int argc;
    char *const *argv;
    const volatile sig_atomic_t *stop; /* not 0: the user wants to stop */
} sb_tune_live;

/* *faults: did a kernel fail? SB_INTERRUPTED where the user stopped it. */
int sb_tune_live_run(const sb_tune_live *request, bool *faults, sb_error *error);

#endif
