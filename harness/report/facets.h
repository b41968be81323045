/* SPDX-License-Identifier: Apache-2.0 */
/* Small multiples: panels of one size and with the same axes, side by side and below each other. */
#ifndef SB_REPORT_FACETS_H
#define SB_REPORT_FACETS_H

#include "report/panel.h"

typedef struct sb_facets {
    /* To be filled in: */
    size_t count;
    const char *const *titles; /* of each; NULL: none has any */
    sb_plot_axis x, y;         /* without ticks */
    char **x_texts, **y_texts; /* for ticks at 0, 1, 2, ...; NULL: numbers */
    size_t x_count, y_count;
    const double *x_at; /* ticks of x where they fit, NULL: wherever; x_count of them */
    const char *x_title, *y_title;
    double least, height; /* of a panel, mm: its width at least, its height */
    size_t most_columns;  /* 0: as many as there is room for */
    bool x_grid, y_grid;
    bool own_x; /* each panel has its own x axis, with its numbers: `x` when it is opened */
    /* Found by sb_facets_place(): */
    size_t columns;
    double left, top, width, head; /* of the first panel; its title's height */
    double numbers;                /* height that its own axis takes */
} sb_facets;

/* Finds places and ticks for all panels from y on, over the canvas's width, and writes the axes'
 * titles. Returns where the figure goes on. */
double sb_facets_place(sb_canvas *canvas, sb_facets *facets, double y);

/* The i-th panel; sb_panel_plot() and sb_panel_close() follow. */
sb_panel sb_facets_open(sb_canvas *canvas, const sb_facets *facets, size_t i);

#endif
