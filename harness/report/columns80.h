/* SPDX-License-Identifier: Apache-2.0 */
/* Text for a terminal of 80 columns. */
#ifndef SB_REPORT_COLUMNS80_H
#define SB_REPORT_COLUMNS80_H

#include "core/text.h"
#include "measure/stats.h"

enum { SB_COLUMNS = 80 };

/* The columns that a visible text takes at most: a character that may be wide counts as two. */
size_t sb_columns_of(const char *text);

/* Appends the text, cut to `width` columns with ".." at its end, and padded with spaces: on the
 * right, or on the left if `right`. */
void sb_columns_add(sb_text *to, const char *text, size_t width, bool right);

/* Appends a line, or several, each but the first indented by `indent`: the words of `text`, none
 * beyond column 80. Longer words are cut. */
void sb_columns_wrap(sb_text *to, size_t indent, const char *head, const char *text);

/* Appends a number of four significant digits without an exponent. */
void sb_columns_add_number(sb_text *to, double value);

/* "1.23 [1.20, 1.26]", or "not determined" for an interval that is too wide. */
void sb_columns_add_ratio(sb_text *to, sb_interval ratio);

#endif
