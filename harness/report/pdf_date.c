/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gnuplot.h"

#include "core/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 14 };

/* "20260131235959" of "2026-01-31T23:59:59Z". */
static void plain_date(const char *date, char digits[DIGITS + 1])
{
    size_t count = 0;
    for (; *date && count < DIGITS; date++)
        if (isdigit((unsigned char)*date))
            digits[count++] = *date;
    if (count < DIGITS)
        memcpy(digits, "19700101000000", DIGITS);
    digits[DIGITS] = '\0';
}

/* Cairo writes the date once, uncompressed. The length stays the same, so that the table of objects
 * remains correct. */
int sb_pdf_set_date(const char *path, const char *date, sb_error *error)
{
    static const char key[] = "/CreationDate (D:";
    char digits[DIGITS + 1];
    size_t length;
    char *pdf = sb_file_read(path, (size_t)1 << 30, &length, error);
    if (!pdf)
        return SB_FAILED;
    char *at = memmem(pdf, length, key, sizeof key - 1);
    int rc = SB_OK;
    if (at && (size_t)(pdf + length - at) > sizeof key + DIGITS) {
        plain_date(date, digits);
        memcpy(at + sizeof key - 1, digits, DIGITS);
        rc = sb_file_write(path, pdf, length, error);
    }
    free(pdf);
    return rc;
}
