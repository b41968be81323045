/* SPDX-License-Identifier: Apache-2.0 */
/* The plotted areas of a figure: axes, labels, and the clauses of the plot command. */
#ifndef SB_REPORT_PANEL_H
#define SB_REPORT_PANEL_H

#include "report/canvas.h"

typedef struct sb_panel {
    double left, top, width, height; /* of the plotted area */
    sb_plot_axis x, y;
    bool x_labels, y_labels; /* labels at the ticks */
    bool x_grid, y_grid;
    const char *title, *x_title; /* NULL: none; above on the left, below in the middle */
} sb_panel;

/* Sets up the panel; the axes must have their ticks. */
void sb_panel_open(sb_canvas *canvas, const sb_panel *panel);
/* Adds a clause of its plot command, without the comma. */
void sb_panel_plot(sb_canvas *canvas, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sb_panel_close(sb_canvas *canvas);

/* The space that a panel needs below its area, and at the left. */
double sb_panel_foot_mm(const sb_canvas *canvas, const sb_panel *panel);
double sb_panel_side_mm(const sb_canvas *canvas, const sb_panel *panel);

#endif
