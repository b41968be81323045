/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dots.h"

#include "report/dots_chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BAND_MM     1.0   /* distance between the last mark of a row and the first of the next */
#define LEAST_PITCH 0.3   /* between the marks of a row */
#define MOST_SINGLE 130.0 /* height up to which a chart has one column */
#define COLUMNS_GAP 5.0
#define MOST_LABEL  0.42 /* share of a column for names */

/* ----------------------------------------------------------------------------------------- rows */

sb_dots_row *sb_dots_add_row(sb_dots *dots, const sb_model *model, const char *head,
                             const char *label)
{
    dots->rows = sb_grow(dots->rows, dots->row_count + 1, sizeof *dots->rows);
    sb_dots_row *row = &dots->rows[dots->row_count++];
    double *bars = dots->part_count ? sb_new(dots->part_count, sizeof *bars) : NULL;
    *row = (sb_dots_row) {
        .label = sb_copy_text(label),
        .aside = sb_copy_text(""),
        .head = head,
        .dots = sb_new(model->technique_count, sizeof *row->dots),
        .bars = bars,
    };
    for (size_t i = 0; i < SB_MOST_REFERENCES; i++)
        row->references[i] = NAN;
    for (size_t t = 0; t < model->technique_count; t++)
        row->dots[t] = (sb_interval) { NAN, NAN, NAN };
    return row;
}

size_t sb_dots_most_rows(const sb_canvas *canvas)
{
    return 2 * (size_t)((canvas->style->tallest - 30) / (1.5 * sb_canvas_line_mm(canvas)));
}

static void find_series(sb_dots_chart *c)
{
    c->series = sb_new(c->job->model->technique_count, sizeof *c->series);
    for (size_t t = 0; t < c->job->model->technique_count; t++) {
        size_t i = 0;
        while (i < c->dots->row_count && !isfinite(c->dots->rows[i].dots[t].value))
            i++;
        if (i < c->dots->row_count)
            c->series[c->series_count++] = t;
    }
}

/* --------------------------------------------------------------------------------------- layout */

/* The height of the head above a row: a line and a half, or more if it is long. */
static double head_mm(const sb_dots_chart *c, size_t i, size_t first)
{
    const char *head = c->dots->rows[i].head;
    if (!head || (i > first && c->dots->rows[i - 1].head == head))
        return 0;
    size_t lines = sb_canvas_lines(c->canvas, head, c->width);
    return ((double)lines + 0.5) * sb_canvas_line_mm(c->canvas);
}

static double row_mm(const sb_dots_chart *c, size_t i, double pitch)
{
    const double line = sb_canvas_line_mm(c->canvas);
    return fmax(c->places[i].lines * line + (c->dots->rows[i].bars ? 0.35 * line : 0.4),
                pitch * (double)sb_dots_count_marks(c, i, SIZE_MAX) + BAND_MM);
}

static double height_of(const sb_dots_chart *c, size_t first, size_t end, double pitch)
{
    double height = 0;
    for (size_t i = first; i < end; i++)
        height += head_mm(c, i, first) + row_mm(c, i, pitch);
    return height;
}

/* The largest pitch up to `most` with which these rows need at most `height`. */
static double pitch_for(const sb_dots_chart *c, size_t first, size_t end, double most,
                        double height)
{
    double low = LEAST_PITCH, high = most;
    if (height_of(c, first, end, most) <= height)
        return most;
    for (int i = 0; i < 30; i++) {
        double middle = (low + high) / 2;
        *(height_of(c, first, end, middle) <= height ? &low : &high) = middle;
    }
    return low;
}

/* The widths of the texts, and the number of lines that names need. */
static void measure_texts(sb_dots_chart *c)
{
    double label = 0, aside = 0;
    for (size_t i = 0; i < c->dots->row_count; i++) {
        label = fmax(label, sb_canvas_text_mm(c->canvas, c->dots->rows[i].label));
        aside = fmax(aside, sb_canvas_text_mm(c->canvas, c->dots->rows[i].aside));
    }
    if (aside > 0 && c->dots->aside_title)
        aside = fmax(aside, sb_canvas_text_mm(c->canvas, c->dots->aside_title));
    c->label = fmin(label + 0.01, MOST_LABEL * c->width);
    c->aside = aside > 0 ? aside + 2 * SB_GAP_MM : 0;
    for (size_t i = 0; i < c->dots->row_count; i++)
        c->places[i].lines = (double)sb_canvas_lines(c->canvas, c->dots->rows[i].label, c->label);
}

