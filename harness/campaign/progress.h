/* SPDX-License-Identifier: Apache-2.0 */
/* One line on a terminal that says how far a sweep is and how long it will take. Silent where
 * standard error is no terminal. */
#ifndef SB_CAMPAIGN_PROGRESS_H
#define SB_CAMPAIGN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sb_progress {
    bool on;
    size_t groups, done; /* in all, finished */
    size_t skipped;      /* of the finished ones, held from an earlier run */
    const char *group;   /* what is measured now; borrowed */
    int64_t start_ns, drawn_ns;
} sb_progress;

void sb_progress_start(sb_progress *progress, size_t groups, bool quiet);
/* As sb_measure_options wants it; the context is the sb_progress. */
void sb_progress_tell(void *progress, const char *text, double fraction);
/* Clears the line, so that other text can be written. */
void sb_progress_clear(const sb_progress *progress);

#endif
