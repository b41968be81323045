/* SPDX-License-Identifier: Apache-2.0 */
#include "store/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* printf() writes the decimal point of the locale, which may be any character or several: every
 * sequence that is not a digit, sign or exponent is replaced by one point. */
static void with_point(char *number)
{
    char *to = number;
    for (const char *from = number; *from; from++)
        if (strchr("0123456789+-e", *from))
            *to++ = *from;
        else if (to == number || to[-1] != '.')
            *to++ = '.';
    *to = '\0';
}

void sb_text_add_fixed(sb_text *text, double value, int decimals)
{
    if (!isfinite(value))
        return;
    char number[340]; /* DBL_MAX has 309 digits before the point */
    snprintf(number, sizeof number, "%.*f", decimals, value);
    with_point(number);
    size_t length = strlen(number);
    if (strchr(number, '.')) {
        while (number[length - 1] == '0')
            length--;
        length -= number[length - 1] == '.';
    }
    bool minus_zero = length == 2 && memcmp(number, "-0", 2) == 0;
    sb_text_add_bytes(text, number + minus_zero, length - minus_zero);
}

void sb_text_add_scientific(sb_text *text, double value)
{
    if (!isfinite(value))
        return;
    char number[40];
    snprintf(number, sizeof number, "%.4e", value);
    with_point(number);
    sb_text_add_bytes(text, number, strlen(number));
}