/* Splits in halves; if a head begins nearby, before it. */
static void split_rows(sb_dots_chart *c, double pitch)
{
    double half = height_of(c, 0, c->dots->row_count, pitch) / 2, off = 0.2 * half;
    for (c->split = 1; height_of(c, 0, c->split, pitch) < half; c->split++)
        ;
    for (size_t i = 1; i < c->dots->row_count; i++) {
        double apart = fabs(height_of(c, 0, i, pitch) - half);
        if (c->dots->rows[i].head != c->dots->rows[i - 1].head && apart < off) {
            c->split = i;
            off = apart;
        }
    }
}

static void choose_columns(sb_dots_chart *c, double width, double height)
{
    const sb_style *style = c->canvas->style;
    double most = 1.5 * style->mark;
    c->columns = 1;
    c->width = style->column - 2 * SB_EDGE_MM;
    measure_texts(c);
    c->pitch = pitch_for(c, 0, c->dots->row_count, most, fmin(height, MOST_SINGLE));
    c->split = c->dots->row_count;
    if ((c->pitch >= fmin(most, SB_FAIR_PITCH_MM) &&
         height_of(c, 0, c->dots->row_count, c->pitch) <= fmin(height, MOST_SINGLE)) ||
        c->dots->row_count < 4)
        return;
    c->columns = 2;
    c->width = (width - 2 * SB_EDGE_MM - COLUMNS_GAP) / 2;
    measure_texts(c);
    split_rows(c, most);
    c->pitch = fmin(pitch_for(c, 0, c->split, most, height),
                    pitch_for(c, c->split, c->dots->row_count, most, height));
}

static void place_rows(sb_dots_chart *c, size_t first, size_t end)
{
    double y = 0;
    for (size_t i = first; i < end; i++) {
        sb_dots_place *at = &c->places[i];
        at->height = row_mm(c, i, c->pitch);
        y += head_mm(c, i, first);
        at->middle = y + at->height / 2;
        y += at->height;
    }
}

/* A reference far from all measured values must not compress the axis. */
static void add_references(const sb_dots_chart *c, sb_extent *extent)
{
    const double far = 30;
    sb_extent values = *extent;
    for (size_t i = 0; i < c->dots->row_count; i++)
        for (size_t k = 0; k < SB_MOST_REFERENCES; k++) {
            double r = c->dots->rows[i].references[k];
            if (values.low > values.high || (r > values.low / far && r < values.high * far))
                sb_extent_add(extent, r);
        }
}

/* From zero to the end of the bar. */
static void add_bar(const sb_dots_row *row, size_t parts, sb_extent *extent)
{
    double sum = 0;
    for (size_t p = 0; p < parts; p++)
        sum += fmax(row->bars[p], 0);
    if (parts) {
        sb_extent_add(extent, 0);
        sb_extent_add(extent, sum);
    }
}

/* The range follows the determined values; without any, all values. */
static sb_plot_axis find_axis(const sb_dots_chart *c)
{
    sb_extent extent = sb_extent_none(), any = sb_extent_none();
    for (size_t i = 0; i < c->dots->row_count; i++)
        add_bar(&c->dots->rows[i], c->dots->part_count, &extent);
    for (size_t i = 0; i < c->dots->row_count; i++)
        for (size_t s = 0; s < c->series_count; s++) {
            sb_interval v = c->dots->rows[i].dots[c->series[s]];
            sb_extent_add(&any, v.value);
            if (!sb_dots_is_determined(c, v))
                continue;
            sb_extent_add(&extent, v.value);
            sb_extent_add_interval(&extent, v.low, v.high);
        }
    sb_extent *used = extent.low <= extent.high ? &extent : &any;
    add_references(c, used);
    sb_extent_add(used, c->dots->line);
    return sb_extent_axis(used, c->dots->base);
}

/* -------------------------------------------------------------------------------------- drawing */

