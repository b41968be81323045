/* SPDX-License-Identifier: Apache-2.0 */
/* One line with the progress of a campaign and the remaining time. */
#ifndef SB_CAMPAIGN_PROGRESS_H
#define SB_CAMPAIGN_PROGRESS_H

#include "campaign/watch.h"

#include <stddef.h>
#include <stdint.h>

typedef struct sb_progress {
    const sb_watch *watch;
    size_t groups, done; /* in all, finished */
    size_t skipped;      /* of the finished ones, stored by an earlier run */
    const char *group;   /* the group being measured; borrowed */
    int64_t start_ns, shown_ns;
    int64_t end_ns; /* end of the given time; 0: no limit */
} sb_progress;

/* `watch` is borrowed until the end. */
void sb_progress_start(sb_progress *progress, const sb_watch *watch, size_t groups);
/* For sb_measure_options; the context is the sb_progress. */
void sb_progress_tell(void *progress, const char *text, double fraction);
/* Removes the line, so that other text can be written. */
void sb_progress_end(const sb_progress *progress);

#endif
