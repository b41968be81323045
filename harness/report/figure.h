/* SPDX-License-Identifier: Apache-2.0 */
/* One kind of figure, one file each (fig_*.c), and what they share. */
#ifndef SB_REPORT_FIGURE_H
#define SB_REPORT_FIGURE_H

#include "core/text.h"
#include "report/model.h"

/* Widths of a paper in millimetres: one column, and the whole page. */
#define SB_COLUMN_MM 85.0
#define SB_PAGE_MM   178.0

/* Above this many layers a figure numbers them instead of naming them. */
#define SB_MOST_NAMED_LAYERS 64

/* Most characters of a name in a figure. */
#define SB_MOST_LABEL 28

/* One figure to draw. */
typedef struct sb_figure_job {
    const sb_model *model;
    int64_t threads;  /* the results of this thread count; 0: of all */
    size_t variant;   /* which of the kind's figures */
    const char *stem; /* names of files begin with it; only [a-z0-9_] */
} sb_figure_job;

/* A kind of figure: a row of the table in figures.c. */
typedef struct sb_figure_kind {
    const char *name; /* [a-z0-9_] */
    bool across;      /* one for all thread counts, not one for each */
    /* How many such figures the model has data for with these threads; 0: not applicable. */
    size_t (*variants)(const sb_model *model, int64_t threads);
    void (*data)(const sb_figure_job *job, sb_text *data);
    /* Fills in the size and appends the commands that set up and plot, once for each format. */
    void (*script)(const sb_figure_job *job, double *width_mm, double *height_mm, sb_text *script);
} sb_figure_kind;

extern const sb_figure_kind sb_figure_speedup, sb_figure_scatter, sb_figure_channels,
    sb_figure_gflops, sb_figure_roofline, sb_figure_scaling, sb_figure_convergence,
    sb_figure_influence;

/* A table of one cell a layer and technique, of those layers and techniques that have any. */
typedef struct sb_grid {
    size_t *layers, *techniques; /* places in the model's lists, in their order */
    size_t layer_count, technique_count;
    const sb_place **cells; /* [layer_count][technique_count], borrowed, NULL where there is none */
} sb_grid;

/* Of the entries (sb_point or sb_rate: each begins with an sb_place) with these threads. */
sb_grid sb_grid_make(const sb_model *model, const void *entries, size_t count, size_t size,
                     int64_t threads);
const void *sb_grid_cell(const sb_grid *grid, size_t layer, size_t technique);
const void *sb_grid_any(const sb_grid *grid, size_t layer); /* the first of the layer; never NULL */
void sb_grid_free(sb_grid *grid);

/* "set title": what, of which run, on which machine, with how many threads. */
void sb_figure_title(const sb_figure_job *job, const char *what, sb_text *script);

/* The title alone, as an expression: for figures of several panels. */
void sb_figure_title_text(const sb_figure_job *job, const char *what, sb_text *script);

/* Adds to a plot the block `index` of the data: its column as points in the technique's marker and
 * colour, the same in every figure of a run, titled by the block's head; and its intervals (columns
 * 3 and 4). */
void sb_figure_points(const sb_model *model, size_t technique, size_t index, int column,
                      double size, sb_text *script);
void sb_figure_intervals(const sb_model *model, size_t technique, size_t index, sb_text *script);

/* The same points joined by a line, dashed for one of two operations; no title. */
void sb_figure_joined(const sb_model *model, size_t technique, size_t index, int column,
                      bool dashed, sb_text *script);

/* A legend's entry that belongs to no data: a technique's marker. */
void sb_figure_marker_key(const sb_model *model, size_t technique, sb_text *script);

/* " dt 2 pt 5 lc rgb ...": the i-th of a few lines. */
void sb_figure_line(size_t i, sb_text *script);

/* The names of the layers along x, or their numbers where they are too many. Sets the x range. */
void sb_figure_layer_axis(size_t count, sb_text *script);

/* The width for this many layers, and the height that their longest name takes below the axis. */
double sb_figure_layer_width(size_t count);
double sb_figure_label_mm(const sb_model *model, const sb_grid *grid);

/* Puts the legend at the figure's foot; returns the height in millimetres that it takes there.
 * gnuplot alone lays it over the axis labels. */
double sb_figure_key(double width_mm, size_t entries, sb_text *script);

/* Sets the edges of the plotted area, all in millimetres. */
typedef struct sb_frame {
    double width, height; /* of the figure */
    double left, bottom, top;
} sb_frame;
void sb_figure_frame(const sb_frame *frame, sb_text *script);

/* Height of the two lines of title, and what the x axis takes where it has numbers and a label. */
#define SB_TITLE_MM  9.0
#define SB_X_AXIS_MM 9.5

/* Where technique i of n stands beside its layer's place, so that intervals do not overlap. */
double sb_figure_dodge(size_t i, size_t n);

/* A logarithmic axis for ratios ("x", "y" or "xy"), with a tick at every step that a reader thinks
 * in. */
void sb_figure_ratio_axes(const char *axes, sb_text *script);

#endif
