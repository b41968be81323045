/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of an SVG that gnuplot drew, and where they stand. */
#ifndef TESTS_SVG_TEXTS_H
#define TESTS_SVG_TEXTS_H

#include "report/glyphs.h"

#include <stdbool.h>

typedef struct svg_text {
    char *text;  /* decoded; owned */
    double x, y; /* of the base line, in dots of 1/96 inch */
    double size; /* of the letters, in the same */
    char anchor; /* 's'tart, 'm'iddle, 'e'nd */
} svg_text;

typedef struct svg_texts {
    svg_text *list;
    size_t count;
    double width, height;
} svg_texts;

svg_texts svg_texts_read(const char *svg); /* fails the test where it is none, or text is turned */
void svg_texts_free(svg_texts *texts);

/* Is there this text, whole, or over several lines that are joined without blanks between? */
bool svg_texts_have(const svg_texts *texts, const char *wanted);

/* Says which text leaves the page or meets another when drawn in that font; NULL: none. free() it.
 */
char *svg_texts_trouble(const svg_texts *texts, sb_face face);

#endif
