/* SPDX-License-Identifier: Apache-2.0 */
/* Small multiples: panels of the same size and with the same axes, in rows and columns. */
#ifndef SB_REPORT_FACETS_H
#define SB_REPORT_FACETS_H

#include "report/panel.h"

typedef struct sb_facets {
    /* Set by the caller: */
    size_t count;
    const char *const *titles; /* one for each panel; NULL: no titles */
    sb_plot_axis x, y;         /* without ticks */
    char **x_texts, **y_texts; /* for ticks at 0, 1, 2, ...; NULL: numbers */
    size_t x_count, y_count;
    const double *x_at; /* x of ticks if they fit, NULL: any; x_count of them */
    const char *x_title, *y_title;
    double least, height; /* of a panel, mm: its least width, its height */
    size_t most_columns;  /* 0: as many as fit */
    bool x_grid, y_grid;
    bool own_x; /* each panel has its own x axis with labels: the caller sets `x` when it opens the
                   panel */
    /* Set by sb_facets_place(): */
    size_t columns;
    double left, top, width, head; /* of the first panel; its title's height */
    double numbers;                /* height of each panel's own axis */
} sb_facets;

/* Determines positions and ticks of all panels from y on, across the canvas's width, and draws the
 * axes' titles. Returns the y below. */
double sb_facets_place(sb_canvas *canvas, sb_facets *facets, double y);

/* Opens the i-th panel; call sb_panel_plot() and sb_panel_close() next. */
sb_panel sb_facets_open(sb_canvas *canvas, const sb_facets *facets, size_t i);

#endif
