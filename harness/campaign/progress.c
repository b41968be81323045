/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/progress.h"

#include "core/clock.h"

#include <math.h>
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

/* Extrapolates the groups measured so far, including the fraction of the present one; negative: not
 * known yet. */
static double seconds_left(const sb_progress *p, double fraction, int64_t now)
{
    double measured = (double)(p->done - p->skipped) + fraction;
    if (p->end_ns)
        return now < p->end_ns ? (double)(p->end_ns - now) * 1e-9 : 0.0;
    if (measured < 0.2)
        return -1.0;
    double elapsed = (double)(now - p->start_ns) * 1e-9;
    return fmax(elapsed / measured * ((double)(p->groups - p->done) - fraction), 0.0);
}

static void write_left(const sb_progress *p, double fraction, int64_t now, char *text, size_t size)
{
    double left = seconds_left(p, fraction, now);
    int seconds = left > 359999 ? 359999 : (int)left;
    if (left < 0)
        snprintf(text, size, "--:--");
    else if (seconds >= 3600)
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
    write_left(p, fraction, now, left, sizeof left);
    snprintf(line, sizeof line, "[%zu/%zu] %s left  %s: %s", p->done + 1, p->groups, left, p->group,
             text);
    p->watch->show(line);
}

void sb_progress_end(const sb_progress *progress)
{
    if (progress->watch->show)
        progress->watch->show(NULL);
}
