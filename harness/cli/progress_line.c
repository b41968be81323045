/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress_line.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col;
    return 80;
}

static void show_line(const char *line)
{
    fputs("\r\033[K", stderr);
    for (int left = terminal_columns() - 1; line && *line && left > 0; line++, left--) {
        const unsigned char c = (unsigned char)*line;
        fputc(c < 0x20 || c == 0x7f ? '?' : c, stderr); /* names come from files */
    }
    fflush(stderr);
}

sb_show_line *sb_progress_line(bool quiet)
{
    return !quiet && isatty(STDERR_FILENO) ? show_line : NULL;
}
