/* SPDX-License-Identifier: Apache-2.0 */
/* One line that says how far a campaign is and how long it will take. */
#ifndef SB_CAMPAIGN_PROGRESS_H
#define SB_CAMPAIGN_PROGRESS_H

#include "campaign/watch.h"

#include <stddef.h>
#include <stdint.h>

typedef struct sb_progress {
    const sb_watch *watch;
    size_t groups, done; /* in all, finished */
    size_t skipped;      /* of the finished ones, held from an earlier run */
    const char *group;   /* what is measured now; borrowed */
    int64_t start_ns, shown_ns;
    int64_t end_ns; /* when the time is over that was given; 0: as long as it takes */
} sb_progress;

/* `watch` is borrowed until the end. */
void sb_progress_start(sb_progress *progress, const sb_watch *watch, size_t groups);
/* As sb_measure_options wants it; the context is the sb_progress. */
void sb_progress_tell(void *progress, const char *text, double fraction);
/* Takes the line away, so that other text can be written. */
void sb_progress_end(const sb_progress *progress);

#endif