/* Draws names, heads and the grey background of every other row. */
static void draw_texts(sb_dots_chart *c, size_t first, size_t end, const sb_panel *p)
{
    sb_canvas *canvas = c->canvas;
    double line = sb_canvas_line_mm(canvas);
    for (size_t i = first; i < end; i++) {
        const sb_dots_row *r = &c->dots->rows[i];
        double y = p->top + c->places[i].middle, head = head_mm(c, i, first);
        if (head > 0)
            sb_canvas_wrapped(canvas, p->left - c->label - SB_GAP_MM,
                              y - c->places[i].height / 2 - head + 0.8 * line, c->width, SB_LEFT,
                              SB_GREY_TEXT, r->head);
        if ((i - first) % 2 == 0)
            sb_canvas_box(canvas, p->left - c->label - SB_GAP_MM, y - c->places[i].height / 2,
                          c->label + SB_GAP_MM + p->width + c->aside, c->places[i].height,
                          SB_GREY_BAND);
        sb_canvas_wrapped(canvas, p->left - SB_GAP_MM, y - (c->places[i].lines - 1) * line / 2,
                          c->label, SB_RIGHT, NULL, r->label);
        sb_canvas_text(canvas, p->left + p->width + c->aside - SB_GAP_MM / 2, y, SB_RIGHT,
                       SB_GREY_TEXT, r->aside);
    }
}

static double draw_column(sb_dots_chart *c, size_t column, double y)
{
    sb_canvas *canvas = c->canvas;
    size_t first = column ? c->split : 0, end = column ? c->dots->row_count : c->split;
    double margin = fmax(c->aside, 3);
    sb_panel p = {
        .left = SB_EDGE_MM + (double)column * (c->width + COLUMNS_GAP) + c->label + SB_GAP_MM,
        .top = y,
        .width = c->width - c->label - SB_GAP_MM - margin,
        .height = height_of(c, first, end, c->pitch),
        .x = c->axis,
        .x_labels = true,
        .x_grid = true,
        .x_title = c->dots->x_title,
    };
    p.y = (sb_plot_axis) { .low = p.height, .high = 0 };
    sb_plot_axis_tick(&p.x, p.width, canvas->style->points, true);
    place_rows(c, first, end);
    if (c->aside > 0 && c->dots->aside_title)
        sb_canvas_text(canvas, p.left + p.width + c->aside - SB_GAP_MM / 2,
                       p.top - sb_canvas_line_mm(canvas) / 2, SB_RIGHT, SB_GREY_TEXT,
                       c->dots->aside_title);
    sb_panel_open(canvas, &p);
    draw_texts(c, first, end, &p);
    sb_dots_plot(c, first, end, &p);
    sb_panel_close(canvas);
    return p.top + p.height + sb_panel_foot_mm(canvas, &p);
}

static void add_notes(const sb_dots_chart *c)
{
    if (c->undetermined)
        sb_canvas_note(c->canvas,
                       "%zu not determined: the interval is wider than a factor of 1.5%s.",
                       c->undetermined, c->outside ? "; at the edge if beyond the axis" : "");
    if (c->clipped)
        sb_canvas_note(c->canvas, "%zu %s beyond the axis (arrow).", c->clipped,
                       c->clipped == 1 ? "line goes" : "lines go");
}

static void free_rows(sb_dots *dots)
{
    for (size_t i = 0; i < dots->row_count; i++) {
        free(dots->rows[i].label);
        free(dots->rows[i].aside);
        free(dots->rows[i].dots);
        free(dots->rows[i].bars);
    }
    free(dots->rows);
    dots->rows = NULL;
    dots->row_count = 0;
}

double sb_dots_draw(const sb_figure_job *job, sb_canvas *canvas, sb_dots *dots)
{
    const sb_style *style = canvas->style;
    const double line = sb_canvas_line_mm(canvas), edge = SB_EDGE_MM + SB_GAP_MM;
    sb_dots_chart c = { .job = job, .canvas = canvas, .dots = dots };
    c.places = sb_new(dots->row_count, sizeof *c.places);
    find_series(&c);
    choose_columns(&c, style->page, style->tallest - (double)(c.series_count / 3 + 8) * line);
    c.axis = find_axis(&c);
    double y =
        sb_figure_begin(job, canvas, c.columns > 1 ? style->page : style->column, "%s", dots->what);
    sb_legend legend = sb_dots_legend(&c);
    y += sb_legend_place(canvas, &legend, edge, y, canvas->width - 2 * edge) + SB_GAP_MM +
         (c.aside > 0 && dots->aside_title ? line : 0);
    double bottom = draw_column(&c, 0, y);
    if (c.columns > 1)
        bottom = fmax(bottom, draw_column(&c, 1, y));
    add_notes(&c);
    free(c.places);
    free(c.series);
    free_rows(dots);
    return bottom;
}
