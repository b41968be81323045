/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"

#include "core/visible.h"

#include <stdarg.h>
#include <stdio.h>

enum { MOST_KEPT = 100 };

static bool silent;
static char *kept[MOST_KEPT + 1]; /* warnings */
static int kept_count;

void sb_log_quiet(bool quiet)
{
    silent = quiet;
}

/* Makes one visible line of the text, in the buffer of `size` bytes. */
static void format_line(char *line, size_t size, const char *format, va_list arguments)
{
    vsnprintf(line, size, format, arguments);
    sb_make_visible(line);
}

void sb_info(const char *format, ...)
{
    char line[1024];
    if (silent)
        return;
    va_list arguments;
    va_start(arguments, format);
    format_line(line, sizeof line, format, arguments);
    va_end(arguments);
    fprintf(stderr, "sepbench: %s\n", line);
}

void sb_warn(const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    format_line(line, sizeof line, format, arguments);
    va_end(arguments);
    fprintf(stderr, "sepbench: warning: %s\n", line);
    if (kept_count < MOST_KEPT)
        kept[kept_count++] = sb_copy_text(line);
}

const char *const *sb_log_warnings(void)
{
    return (const char *const *)kept;
}
