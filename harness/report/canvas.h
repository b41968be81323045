/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A figure under construction: its gnuplot script, data and caption. All lengths are millimetres,
 * all positions count from the upper left corner. Text is laid out here, by the metrics of the
 * fonts, not by gnuplot, which knows them for some formats only: so nothing overlaps in any format.
 */
#ifndef SB_REPORT_CANVAS_H
#define SB_REPORT_CANVAS_H

#include "core/text.h"
#include "report/axis.h"
#include "report/marks.h"
#include "report/style.h"

/* The distance between related elements. */
#define SB_GAP_MM    0.8

#define SB_GREY_TEXT "#505050"
#define SB_GREY_LINE "#8c8c8c"
#define SB_GREY_GRID "#dcdcdc"
#define SB_GREY_BAND "#f3f3f3"

/* Start with {.style = ...}. */
typedef struct sb_canvas {
    const sb_style *style;
    double width, height; /* height: the extent so far; set it at the end */
    sb_text page;         /* settings before the first panel */
    sb_text script, data;
    sb_text caption; /* sentences */
    sb_text notes;   /* those of them that are also shown below the figure */
    size_t blocks;   /* of the data */
    size_t panels;
    bool plotting;  /* the open panel has a clause */
    double outside; /* a y outside of the figure */
} sb_canvas;

void sb_canvas_free(sb_canvas *canvas);

/* The height of a line of text, and of its letters. */
double sb_canvas_line_mm(const sb_canvas *canvas);
double sb_canvas_text_mm(const sb_canvas *canvas, const char *text); /* the width of the figure */

/* ----------------------------------------------------------------------------- data and caption */

/* Begins a block of the data; the head names its columns. Returns its number. */
size_t sb_canvas_block(sb_canvas *canvas, const char *head, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds a row; NAN is a missing number. The name is the last column; NULL: none. */
void sb_canvas_row(sb_canvas *canvas, const double *numbers, size_t count, const char *name);

/* Adds a sentence to the caption; the second also shows it below the figure. */
void sb_canvas_say(sb_canvas *canvas, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sb_canvas_note(sb_canvas *canvas, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --------------------------------------------------------------------------- text, marks, lines */

typedef enum sb_align { SB_LEFT, SB_CENTRE, SB_RIGHT } sb_align;

/* One line, centred vertically at y. `colour` NULL: black. */
void sb_canvas_text(sb_canvas *canvas, double x, double y, sb_align align, const char *colour,
                    const char *text);
/* As many lines as the text needs in that width, the first one centred at y; returns their
 * number. */
size_t sb_canvas_wrapped(sb_canvas *canvas, double x, double y, double width, sb_align align,
                         const char *colour, const char *text);
size_t sb_canvas_lines(const sb_canvas *canvas, const char *text, double width);
/* Each of these lasts until the open panel, or the next one, is closed. */
void sb_canvas_mark(sb_canvas *canvas, double x, double y, const sb_mark *mark, double size);
void sb_canvas_stroke(sb_canvas *canvas, const double from[2], const double to[2], double width,
                      const sb_mark *like);
void sb_canvas_box(sb_canvas *canvas, double x, double y, double width, double height,
                   const char *colour);

/* " pt 5 ps 0.62*mark lw 0.8 lc rgb '#d55e00'" and " lw 1 dt 1 lc rgb '#d55e00'" */
void sb_canvas_add_mark(sb_canvas *canvas, const sb_mark *mark, double size);
void sb_canvas_add_line(sb_canvas *canvas, const sb_mark *mark, double width);

/* Draws the notes, from y on; sets the figure's height. */
void sb_canvas_finish(sb_canvas *canvas, double y);

#endif
