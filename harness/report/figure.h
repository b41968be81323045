/* SPDX-License-Identifier: Apache-2.0 */
/* One kind of figure, one in each file (fig_*.c), and the functions that they share. */
#ifndef SB_REPORT_FIGURE_H
#define SB_REPORT_FIGURE_H

#include "report/legend.h"
#include "report/model.h"
#include "report/panel.h"

/* Distance between the edge of the figure and its contents. */
#define SB_EDGE_MM 1.0

/* One figure to draw. */
typedef struct sb_figure_job {
    const sb_model *model;
    int64_t threads; /* the results of this thread count; 0: of all */
    size_t variant;  /* which of the kind's figures, from 0 */
    bool titled;
} sb_figure_job;

/* A kind of figure, in the list below. */
typedef struct sb_figure_kind {
    const char *name; /* [a-z0-9_] */
    bool across;      /* one for all thread counts, instead of one for each */
    /* The number of such figures for which the model has data with these threads; 0: not
     * applicable. */
    size_t (*variants)(const sb_model *model, int64_t threads);
    void (*draw)(const sb_figure_job *job, sb_canvas *canvas);
} sb_figure_kind;

/* Every kind of figure, in the order of reports. To add one, write its file and add it here. */
#define SB_FIGURES(row)                                                                        \
    row(network) row(sequence) row(cost) row(speedup) row(scatter) row(ecdf) row(efficiency)   \
        row(channels) row(heat) row(winner) row(gflops) row(roof) row(roofline) row(breakdown) \
            row(peers) row(profile) row(scaling) row(error) row(processes) row(convergence)    \
                row(influence) row(predicted)

#define SB_DECLARE_FIGURE(name) extern const sb_figure_kind sb_figure_##name;
SB_FIGURES(SB_DECLARE_FIGURE)
#undef SB_DECLARE_FIGURE

/* Begins a figure of this width: its title, if requested, and the first sentence of the caption,
 * which names what it shows, the run, the machine and the threads. Returns the y below. */
double sb_figure_begin(const sb_figure_job *job, sb_canvas *canvas, double width, const char *what,
                       ...) __attribute__((format(printf, 4, 5)));

/* A table with one cell for each layer and technique that have any data. */
typedef struct sb_grid {
    size_t *layers, *techniques; /* places in the model's lists, in their order */
    size_t layer_count, technique_count;
    const sb_place **cells; /* [layer_count][technique_count], borrowed, NULL if there is none */
} sb_grid;

/* The grid of the points, and that of the timings: the fastest kernel of each technique. */
sb_grid sb_grid_points(const sb_model *model, int64_t threads);
sb_grid sb_grid_timings(const sb_model *model, int64_t threads, sb_operation operation);
const void *sb_grid_cell(const sb_grid *grid, size_t layer, size_t technique);
void sb_grid_free(sb_grid *grid);

bool sb_have_points(const sb_model *model, int64_t threads);
bool sb_have_timings(const sb_model *model, int64_t threads);

/* "12.3 µs", of nanoseconds. */
void sb_add_time(sb_text *to, double ns);

/* For figures that cannot show undetermined values: a note with their number, if any. */
void sb_note_left_out(sb_canvas *canvas, size_t count);

/* The technique's mark in a legend, under the name that it is shown by; in a figure of several
 * threads it is said where none of its kernels uses them. */
void sb_legend_add_technique(sb_legend *legend, const sb_figure_job *job, size_t technique,
                             sb_swatch swatch);

/* All techniques that have timings with the job's threads, and the mark of what is not determined
 * where that occurs among the fastest kernels; how often it does. */
size_t sb_legend_add_timed(sb_legend *legend, const sb_figure_job *job);

/* Adds the mark for undetermined values, and a note with their number, if any. */
void sb_legend_add_undetermined(sb_legend *legend);
void sb_note_undetermined(sb_canvas *canvas, size_t count);

#endif
