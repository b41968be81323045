/* SPDX-License-Identifier: Apache-2.0 */
/* Making text visible: text from files and plugins must not control the reader's terminal. */
#ifndef SB_CORE_VISIBLE_H
#define SB_CORE_VISIBLE_H

#include "core/text.h"

/* The number of bytes of the well-formed UTF-8 character at `text` if it can be shown, else 0: for
 * the end of the text, invalid bytes, control characters (C0, DEL, C1), line and paragraph
 * separators, characters that change the direction of text, and noncharacters. */
size_t sb_character(const char *text);

/* Does the text consist of such characters alone? */
bool sb_is_visible(const char *text);

/* Replaces each other byte by '?'. */
void sb_make_visible(char *text);

/* Appends the text as one visible line: bytes that are not characters, and characters that control
 * how text is shown, become \n, \t, or \x and two digits. "?" for an empty text. */
void sb_text_add_visible(sb_text *to, const char *text);

#endif
