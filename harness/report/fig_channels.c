/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speedup against output channels, a panel for each input and kernel size. With K output channels
 * and an r x s kernel the theoretical speedup is K r s / (K + r s), which tends to r s: the limit
 * that is drawn. Only for runs with a sweep: at least three layers that differ only in K.
 */
#include "report/facets.h"
#include "report/figure.h"
#include "report/groups.h"
#include "report/swept.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_CHANNELS = 3, PANELS = 16 /* panels in a figure */, MOST_FIGURES = 8 };

static const bool swept[SB_DIMS] = { [SB_DIM_OUTPUT_CHANNELS] = true };

static const sb_mark theory_look = { "#000000", 0, "1" };
static const sb_mark limit_look = { SB_GREY_LINE, 0, "(2,3)" };

static sb_sweep_parts find_parts(const sb_model *model, int64_t threads)
{
    sb_grid grid = sb_grid_points(model, threads);
    sb_sweep_parts parts =
        sb_sweep_parts_make(model, grid.layers, grid.layer_count, swept, LEAST_CHANNELS);
    sb_grid_free(&grid);
    return parts;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    sb_sweep_parts parts = find_parts(model, threads);
    size_t figures = (parts.count + PANELS - 1) / PANELS;
    sb_sweep_parts_free(&parts);
    return figures < MOST_FIGURES ? figures : MOST_FIGURES;
}

/* The panels of the present figure. */
typedef struct sheet {
    const sb_figure_job *job;
    sb_canvas *canvas;
    sb_sweep_parts parts;
    size_t first, end;
    sb_grid grid;
    size_t *row; /* by layer of the model: its place in the grid; SIZE_MAX: none */
} sheet;

static const sb_point *point_at(const sheet *s, size_t layer, size_t technique)
{
    return sb_grid_cell(&s->grid, s->row[layer], technique);
}

static const sb_point *any_point(const sheet *s, size_t layer)
{
    const sb_point *found = NULL;
    for (size_t t = 0; t < s->grid.technique_count && !found; t++)
        found = point_at(s, layer, t);
    return found;
}

static double channels_of(const sheet *s, size_t layer)
{
    return (double)s->job->model->layers[layer].dims.of[SB_DIM_OUTPUT_CHANNELS][0];
}

static double limit_of(const sheet *s, size_t part)
{
    const sb_dims *dims = &s->job->model->layers[s->parts.list[part].layers[0]].dims;
    return (double)(dims->of[SB_DIM_KERNEL][0] * dims->of[SB_DIM_KERNEL][1]);
}

static void find_axes(const sheet *s, sb_plot_axis *x, sb_plot_axis *y)
{
    sb_extent across = sb_extent_none(), up = sb_extent_none();
    sb_extent_add(&up, 1);
    for (size_t part = s->first; part < s->end; part++) {
        sb_extent_add(&up, limit_of(s, part));
        for (size_t i = 0; i < s->parts.list[part].count; i++) {
            size_t layer = s->parts.list[part].layers[i];
            sb_extent_add(&across, channels_of(s, layer));
            sb_extent_add(&up, any_point(s, layer)->theoretical);
            for (size_t t = 0; t < s->grid.technique_count; t++) {
                const sb_point *p = point_at(s, layer, t);
                if (p && sb_determined(p->measured.low, p->measured.high))
                    sb_extent_add(&up, p->measured.value);
            }
        }
    }
    *x = sb_extent_axis(&across, 2);
    *y = sb_extent_axis(&up, 10);
}

/* The end of the layers of a part that have the same number of channels, starting at `from`. */
static size_t end_of(const sheet *s, const sb_sweep_part *part, size_t from)
{
    size_t end = from;
    while (end < part->count &&
           channels_of(s, part->layers[end]) == channels_of(s, part->layers[from]))
        end++;
    return end;
}

static void plot_theory(const sheet *s, size_t number)
{
    const sb_sweep_part *part = &s->parts.list[number];
    sb_canvas_block(s->canvas, "theory: output channels, speedup, limit");
    for (size_t i = 0; i < part->count; i = end_of(s, part, i)) {
        const double numbers[] = { channels_of(s, part->layers[i]),
                                   any_point(s, part->layers[i])->theoretical,
                                   limit_of(s, number) };
        sb_canvas_row(s->canvas, numbers, 3, NULL);
    }
    sb_panel_plot(s->canvas, "data index %zu using 1:3 with lines", s->canvas->blocks - 1);
    sb_canvas_add_line(s->canvas, &limit_look, 1.2);
    sb_panel_plot(s->canvas, "data index %zu using 1:2 with lines", s->canvas->blocks - 1);
    sb_canvas_add_line(s->canvas, &theory_look, 1.4);
}

/* The median of the determined values, or of the others, among layers of one shape. */
static double median_of(const sheet *s, const size_t *layers, size_t count, size_t technique,
                        bool determined)
{
    double *values = sb_new(count, sizeof *values);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const sb_point *p = point_at(s, layers[i], technique);
        if (p && sb_determined(p->measured.low, p->measured.high) == determined)
            values[found++] = p->measured.value;
    }
    double median = sb_quartiles(values, found).value;
    free(values);
    return median;
}

/* A row for each number of channels; undetermined values are not part of the line. Returns whether
 * there are any of these. */
