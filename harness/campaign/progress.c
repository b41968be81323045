/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/progress.h"

#include "core/clock.h"

#include <stdio.h>

#define SHOW_NS 100000000 /* between two lines */

void sb_progress_start(sb_progress *progress, const sb_watch *watch, size_t groups)
{
    *progress = (sb_progress) {
        .watch = watch,
        .groups = groups,
        .group = "",
        .start_ns = sb_now_ns(),
    };
}

/* From the pace of the groups measured so far, the present one's share included. */
static void time_left(const sb_progress *p, double fraction, int64_t now, char *text, size_t size)
{
    double measured = (double)(p->done - p->skipped) + fraction;
    if (measured < 0.2) {
        snprintf(text, size, "--:--");
        return;
    }
    double elapsed = (double)(now - p->start_ns) * 1e-9;
    double left = elapsed / measured * ((double)(p->groups - p->done) - fraction);
    int seconds = left < 0 ? 0 : left > 359999 ? 359999 : (int)left;
    if (seconds >= 3600)
        snprintf(text, size, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    else
        snprintf(text, size, "%d:%02d", seconds / 60, seconds % 60);
}

void sb_progress_tell(void *context, const char *text, double fraction)
{
    sb_progress *p = context;
    int64_t now = sb_now_ns();
    if (!p->watch->show || now - p->shown_ns < SHOW_NS)
        return;
    p->shown_ns = now;
    char left[32], line[256];
    time_left(p, fraction, now, left, sizeof left);
    snprintf(line, sizeof line, "[%zu/%zu] %s left  %s: %s", p->done + 1, p->groups, left, p->group,
             text);
    p->watch->show(line);
}

void sb_progress_end(const sb_progress *progress)
{
    if (progress->watch->show)
        progress->watch->show(NULL);
}
