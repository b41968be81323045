/* SPDX-License-Identifier: Apache-2.0 */
/* A dot chart while it is drawn. Internal to dots.c and dots_plot.c. */
#ifndef SB_REPORT_DOTS_CHART_H
#define SB_REPORT_DOTS_CHART_H

#include "report/dots.h"

/* Marks at this distance hardly cover each other. */
#define SB_FAIR_PITCH_MM 0.75

typedef struct sb_dots_place {
    double lines, height, middle; /* lines of the label; mm, the middle from the column's top */
} sb_dots_place;

typedef struct sb_dots_chart {
    const sb_figure_job *job;
    sb_canvas *canvas;
    const sb_dots *dots;
    size_t *series; /* techniques with at least one mark */
    size_t series_count;
    sb_dots_place *places;                 /* of the rows */
    size_t undetermined, outside, clipped; /* outside: of the undetermined, those beyond the axis */
    size_t columns, split;                 /* rows of the first column */
    double pitch, width;                   /* mm; of a column */
    double label, aside;                   /* widths of the texts beside the plotted area */
    sb_plot_axis axis;
} sb_dots_chart;

/* The number of marks in a row of the series before this one; with SIZE_MAX, of all. */
size_t sb_dots_count_marks(const sb_dots_chart *c, size_t row, size_t series);

bool sb_dots_is_determined(const sb_dots_chart *c, sb_interval v);
bool sb_dots_has_reference(const sb_dots_chart *c, size_t which);

/* Plots the rows from `first` up to `end` into the open panel. */
void sb_dots_plot(sb_dots_chart *c, size_t first, size_t end, const sb_panel *panel);

sb_legend sb_dots_legend(const sb_dots_chart *c);

#endif
