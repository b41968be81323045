/* SPDX-License-Identifier: Apache-2.0 */
/* Who watches a campaign: whoever may stop it, and whoever is told how far it is. */
#ifndef SB_CAMPAIGN_WATCH_H
#define SB_CAMPAIGN_WATCH_H

#include <signal.h>

typedef struct sb_watch {
    const volatile sig_atomic_t *stop; /* not 0: the user wants to stop */
    void (*show)(const char *line);    /* one line, or NULL: none any more. NULL: nobody is told */
} sb_watch;

#endif
