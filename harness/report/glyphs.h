/* SPDX-License-Identifier: Apache-2.0 */
/* The width of text, by the metrics of the fonts that figures use. */
#ifndef SB_REPORT_GLYPHS_H
#define SB_REPORT_GLYPHS_H

#include "core/visible.h"

#include <stddef.h>

/* Scripts name the first, which is as wide as Arial and Helvetica. If it is not installed,
 * fontconfig substitutes another: on a minimal system the second, which is wider. */
typedef enum sb_face { SB_FACE_LIBERATION, SB_FACE_DEJAVU, SB_FACES } sb_face;

/* The width of one line of UTF-8, in ems. Characters that the tables lack count as wide ones. */
double sb_face_width(sb_face face, const char *text);

/* In millimetres at this size, in the wider of the two fonts. */
double sb_text_mm(const char *text, double points);

/* The number of bytes of the text that fit into this width: whole characters, at least one. It
 * breaks after a space or a punctuation mark if that costs at most half the line, but not in a
 * number, nor between it and a per cent sign. */
size_t sb_text_fit(const char *text, double points, double mm);

#endif
