/* SPDX-License-Identifier: Apache-2.0 */
/* Measured speedups against theoretical ones, with the diagonal on which they agree. */
#include "report/facets.h"
#include "report/figure.h"
#include "report/thin.h"

#include <math.h>

enum {
    LEAST_POINTS = 3,
    MOST_INTERVALS = 60, /* number of intervals that do not hide the marks */
};

static size_t variants(const sb_model *model, int64_t threads)
{
    size_t count = 0;
    for (size_t i = 0; i < model->point_count; i++)
        count += model->points[i].at.threads == threads;
    return count >= LEAST_POINTS;
}

static bool is_determined(const sb_point *p)
{
    return sb_determined(p->measured.low, p->measured.high);
}

typedef struct counts {
    size_t determined, undetermined;
} counts;

/* Both axes have the same range, so that the diagonal is at 45 degrees. */
static sb_plot_axis find_axis(const sb_figure_job *job, counts *c)
{
    sb_extent extent = sb_extent_none(), any = sb_extent_none();
    for (size_t i = 0; i < job->model->point_count; i++) {
        const sb_point *p = &job->model->points[i];
        if (p->at.threads != job->threads)
            continue;
        sb_extent_add(&any, p->measured.value);
        sb_extent_add(&extent, p->theoretical);
        *(is_determined(p) ? &c->determined : &c->undetermined) += 1;
        if (is_determined(p))
            sb_extent_add(&extent, p->measured.value);
    }
    return sb_extent_axis(extent.low <= extent.high ? &extent : &any, 10);
}

static const struct {
    const char *name;
    double factor;
    sb_mark mark;
} diagonals[] = { { "equal", 1, { "#000000", 0, "1" } },
                  { "half", 0.5, { SB_GREY_LINE, 0, "(4,4)" } } };

static void plot_diagonals(sb_canvas *canvas, const sb_plot_axis *axis)
{
    for (size_t i = 0; i < 2; i++) {
        size_t block = sb_canvas_block(canvas, "%s: theoretical, measured", diagonals[i].name);
        const double ends[][2] = { { axis->low, axis->low * diagonals[i].factor },
                                   { axis->high, axis->high * diagonals[i].factor } };
        sb_canvas_row(canvas, ends[0], 2, NULL);
        sb_canvas_row(canvas, ends[1], 2, NULL);
        sb_panel_plot(canvas, "data index %zu using 1:2 with lines", block);
        sb_canvas_add_line(canvas, &diagonals[i].mark, 1);
    }
}

/* The block of a technique's points, determined or not; false if there are none. */
static bool add_block(const sb_figure_job *job, sb_canvas *canvas, size_t technique, bool wanted,
                      sb_thin *thin)
{
    const sb_model *model = job->model;
    size_t count = 0;
    sb_thin_clear(thin);
    for (size_t i = 0; i < model->point_count; i++) {
        const sb_point *p = &model->points[i];
        if (p->at.technique != technique || p->at.threads != job->threads ||
            is_determined(p) != wanted || !sb_thin_take(thin, p->theoretical, p->measured.value))
            continue;
        if (count++ == 0)
            sb_canvas_block(canvas, "%s%s: theoretical, measured, low, high, layer",
                            model->techniques[technique].shown, wanted ? "" : ", not determined");
        const double numbers[] = { p->theoretical, p->measured.value, p->measured.low,
                                   p->measured.high };
        sb_canvas_row(canvas, numbers, 4, model->layers[p->at.layer].shown);
    }
    return count > 0;
}

static void plot_technique(const sb_figure_job *job, sb_canvas *canvas, size_t technique,
                           bool intervals, sb_thin *thin)
{
    const sb_mark *mark = &job->model->techniques[technique].mark;
    const sb_mark hollow = { mark->colour, SB_POINT_UNDETERMINED, mark->dash };
    if (add_block(job, canvas, technique, true, thin)) {
        if (intervals)
            sb_panel_plot(canvas,
                          "data index %zu using 1:3:(0):($4 - $3) with vectors nohead lw %.2g dt 1 "
                          "lc rgb '%s'",
                          canvas->blocks - 1, 0.8 * canvas->style->line, mark->colour);
        sb_panel_plot(canvas, "data index %zu using 1:2 with points", canvas->blocks - 1);
        sb_canvas_add_mark(canvas, mark, intervals ? 1 : 0.7);
    }
    if (add_block(job, canvas, technique, false, thin)) {
        sb_panel_plot(canvas, "data index %zu using 1:(clip($2)) with points", canvas->blocks - 1);
        sb_canvas_add_mark(canvas, &hollow, 0.6);
    }
}

static double place_legend(const sb_figure_job *job, sb_canvas *canvas, const counts *c, double y)
{
    sb_legend lines = { 0 }, marks = { 0 };
    sb_grid grid = sb_grid_points(job->model, job->threads);
    for (size_t i = 0; i < 2; i++)
        sb_legend_add(&lines, diagonals[i].name, SB_SWATCH_LINE, diagonals[i].mark, 1);
    for (size_t t = 0; t < grid.technique_count; t++)
        sb_legend_add_technique(&marks, job, grid.techniques[t], SB_SWATCH_MARK);
    sb_grid_free(&grid);
    if (c->undetermined)
        sb_legend_add_undetermined(&marks);
    sb_note_undetermined(canvas, c->undetermined);
    const double left = 2 * SB_EDGE_MM, width = canvas->width - 2 * left;
    y += sb_legend_place(canvas, &lines, left, y, width);
    return y + sb_legend_place(canvas, &marks, left, y, width) + SB_GAP_MM;
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    const double width = canvas->style->column;
    counts c = { 0 };
    sb_plot_axis axis = find_axis(job, &c);
    double y = sb_figure_begin(
        job, canvas, width, "Measured against theoretical speedup over the standard convolution");
    sb_facets one = {
        .count = 1,
        .x = axis,
        .y = axis,
        .x_title = "Theoretical speedup (times)",
        .y_title = "Measured speedup (times)",
        .least = 20,
        .height = fmin(0.85 * width, 0.6 * canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    y = sb_facets_place(canvas, &one, place_legend(job, canvas, &c, y));
    sb_panel panel = sb_facets_open(canvas, &one, 0);
    sb_thin thin = sb_thin_begin(&panel);
    sb_text_add(&canvas->script, "clip(y) = y < %.9g ? %.9g : y > %.9g ? %.9g : y\n", axis.low,
                axis.low, axis.high, axis.high);
    plot_diagonals(canvas, &axis);
    for (size_t t = 0; t < job->model->technique_count; t++)
        plot_technique(job, canvas, t, c.determined <= MOST_INTERVALS, &thin);
    sb_panel_close(canvas);
    sb_canvas_say(canvas, "A mark is a layer with a technique%s.",
                  c.determined <= MOST_INTERVALS ? ", its line the confidence interval" : "");
    sb_thin_end(&thin, canvas);
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_scatter = {
    .name = "scatter",
    .variants = variants,
    .draw = draw,
};
