/* SPDX-License-Identifier: Apache-2.0 */
/* Legends: the meaning of marks, lines and boxes. */
#ifndef SB_REPORT_LEGEND_H
#define SB_REPORT_LEGEND_H

#include "report/canvas.h"

typedef enum sb_swatch {
    SB_SWATCH_MARK,
    SB_SWATCH_LINE,
    SB_SWATCH_BOTH,
    SB_SWATCH_BOX,
    SB_SWATCH_CELL, /* a box with the mark on it */
    SB_SWATCH_BAR
} sb_swatch;

typedef struct sb_legend_entry {
    char *text; /* owned */
    sb_swatch swatch;
    sb_mark mark;
    double width; /* of the line */
} sb_legend_entry;

/* {0} is an empty legend. */
typedef struct sb_legend {
    sb_legend_entry *entries;
    size_t count;
} sb_legend;

void sb_legend_add(sb_legend *legend, const char *text, sb_swatch swatch, sb_mark mark,
                   double width);
/* Draws it in columns, from (left, top) on; returns its height. Frees the legend. */
double sb_legend_place(sb_canvas *canvas, sb_legend *legend, double left, double top, double width);

#endif
