/* SPDX-License-Identifier: Apache-2.0 */
#include "report/columns80.h"

#include "report/axis.h"

#include <math.h>
#include <string.h>

/* From U+1000 on, a character may be two columns wide. */
static size_t width_of(const char *at)
{
    unsigned char c = (unsigned char)*at;
    return (c & 0xc0) == 0x80 ? 0 : c >= 0xe1 ? 2 : 1;
}

size_t sb_columns_of(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        columns += width_of(text);
    return columns;
}

/* The number of bytes of the text that fit. */
static size_t count_fitting(const char *text, size_t width, size_t *columns)
{
    size_t bytes = 0;
    *columns = 0;
    while (text[bytes] && *columns + width_of(text + bytes) <= width)
        *columns += width_of(text + bytes++);
    return bytes;
}

void sb_columns_add(sb_text *to, const char *text, size_t width, bool right)
{
    size_t columns;
    const bool cut = sb_columns_of(text) > width;
    const size_t bytes = count_fitting(text, cut ? width - 2 : width, &columns);
    const int blanks = (int)(width - columns - (cut ? 2 : 0));
    sb_text_add(to, "%*s", right ? blanks : 0, "");
    sb_text_add_bytes(to, text, bytes);
    sb_text_add(to, "%s%*s", cut ? ".." : "", right ? 0 : blanks, "");
}

void sb_columns_wrap(sb_text *to, size_t indent, const char *head, const char *text)
{
    size_t column = indent;
    sb_columns_add(to, head, indent, false);
    for (const char *word = text; *word;) {
        sb_text one = { 0 };
        sb_text_add_bytes(&one, word, strcspn(word, " "));
        size_t width = sb_columns_of(one.data);
        if (column > indent && column + 1 + width > SB_COLUMNS) {
            sb_text_add(to, "\n%*s", (int)indent, "");
            column = indent;
        }
        if (column > indent)
            sb_text_add(to, " ");
        column += column > indent;
        if (width > SB_COLUMNS - column)
            width = SB_COLUMNS - column;
        sb_columns_add(to, one.data, width, false);
        column += width;
        word += one.length;
        word += strspn(word, " ");
        sb_text_free(&one);
    }
    sb_text_add(to, "\n");
}

void sb_columns_add_number(sb_text *to, double value)
{
    int decimals = value > 0 ? 3 - (int)floor(log10(value)) : 0;
    decimals = decimals < 0 ? 0 : decimals > 6 ? 6 : decimals;
    sb_text_add(to, "%.*f", decimals, value);
}

void sb_columns_add_ratio(sb_text *to, sb_interval ratio)
{
    if (!sb_determined(ratio.low, ratio.high))
        sb_text_add(to, "not determined");
    else if (ratio.value < 10)
        sb_text_add(to, "%.2f [%.2f, %.2f]", ratio.value, ratio.low, ratio.high);
    else if (ratio.high < 99.5)
        sb_text_add(to, "%.1f [%.1f, %.1f]", ratio.value, ratio.low, ratio.high);
    else if (ratio.high < 9999)
        sb_text_add(to, "%.0f [%.0f, %.0f]", ratio.value, ratio.low, ratio.high);
    else
        sb_text_add(to, "above 1000");
}
