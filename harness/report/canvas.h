/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A figure while it is made: its gnuplot script, its data, its caption. All lengths are
 * millimetres, all places count from the upper left corner. Text is laid out here, by the metrics
 * of the fonts, not by gnuplot, which knows them for some formats only: so nothing meets anything
 * in any of them.
 */
#ifndef SB_REPORT_CANVAS_H
#define SB_REPORT_CANVAS_H

#include "core/text.h"
#include "report/axis.h"
#include "report/marks.h"
#include "report/style.h"

/* Between things that belong together. */
#define SB_GAP_MM    0.8

#define SB_GREY_TEXT "#505050"
#define SB_GREY_LINE "#8c8c8c"
#define SB_GREY_GRID "#dcdcdc"
#define SB_GREY_BAND "#f3f3f3"

/* {.style = ...} begins one. */
typedef struct sb_canvas {
    const sb_style *style;
    double width, height; /* height: as far as the figure goes; set it in the end */
    sb_text page;         /* what is set before the first panel */
    sb_text script, data;
    sb_text caption; /* sentences */
    sb_text notes;   /* those of them that are shown below the figure too */
    size_t blocks;   /* of the data */
    size_t panels;
    bool plotting;  /* the panel that is open has a clause */
    double outside; /* a y that it does not show */
} sb_canvas;

void sb_canvas_free(sb_canvas *canvas);

/* The height of a line of text, and of letters. */
double sb_canvas_line_mm(const sb_canvas *canvas);
double sb_canvas_text_mm(const sb_canvas *canvas, const char *text); /* its width */

/* ----------------------------------------------------------------------------- data and caption */

/* Begins a block of the data; the head says what its columns are. Returns its number. */
size_t sb_canvas_block(sb_canvas *canvas, const char *head, ...)
    __attribute__((format(printf, 2, 3)));
/* A row of it; NAN where a number is missing. The name comes last; NULL: none. */
void sb_canvas_row(sb_canvas *canvas, const double *numbers, size_t count, const char *name);

/* A sentence for the caption; one that is shown below the figure too. */
void sb_canvas_say(sb_canvas *canvas, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sb_canvas_note(sb_canvas *canvas, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --------------------------------------------------------------------------- text, marks, lines */

typedef enum sb_align { SB_LEFT, SB_CENTRE, SB_RIGHT } sb_align;

/* One line, its middle at y. `colour` NULL: black. */
void sb_canvas_text(sb_canvas *canvas, double x, double y, sb_align align, const char *colour,
                    const char *text);
/* As many lines as it needs in that width, the first one's middle at y; how many there are. */
size_t sb_canvas_wrapped(sb_canvas *canvas, double x, double y, double width, sb_align align,
                         const char *colour, const char *text);
size_t sb_canvas_lines(const sb_canvas *canvas, const char *text, double width);
/* Every one of these is there until the panel that is open, or opened next, is closed. */
void sb_canvas_mark(sb_canvas *canvas, double x, double y, const sb_mark *mark, double size);
void sb_canvas_stroke(sb_canvas *canvas, const double from[2], const double to[2], double width,
                      const sb_mark *like);
void sb_canvas_box(sb_canvas *canvas, double x, double y, double width, double height,
                   const char *colour);

/* " pt 5 ps 0.62*mark lw 0.8 lc rgb '#d55e00'" and " lw 1 dt 1 lc rgb '#d55e00'" */
void sb_canvas_add_mark(sb_canvas *canvas, const sb_mark *mark, double size);
void sb_canvas_add_line(sb_canvas *canvas, const sb_mark *mark, double width);

/* The notes, from y on; sets the figure's height. */
void sb_canvas_finish(sb_canvas *canvas, double y);

#endif
