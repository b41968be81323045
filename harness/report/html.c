/* SPDX-License-Identifier: Apache-2.0 */
#include "report/html.h"

#include "store/number.h"

#include <math.h>
#include <string.h>

void sb_html_add(sb_text *to, const char *visible)
{
    static const char special[] = "<>&\"'";
    static const char *const entities[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&#39;" };
    while (*visible) {
        size_t plain = strcspn(visible, special);
        sb_text_add_bytes(to, visible, plain);
        visible += plain;
        if (*visible)
            sb_text_add(to, "%s", entities[strchr(special, *visible++) - special]);
    }
}

/* The number of bytes of a character here that ends a line in JavaScript only, or 0. */
static size_t line_separator(const char *at)
{
    return strncmp(at, "\xe2\x80\xa8", 3) == 0 || strncmp(at, "\xe2\x80\xa9", 3) == 0 ? 3 : 0;
}

void sb_json_add_made(sb_text *to, const char *json)
{
    while (*json) {
        size_t plain = strcspn(json, "<>&\xe2");
        sb_text_add_bytes(to, json, plain);
        json += plain;
        if (line_separator(json)) {
            sb_text_add(to, "\\u%s", json[2] == '\xa8' ? "2028" : "2029");
            json += 3;
        } else if (*json == '\xe2')
            sb_text_add_bytes(to, json++, 1);
        else if (*json)
            sb_text_add(to, "\\u%04x", (unsigned char)*json++);
    }
}

void sb_json_add_string(sb_text *to, const char *visible)
{
    sb_text quoted = { 0 };
    sb_text_add(&quoted, "\"");
    for (const char *c = visible; *c; c++)
        if (*c == '"' || *c == '\\')
            sb_text_add(&quoted, "\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            sb_text_add(&quoted, "\\u%04x", (unsigned char)*c);
        else
            sb_text_add_bytes(&quoted, c, 1);
    sb_text_add(&quoted, "\"");
    sb_json_add_made(to, quoted.data);
    sb_text_free(&quoted);
}

void sb_json_add_number(sb_text *to, double value, int decimals, int digits)
{
    if (!isfinite(value)) {
        sb_text_add(to, "null");
        return;
    }
    if (digits && value != 0) {
        int shift = digits - 1 - (int)floor(log10(fabs(value)));
        double scale = pow(10, shift);
        value = shift > 300 ? value : round(value * scale) / scale;
    }
    sb_text_add_fixed(to, value, decimals);
}

void sb_json_add_scientific(sb_text *to, double value)
{
    if (isfinite(value))
        sb_text_add_scientific(to, value);
    else
        sb_text_add(to, "null");
}
