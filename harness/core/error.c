/* SPDX-License-Identifier: Apache-2.0 */
#include "core/error.h"

#include "core/visible.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void set_text(sb_error *error, const char *format, va_list arguments)
{
    vsnprintf(error->text, sizeof error->text, format, arguments);
    sb_make_visible(error->text); /* it must not control the terminal */
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
