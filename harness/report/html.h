/* SPDX-License-Identifier: Apache-2.0 */
/* Text that a web page shows, and data that it holds, whatever they are made of. */
#ifndef SB_REPORT_HTML_H
#define SB_REPORT_HTML_H

#include "core/text.h"

/* What HTML shows as this visible text. */
void sb_html_add(sb_text *to, const char *visible);

/* A string of JSON that may stand in a script element: no '<', '>', '&' or line separator is in it
 * as it is. */
void sb_json_add_string(sb_text *to, const char *visible);

/* JSON that is made already, the same done to it. */
void sb_json_add_made(sb_text *to, const char *json);

/* The number as CSV files hold it, rounded to `digits` significant ones (0: as it is); null where
 * it is not known. */
void sb_json_add_number(sb_text *to, double value, int decimals, int digits);

/* The same of an error, which has five digits and an exponent. */
void sb_json_add_scientific(sb_text *to, double value);

#endif