static bool add_block(const sheet *s, const sb_sweep_part *part, size_t technique)
{
    bool undetermined = false;
    sb_canvas_block(s->canvas, "%s: output channels, determined, not determined, layers, the first",
                    s->job->model->techniques[s->grid.techniques[technique]].shown);
    for (size_t i = 0, end; i < part->count; i = end) {
        end = end_of(s, part, i);
        const double numbers[] = { channels_of(s, part->layers[i]),
                                   median_of(s, part->layers + i, end - i, technique, true),
                                   median_of(s, part->layers + i, end - i, technique, false),
                                   (double)(end - i) };
        sb_canvas_row(s->canvas, numbers, 4, s->job->model->layers[part->layers[i]].shown);
        undetermined |= isfinite(numbers[2]);
    }
    return undetermined;
}

static void plot_technique(const sheet *s, size_t number, size_t t)
{
    const sb_technique *shown = &s->job->model->techniques[s->grid.techniques[t]];
    const sb_mark hollow = { shown->mark.colour, SB_POINT_UNDETERMINED, "1" };
    bool undetermined = add_block(s, &s->parts.list[number], t);
    size_t block = s->canvas->blocks - 1;
    sb_panel_plot(s->canvas, "data index %zu using 1:2 with lines", block);
    sb_canvas_add_line(s->canvas, &shown->mark, 0.9);
    sb_panel_plot(s->canvas, "data index %zu using 1:2 with points", block);
    sb_canvas_add_mark(s->canvas, &shown->mark, 0.75);
    if (undetermined) {
        sb_panel_plot(s->canvas, "data index %zu using 1:3 with points", block);
        sb_canvas_add_mark(s->canvas, &hollow, 0.6);
    }
}

static size_t count_undetermined(const sheet *s)
{
    size_t count = 0;
    for (size_t part = s->first; part < s->end; part++)
        for (size_t i = 0; i < s->parts.list[part].count; i++)
            for (size_t t = 0; t < s->grid.technique_count; t++) {
                const sb_point *p = point_at(s, s->parts.list[part].layers[i], t);
                count += p && !sb_determined(p->measured.low, p->measured.high);
            }
    return count;
}

static double place_legend(const sheet *s, double y)
{
    sb_legend legend = { 0 };
    size_t undetermined = count_undetermined(s);
    sb_legend_add(&legend, "theory", SB_SWATCH_LINE, theory_look, 1.4);
    sb_legend_add(&legend, "limit: kernel area", SB_SWATCH_LINE, limit_look, 1.2);
    for (size_t t = 0; t < s->grid.technique_count; t++)
        sb_legend_add_technique(&legend, s->job, s->grid.techniques[t], SB_SWATCH_BOTH);
    if (undetermined) {
        sb_legend_add_undetermined(&legend);
        sb_note_undetermined(s->canvas, undetermined);
    }
    return y + SB_GAP_MM +
           sb_legend_place(s->canvas, &legend, 2 * SB_EDGE_MM, y,
                           s->canvas->width - 4 * SB_EDGE_MM);
}

static char **make_titles(const sheet *s)
{
    char **titles = sb_new(s->end - s->first, sizeof *titles);
    for (size_t i = 0; i < s->end - s->first; i++) {
        sb_text title = { 0 };
        sb_sweep_part_title(s->job->model, &s->parts, s->first + i, swept, &title);
        titles[i] = title.data;
    }
    return titles;
}

static void draw_panels(const sheet *s, double y)
{
    char **titles = make_titles(s);
    sb_facets panels = {
        .count = s->end - s->first,
        .titles = (const char *const *)titles,
        .x_title = "Output channels",
        .y_title = "Speedup (times)",
        .least = s->end - s->first > 2 ? 38 : 50,
        .height = fmin(34, 0.24 * s->canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    find_axes(s, &panels.x, &panels.y);
    y = sb_facets_place(s->canvas, &panels, place_legend(s, y));
    for (size_t i = 0; i < panels.count; i++) {
        sb_facets_open(s->canvas, &panels, i);
        plot_theory(s, s->first + i);
        for (size_t t = 0; t < s->grid.technique_count; t++)
            plot_technique(s, s->first + i, t);
        sb_panel_close(s->canvas);
        free(titles[i]);
    }
    free(titles);
    sb_canvas_finish(s->canvas, y);
}

static void find_rows(sheet *s)
{
    s->grid = sb_grid_points(s->job->model, s->job->threads);
    s->row = sb_new(s->job->model->layer_count, sizeof *s->row);
    for (size_t i = 0; i < s->grid.layer_count; i++)
        s->row[s->grid.layers[i]] = i;
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sheet s = { .job = job, .canvas = canvas, .parts = find_parts(job->model, job->threads) };
    s.first = job->variant * PANELS;
    s.end = s.first + PANELS < s.parts.count ? s.first + PANELS : s.parts.count;
    find_rows(&s);
    double y = sb_figure_begin(job, canvas,
                               s.end - s.first > 1 ? canvas->style->page : canvas->style->column,
                               "Speedup against the number of output channels");
    sb_canvas_say(canvas,
                  "A panel an input (channels x height x width); several layers of one shape "
                  "count as their median.");
    if (s.parts.count > PANELS)
        sb_canvas_say(canvas, "Inputs %zu to %zu of %zu.", s.first + 1, s.end, s.parts.count);
    if (job->variant + 1 == MOST_FIGURES && s.end < s.parts.count)
        sb_canvas_note(canvas, "%zu more inputs are not drawn; results.csv has them.",
                       s.parts.count - s.end);
    draw_panels(&s, y);
    free(s.row);
    sb_grid_free(&s.grid);
    sb_sweep_parts_free(&s.parts);
}

const sb_figure_kind sb_figure_channels = {
    .name = "channels",
    .variants = variants,
    .draw = draw,
};
