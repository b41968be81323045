/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format.h"

#include "core/text.h"

#include <string.h>

int sb_format_parse(const char *text, sb_format *format, sb_error *error)
{
    static const char *const names[] = { "text", "csv", "json", NULL };
    *format = SB_FORMAT_TEXT;
    for (int i = 0; text && names[i]; i++)
        if (strcmp(names[i], text) == 0) {
            *format = (sb_format)i;
            return SB_OK;
        }
    if (!text)
        return SB_OK;
    const char *near = sb_nearest(text, names);
    return sb_fail(error, "--format=%s: unknown format; %s%s", text,
                   near ? "did you mean " : "expected text, csv or json", near ? near : "");
}
