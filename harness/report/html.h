/* SPDX-License-Identifier: Apache-2.0 */
/* Escaping of text for a web page, and of data in it. */
#ifndef SB_REPORT_HTML_H
#define SB_REPORT_HTML_H

#include "core/text.h"

/* Appends this visible text so that HTML shows it literally. */
void sb_html_add(sb_text *to, const char *visible);

/* Appends a string of JSON that may stand in a script element: it contains no '<', '>', '&' or line
 * separator literally. */
void sb_json_add_string(sb_text *to, const char *visible);

/* The same for complete JSON. */
void sb_json_add_made(sb_text *to, const char *json);

/* Appends the number as CSV files have it, rounded to `digits` significant digits (0: unchanged);
 * null if not known. */
void sb_json_add_number(sb_text *to, double value, int decimals, int digits);

/* The same for an error, which has five digits and an exponent. */
void sb_json_add_scientific(sb_text *to, double value);

#endif
