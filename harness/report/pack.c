/* SPDX-License-Identifier: Apache-2.0 */
#include "report/pack.h"

#include "core/text.h"
#include "core/visible.h"

#include <math.h>

json_t *sb_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *sb_json_text(const char *text)
{
    json_t *string = json_string(text);
    sb_text visible = { 0 };
    if (string)
        return string;
    sb_text_add_visible(&visible, text);
    string = json_string(visible.data);
    sb_text_free(&visible);
    return string;
}
