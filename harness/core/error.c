/* SPDX-License-Identifier: Apache-2.0 */
#include "core/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Text from a file or a plugin must not steer the user's terminal. */
static void make_visible(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

static void set_text(sb_error *error, const char *format, va_list arguments)
{
    vsnprintf(error->text, sizeof error->text, format, arguments);
    make_visible(error->text);
}

int sb_fail(sb_error *error, const char *format, ...)
{
    if (!error)
        return SB_FAILED;
    va_list arguments;
    va_start(arguments, format);
    set_text(error, format, arguments);
    va_end(arguments);
    return SB_FAILED;
}

int sb_fail_errno(sb_error *error, const char *format, ...)
{
    int saved = errno;
    if (!error)
        return SB_FAILED;
    va_list arguments;
    va_start(arguments, format);
    set_text(error, format, arguments);
    va_end(arguments);
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof error->text - used, ": %s", strerror(saved));
    return SB_FAILED;
}

int sb_fail_within(sb_error *error, const char *format, ...)
{
    if (!error)
        return SB_FAILED;
    sb_error inner = *error;
    va_list arguments;
    va_start(arguments, format);
    set_text(error, format, arguments);
    va_end(arguments);
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof error->text - used, ": %s", inner.text);
    return SB_FAILED;
}
