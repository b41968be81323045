/* SPDX-License-Identifier: Apache-2.0 */
/* The speedup of the best kernels, over two dimensions of a sweep. */
#include "report/map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHADES = 9 }; /* on each side of 1 */

/* Which speedup is shown: that of "best", or, in a run without it, that of the fastest kernels. */
typedef struct sheet {
    const sb_figure_job *job;
    sb_canvas *canvas;
    sb_map map;
    size_t first, end;       /* the panels of the present figure */
    const sb_point **points; /* of each layer of the model */
    double most;             /* the largest factor above or below 1 */
} sheet;

static const char *shown_technique(const sb_model *model, size_t *technique)
{
    for (size_t t = 0; t < model->technique_count; t++)
        if (strcmp(model->techniques[t].name, "best") == 0) {
            *technique = t;
            return model->techniques[t].shown;
        }
    return NULL;
}

/* The determined points of `best`; false if there are none. */
static bool find_points(const sb_model *model, int64_t threads, sheet *s)
{
    size_t technique, *layers = sb_new(model->layer_count, sizeof *layers), count = 0;
    s->points = sb_new(model->layer_count, sizeof *s->points);
    s->most = 1.05;
    for (size_t i = 0; shown_technique(model, &technique) && i < model->point_count; i++) {
        const sb_point *p = &model->points[i];
        if (p->at.threads != threads || p->at.technique != technique)
            continue;
        layers[count++] = p->at.layer;
        s->points[p->at.layer] = p;
        if (sb_determined(p->measured.low, p->measured.high))
            s->most = fmax(s->most, fmax(p->measured.value, 1 / p->measured.value));
    }
    bool is_map = count > 0 && sb_map_make(model, layers, count, &s->map);
    free(layers);
    return is_map;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    sheet s = { 0 };
    size_t figures = 0;
    if (find_points(model, threads, &s))
        figures = (s.map.parts.count + SB_MAP_PANELS - 1) / SB_MAP_PANELS;
    sb_map_free(&s.map);
    free(s.points);
    return figures;
}

/* -------------------------------------------------------------------------------------- colours */

