/* SPDX-License-Identifier: Apache-2.0 */
/* How wide a text is, by the metrics of the fonts that figures are drawn in. */
#ifndef SB_REPORT_GLYPHS_H
#define SB_REPORT_GLYPHS_H

#include "core/visible.h"

#include <stddef.h>

/* Scripts name the first, which is as wide as Arial and Helvetica. Where it is not installed,
 * fontconfig takes another: on a bare system the second, which is wider. */
typedef enum sb_face { SB_FACE_LIBERATION, SB_FACE_DEJAVU, SB_FACES } sb_face;

/* Of one line of UTF-8, in ems. Characters that the tables lack count as wide ones. */
double sb_face_width(sb_face face, const char *text);

/* In millimetres at this size, in the wider of the two. */
double sb_text_mm(const char *text, double points);

/* How many bytes of the text, up to its end, fit into this width: whole characters, at least one;
 * it ends after a blank or a mark of punctuation where that costs no more than half the line. */
size_t sb_text_fit(const char *text, double points, double mm);

#endif
