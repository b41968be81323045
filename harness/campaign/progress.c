/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/progress.h"

#include "core/clock.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_NS 100000000

void sb_progress_start(sb_progress *progress, size_t groups, bool quiet)
{
    *progress = (sb_progress) {
        .on = !quiet && isatty(STDERR_FILENO),
        .groups = groups,
        .group = "",
        .start_ns = sb_now_ns(),
    };
}

static int columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col;
    return 80;
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
    if (!p->on || now - p->drawn_ns < REDRAW_NS)
        return;
    p->drawn_ns = now;
    char left[32], line[256];
    time_left(p, fraction, now, left, sizeof left);
    snprintf(line, sizeof line, "[%zu/%zu] %s left  %s: %s", p->done + 1, p->groups, left, p->group,
             text);
    for (char *c = line; *c; c++) /* names come from files */
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
    fflush(stderr);
}

void sb_progress_clear(const sb_progress *progress)
{
    if (progress->on)
        fputs("\r\033[K", stderr);
}
