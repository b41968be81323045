/* SPDX-License-Identifier: Apache-2.0 */
/* Measured speedups against the theoretical ones, with the diagonal on which they agree. */
#include "report/figure.h"
#include "report/gnuplot.h"

#include <math.h>

static size_t variants(const sb_model *model, int64_t threads)
{
    size_t count = 0;
    for (size_t i = 0; i < model->point_count; i++)
        count += model->points[i].at.threads == threads;
    return count >= 3;
}

/* The points of a technique, after a head with its name; their number. */
static size_t block(const sb_figure_job *job, size_t technique, sb_text *to)
{
    size_t count = 0;
    for (size_t i = 0; i < job->model->point_count; i++) {
        const sb_point *p = &job->model->points[i];
        if (p->at.technique != technique || p->at.threads != job->threads)
            continue;
        if (count++ == 0) {
            sb_text_add(to, "%stheoretical\t", to->length ? "\n\n" : "");
            sb_gnuplot_add_field(to, job->model->techniques[technique].name, SB_MOST_LABEL);
            sb_text_add(to, "\tci_low\tci_high\tlayer\n");
        }
        const double numbers[] = { p->theoretical, p->measured.value, p->measured.low,
                                   p->measured.high };
        for (int n = 0; n < 4; n++) {
            sb_gnuplot_add_number(to, numbers[n]);
            sb_text_add(to, "\t");
        }
        sb_gnuplot_add_field(to, job->model->layers[p->at.layer].name, SB_MOST_LABEL);
        sb_text_add(to, "\n");
    }
    return count;
}

static void data(const sb_figure_job *job, sb_text *to)
{
    for (size_t t = 0; t < job->model->technique_count; t++)
        block(job, t, to);
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < job->model->point_count; i++) {
        const sb_point *p = &job->model->points[i];
        if (p->at.threads != job->threads)
            continue;
        low = fmin(low, fmin(p->theoretical, p->measured.low));
        high = fmax(high, fmax(p->theoretical, p->measured.high));
    }
    *width = SB_COLUMN_MM;
    sb_figure_title(job, "measured against theoretical", to);
    sb_grid grid = sb_grid_make(job->model, job->model->points, job->model->point_count,
                                sizeof(sb_point), job->threads);
    double side = *width - 13,
           foot = sb_figure_key(*width, grid.technique_count + 2, to) + SB_X_AXIS_MM;
    sb_grid_free(&grid);
    *height = SB_TITLE_MM + side + foot;
    sb_figure_frame(&(sb_frame) { *width, *height, 11, foot, SB_TITLE_MM }, to);
    low /= 1.15;
    high *= 1.15;
    sb_figure_ratio_axes("xy", to);
    sb_text_add(to,
                "set xrange [%g:%g]\nset yrange [%g:%g]\n"
                "set xlabel 'Theoretical speedup (times)'\n"
                "set ylabel 'Measured speedup (times)'\n"
                "set grid lt 1 lc rgb '#d0d0d0' lw 0.5\n"
                "plot x with lines lt 1 lw 1 lc rgb '#000000' title 'equal', \\\n"
                "     x / 2 with lines lw 1 dt (4,4) lc rgb '#606060' title 'half'",
                low, high, low, high);
    sb_text scratch = { 0 };
    size_t index = 0;
    for (size_t t = 0; t < job->model->technique_count; t++) {
        if (block(job, t, &scratch) == 0)
            continue;
        sb_figure_intervals(job->model, t, index, to);
        sb_figure_points(job->model, t, index++, 2, 0.5, to);
    }
    sb_text_free(&scratch);
    sb_text_add(to, "\n");
}

const sb_figure_kind sb_figure_scatter = {
    .name = "scatter",
    .variants = variants,
    .data = data,
    .script = script,
};