/* Interpolates between two colours of three numbers each. */
static void mix_colours(const int from[3], const int to[3], double share, char colour[8])
{
    int rgb[3];
    for (int i = 0; i < 3; i++)
        rgb[i] = (int)lround(from[i] + share * (to[i] - from[i])) & 0xff;
    snprintf(colour, 8, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
}

/* White at 1, blue above, orange below; on a logarithmic scale, in steps. */
static int shade_of(const sheet *s, double speedup)
{
    return (int)lround(SHADES * log(speedup) / log(s->most));
}

static void colour_of(int shade, char colour[8])
{
    static const int white[] = { 250, 250, 250 }, middle[] = { 107, 174, 214 },
                     blue[] = { 8, 48, 107 }, orange[] = { 217, 95, 2 };
    double share = fabs((double)shade) / SHADES;
    if (shade < 0)
        mix_colours(white, orange, share, colour);
    else if (share < 0.5)
        mix_colours(white, middle, 2 * share, colour);
    else
        mix_colours(middle, blue, 2 * share - 1, colour);
}

/* -------------------------------------------------------------------------------------- drawing */

static bool is_sure(const sb_point *p)
{
    return p && sb_determined(p->measured.low, p->measured.high);
}

/* A block of the cells of one shade. */
static bool add_block(const sheet *s, const sb_sweep_part *part, int shade)
{
    size_t count = 0;
    for (size_t i = 0; i < part->count; i++) {
        const sb_point *p = s->points[part->layers[i]];
        if (!is_sure(p) || shade_of(s, p->measured.value) != shade ||
            sb_map_repeats(&s->map, part, i))
            continue;
        if (count++ == 0)
            sb_canvas_block(s->canvas, "cells of one shade: column, row, speedup, layer");
        const double numbers[] = { (double)sb_map_place(&s->map, part->layers[i], 0),
                                   (double)sb_map_place(&s->map, part->layers[i], 1),
                                   p->measured.value };
        sb_canvas_row(s->canvas, numbers, 3, s->job->model->layers[part->layers[i]].shown);
    }
    return count > 0;
}

/* The numbers, if the cells have room for them. */
static void write_numbers(const sheet *s, const sb_sweep_part *part, const sb_panel *panel)
{
    double wide = panel->width / (double)s->map.counts[0];
    double high = panel->height / (double)s->map.counts[1];
    if (wide < sb_canvas_text_mm(s->canvas, "00.0") || high < sb_canvas_line_mm(s->canvas))
        return;
    for (size_t i = 0; i < part->count; i++) {
        const sb_point *p = s->points[part->layers[i]];
        char text[16] = "?", colour[8] = "#fafafa";
        if (is_sure(p)) {
            double v = p->measured.value;
            snprintf(text, sizeof text, "%.*f", v < 0.995 ? 2 : v < 9.95 ? 1 : 0, v);
            colour_of(shade_of(s, v), colour);
        }
        double x = (double)sb_map_place(&s->map, part->layers[i], 0) + 0.5;
        double y =
            (double)s->map.counts[1] - (double)sb_map_place(&s->map, part->layers[i], 1) - 0.5;
        if (p && !sb_map_repeats(&s->map, part, i) && sb_canvas_text_mm(s->canvas, text) < wide)
            sb_canvas_text(s->canvas, panel->left + x * wide, panel->top + y * high, SB_CENTRE,
                           sb_contrast(colour), text);
    }
}

static void plot_panel(const sheet *s, size_t number, const sb_facets *panels)
{
    const sb_sweep_part *part = &s->map.parts.list[s->first + number];
    sb_panel panel = sb_facets_open(s->canvas, panels, number);
    write_numbers(s, part, &panel);
    for (int shade = -SHADES; shade <= SHADES; shade++) {
        char colour[8];
        colour_of(shade, colour);
        if (add_block(s, part, shade))
            sb_map_plot_cells(s->canvas, s->canvas->blocks - 1, colour);
    }
    sb_panel_close(s->canvas);
}

/* Some of the shades that occur, with their speedups. */
static double place_legend(const sheet *s, double y)
{
    sb_legend legend = { 0 };
    char colours[2 * SHADES + 1][8];
    double least = INFINITY, largest = 0;
    for (size_t i = 0; i < s->job->model->layer_count; i++)
        if (is_sure(s->points[i])) {
            least = fmin(least, s->points[i]->measured.value);
            largest = fmax(largest, s->points[i]->measured.value);
        }
    int low = least <= largest ? shade_of(s, least) : 0,
        high = least <= largest ? shade_of(s, largest) : 0;
    int step = (high - low) / 5 + 1;
    for (int shade = low; shade <= high; shade += step) {
        sb_text text = { 0 };
        char *colour = colours[shade + SHADES];
        colour_of(shade, colour);
        sb_text_add(&text, "%.2g", pow(s->most, (double)shade / SHADES));
        sb_legend_add(&legend, text.data, SB_SWATCH_BOX, (sb_mark) { colour, 0, "1" }, 1);
        sb_text_free(&text);
    }
    return y + SB_GAP_MM +
           sb_legend_place(s->canvas, &legend, 2 * SB_EDGE_MM, y,
                           s->canvas->width - 4 * SB_EDGE_MM);
}

static char **make_titles(const sheet *s)
{
    char **titles = sb_new(s->end - s->first, sizeof *titles);
    for (size_t i = s->first; i < s->end; i++) {
        sb_text title = { 0 };
        sb_sweep_part_title(s->job->model, &s->map.parts, i, s->map.swept, &title);
        titles[i - s->first] = title.data ? title.data : sb_copy_text("");
    }
    return titles;
}

static void draw_panels(const sheet *s, double y)
{
    char **titles = make_titles(s);
    sb_facets panels = sb_map_facets(&s->map, s->canvas, s->end - s->first);
    panels.titles = (const char *const *)titles;
    y = sb_facets_place(s->canvas, &panels, place_legend(s, y));
    for (size_t i = 0; i < panels.count; i++) {
        plot_panel(s, i, &panels);
        free(titles[i]);
    }
    free(titles);
    sb_map_facets_free(&panels);
    sb_canvas_finish(s->canvas, y);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sheet s = { .job = job, .canvas = canvas };
    find_points(job->model, job->threads, &s);
    s.first = job->variant * SB_MAP_PANELS;
    s.end =
        s.map.parts.count < s.first + SB_MAP_PANELS ? s.map.parts.count : s.first + SB_MAP_PANELS;
    bool wide = s.end - s.first > 1 || s.map.counts[0] > 8;
    double y = sb_figure_begin(job, canvas, wide ? canvas->style->page : canvas->style->column,
                               "Speedup of the best kernels, over %s and %s",
                               sb_dim_name(s.map.dims[0]), sb_dim_name(s.map.dims[1]));
    sb_canvas_say(canvas,
                  "A question mark: not determined. Of several layers of one shape the first is "
                  "shown.");
    draw_panels(&s, y);
    sb_map_free(&s.map);
    free(s.points);
}

const sb_figure_kind sb_figure_heat = {
    .name = "heat",
    .variants = variants,
    .draw = draw,
};
