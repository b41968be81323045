/* SPDX-License-Identifier: Apache-2.0 */
/* Text that can be shown: what comes from files and plugins must not steer whoever reads it. */
#ifndef SB_CORE_VISIBLE_H
#define SB_CORE_VISIBLE_H

#include "core/text.h"

/* Bytes of the well-formed UTF-8 character here that can be shown, or 0: the end of the text,
 * broken bytes, control characters (C0, DEL, C1), breaks of lines and paragraphs, characters that
 * change the direction of what follows, and characters that are none. */
size_t sb_character(const char *text);

/* Is it all such characters? */
bool sb_is_visible(const char *text);

/* Puts '?' for each byte that belongs to none. */
void sb_make_visible(char *text);

/* Appends the text as one line that can be shown: what is no character, or controls how text is
 * shown, becomes \n, \t, or \x and two digits; all else stays as it is. "?" for an empty one. */
void sb_text_add_visible(sb_text *to, const char *text);

#endif
