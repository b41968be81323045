/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's connection to a campaign: a way to stop it, and a function that shows its
 * progress. */
#ifndef SB_CAMPAIGN_WATCH_H
#define SB_CAMPAIGN_WATCH_H

#include <signal.h>

typedef struct sb_watch {
    const volatile sig_atomic_t *stop; /* not 0: the user wants to stop */
    void (*show)(const char *line);    /* one line; NULL removes it. May be NULL: no progress */
} sb_watch;

#endif
