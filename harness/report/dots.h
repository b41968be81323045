/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dot charts (Cleveland, "The Elements of Graphing Data", 1985): names at the left, where they are
 * read horizontally, and in each row a mark for each technique.
 */
#ifndef SB_REPORT_DOTS_H
#define SB_REPORT_DOTS_H

#include "report/figure.h"

enum { SB_MOST_REFERENCES = 2 };

typedef struct sb_dots_row {
    char *label, *aside; /* owned; shown at the left and, "" for none, at the right */
    const char *head;    /* shown above the first row of each; NULL: none */
    double references[SB_MOST_REFERENCES]; /* bars beside the marks; NAN: none */
    sb_interval *dots;                     /* owned; a technique of the model; NAN: none */
    double *bars; /* owned; what each part of the row's bar measures; NULL: no row has a bar */
} sb_dots_row;

/* A part of stacked bars; a mark with a point is drawn at its end. */
typedef struct sb_bar_part {
    const char *name;
    sb_mark mark;
} sb_bar_part;

/* {0} with the texts set is an initial one. */
typedef struct sb_dots {
    const char *what; /* for sb_figure_begin() */
    const char *x_title;
    const char *aside_title;                    /* NULL: none */
    const char *references[SB_MOST_REFERENCES]; /* their names; ends with NULL */
    double line;  /* a value to compare with, marked on the axis; NAN: none */
    int base;     /* of the axis; 0: linear */
    bool named;   /* the rows are techniques: the legend need not list them */
    bool spreads; /* a line shows the spread of many values, not the interval of one */
    const sb_bar_part *parts;
    size_t part_count; /* 0: no bars */
    sb_dots_row *rows;
    size_t row_count;
} sb_dots;

/* Adds a row without marks; valid until the next one is added. The label is copied. */
sb_dots_row *sb_dots_add_row(sb_dots *dots, const sb_model *model, const char *head,
                             const char *label);

/* The number of rows that fit into a figure of this style. */
size_t sb_dots_most_rows(const sb_canvas *canvas);

/* Begins the figure and draws it, except for the notes: as wide as a column, or as the page if
 * there is much to show, then in two columns of rows. Adds notes about undetermined and clipped
 * values. Frees the rows. Call sb_canvas_finish() at the returned position. */
double sb_dots_draw(const sb_figure_job *job, sb_canvas *canvas, sb_dots *dots);

#endif
