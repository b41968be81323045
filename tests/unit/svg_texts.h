/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of an SVG file that gnuplot drew, and their positions. */
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

/* Does the SVG hold this text, either as one text or broken into several lines? */
bool svg_texts_have(const svg_texts *texts, const char *wanted);

/* Describes a text that extends past the page or overlaps another when drawn in this font; NULL if
 * there is none. The caller must free() it. */
char *svg_texts_trouble(const svg_texts *texts, sb_face face);

#endif
