/* SPDX-License-Identifier: Apache-2.0 */
/* Formatting of numbers in files, the same in every locale. */
#ifndef SB_STORE_NUMBER_H
#define SB_STORE_NUMBER_H

#include "core/text.h"

/* Appends the value rounded to at most `decimals` (0 to 9) decimals, without trailing zeros and
 * without exponent: "12", "0.5", "1234567.125". Nothing for a value that is not finite. */
void sb_text_add_fixed(sb_text *text, double value, int decimals);

void sb_text_add_whole(sb_text *text, int64_t value);

/* Appends five significant digits with an exponent: "1.2346e-07". Nothing for a value that is not
 * finite. */
void sb_text_add_scientific(sb_text *text, double value);

#endif
