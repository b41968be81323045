/* SPDX-License-Identifier: Apache-2.0 */
#include "store/number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
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

static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

/*
 * |value| * 10^decimals rounded to a whole number, ties to even, as printf() rounds: computed from
 * the value's exact bits. False if it may not fit. printf() computes with numbers of any length,
 * which takes ten times as long, and most of the time that a large merge takes.
 */
static bool scale_exactly(double value, int decimals, uint64_t *scaled)
{
    int exponent;
    const double size = fabs(value), fraction = frexp(size, &exponent);
    const int shift = DBL_MANT_DIG - exponent; /* size = bits / 2^shift */
    if (size >= 1e18 / powers[decimals] || shift < 1)
        return false;
    const uint64_t bits = (uint64_t)ldexp(fraction, DBL_MANT_DIG);
    const unsigned __int128 product = (unsigned __int128)bits * (uint64_t)powers[decimals];
    if (shift > 100) { /* less than 2^-16 */
        *scaled = 0;
        return true;
    }
    const unsigned __int128 half = (unsigned __int128)1 << (shift - 1);
    const unsigned __int128 rest = product & (2 * half - 1);
    const uint64_t below = (uint64_t)(product >> shift);
    *scaled = below + (rest > half || (rest == half && below % 2));
    return true;
}

/* Appends scaled / 10^decimals without trailing zeros. */
static void add_scaled(sb_text *text, bool negative, uint64_t scaled, int decimals)
{
    char digits[32], *at = digits + sizeof digits;
    negative = negative && scaled > 0;
    for (; decimals > 0 && scaled % 10 == 0; decimals--)
        scaled /= 10;
    for (int i = 0; i <= decimals || scaled > 0; i++, scaled /= 10) {
        if (i == decimals && i > 0)
            *--at = '.';
        *--at = (char)('0' + scaled % 10);
    }
    if (negative)
        *--at = '-';
    sb_text_add_bytes(text, at, (size_t)(digits + sizeof digits - at));
}

void sb_text_add_whole(sb_text *text, int64_t value)
{
    add_scaled(text, value < 0, value < 0 ? -(uint64_t)value : (uint64_t)value, 0);
}

/* A value of more than 18 digits. */
static void add_printed(sb_text *text, double value, int decimals)
{
    char number[340]; /* DBL_MAX has 309 digits before the point */
    snprintf(number, sizeof number, "%.*f", decimals, value);
    with_point(number);
    size_t length = strlen(number);
    if (strchr(number, '.')) {
        while (number[length - 1] == '0')
            length--;
        length -= number[length - 1] == '.';
    }
    sb_text_add_bytes(text, number, length);
}

void sb_text_add_fixed(sb_text *text, double value, int decimals)
{
    uint64_t scaled;
    if (!isfinite(value))
        return;
    if (scale_exactly(value, decimals, &scaled))
        add_scaled(text, value < 0, scaled, decimals);
    else
        add_printed(text, value, decimals);
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
