/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BAND_MM     1.0 /* between the marks of a row and of the next */
#define LEAST_PITCH 0.3 /* between the marks of a row */
#define FAIR_PITCH  0.75
#define MOST_SINGLE 130.0 /* height of a chart of one column that need not be two */
#define COLUMNS_GAP 5.0
#define MOST_LABEL  0.42 /* of a column, for names */

typedef struct place {
    double lines, height, middle; /* lines of the label; mm, the middle from the column's top */
} place;

typedef struct chart {
    const sb_figure_job *job;
    sb_canvas *canvas;
    const sb_dots *dots;
    size_t *series; /* techniques that have a mark somewhere */
    size_t series_count;
    place *places;                         /* of the rows */
    size_t undetermined, outside, clipped; /* outside: of the undetermined, beyond the axis */
    size_t columns, split;                 /* rows of the first column */
    double pitch, width;                   /* mm; of a column */
    double label, aside;                   /* widths of the texts beside the plotted area */
    sb_axis axis;
} chart;

/* ----------------------------------------------------------------------------------------- rows */

sb_dots_row *sb_dots_add_row(sb_dots *dots, const sb_model *model, const char *head,
                             const char *label)
{
    dots->rows = sb_grow(dots->rows, dots->row_count + 1, sizeof *dots->rows);
    sb_dots_row *row = &dots->rows[dots->row_count++];
    *row = (sb_dots_row) {
        .label = sb_copy_text(label),
        .aside = sb_copy_text(""),
        .head = head,
        .dots = sb_new(model->technique_count, sizeof *row->dots),
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

/* Marks of a row among the series before this one; with SIZE_MAX, all that it has. */
static size_t count_marks(const chart *c, size_t row, size_t series)
{
    size_t marks = 0;
    for (size_t s = 0; s < c->series_count && s < series; s++)
        marks += isfinite(c->dots->rows[row].dots[c->series[s]].value) ? 1 : 0;
    return marks;
}

static void find_series(chart *c)
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

static double head_mm(const chart *c, size_t i, size_t first)
{
    const char *head = c->dots->rows[i].head;
    return head && (i == first || c->dots->rows[i - 1].head != head)
               ? 1.5 * sb_canvas_line_mm(c->canvas)
               : 0;
}

static double row_mm(const chart *c, size_t i, double pitch)
{
    return fmax(c->places[i].lines * sb_canvas_line_mm(c->canvas) + 0.4,
                pitch * (double)count_marks(c, i, SIZE_MAX) + BAND_MM);
}

static double height_of(const chart *c, size_t first, size_t end, double pitch)
{
    double height = 0;
    for (size_t i = first; i < end; i++)
        height += head_mm(c, i, first) + row_mm(c, i, pitch);
    return height;
}

/* The largest pitch up to `most` with which these rows take no more than `height`. */
static double pitch_for(const chart *c, size_t first, size_t end, double most, double height)
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

/* Widths of the texts, and how many lines names take. */
static void measure_texts(chart *c)
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

static void choose_columns(chart *c, double width, double height)
{
    const sb_style *style = c->canvas->style;
    double most = 1.5 * style->mark;
    c->columns = 1;
    c->width = style->column - 2 * SB_EDGE_MM;
    measure_texts(c);
    c->pitch = pitch_for(c, 0, c->dots->row_count, most, fmin(height, MOST_SINGLE));
    c->split = c->dots->row_count;
    if ((c->pitch >= fmin(most, FAIR_PITCH) &&
         height_of(c, 0, c->dots->row_count, c->pitch) <= fmin(height, MOST_SINGLE)) ||
        c->dots->row_count < 4)
        return;
    c->columns = 2;
    c->width = (width - 2 * SB_EDGE_MM - COLUMNS_GAP) / 2;
    measure_texts(c);
    double half = height_of(c, 0, c->dots->row_count, most) / 2;
    for (c->split = 1; height_of(c, 0, c->split, most) < half; c->split++)
        ;
    c->pitch = fmin(pitch_for(c, 0, c->split, most, height),
                    pitch_for(c, c->split, c->dots->row_count, most, height));
}

static void place_rows(chart *c, size_t first, size_t end)
{
    double y = 0;
    for (size_t i = first; i < end; i++) {
        place *at = &c->places[i];
        at->height = row_mm(c, i, c->pitch);
        y += head_mm(c, i, first);
        at->middle = y + at->height / 2;
        y += at->height;
    }
}

static bool is_determined(const chart *c, sb_interval v)
{
    return isfinite(v.value) && (c->dots->spreads || sb_determined(v.low, v.high));
}

/* A reference far from everything that was measured must not flatten it. */
static void add_references(const chart *c, sb_extent *extent)
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

/* The range follows what was determined; without any, all there is. */
static sb_axis find_axis(const chart *c)
{
    sb_extent extent = sb_extent_none(), any = sb_extent_none();
    for (size_t i = 0; i < c->dots->row_count; i++)
        for (size_t s = 0; s < c->series_count; s++) {
            sb_interval v = c->dots->rows[i].dots[c->series[s]];
            sb_extent_add(&any, v.value);
            if (!is_determined(c, v))
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

/* Where the mark of a series stands beside the middle of a row. */
static double dodge_series(const chart *c, size_t row, size_t series)
{
    double before = (double)count_marks(c, row, series);
    double last = (double)count_marks(c, row, SIZE_MAX) - 1;
    return (before - last / 2) * c->pitch;
}

/* Rows of one series, those that are determined or the others; NAN: the block is not begun. */
static size_t add_block(chart *c, size_t first, size_t end, size_t series, bool wanted)
{
    size_t count = 0;
    const char *name = c->job->model->techniques[c->series[series]].shown;
    for (size_t i = first; i < end; i++) {
        const sb_dots_row *r = &c->dots->rows[i];
        sb_interval v = r->dots[c->series[series]];
        if (!isfinite(v.value) || is_determined(c, v) != wanted)
            continue;
        if (count++ == 0)
            sb_canvas_block(c->canvas, "%s%s%s%s: place, value, low, high, name",
                            r->head ? r->head : "", r->head ? ", " : "", name,
                            wanted ? "" : ", not determined");
        const double numbers[] = { c->places[i].middle + dodge_series(c, i, series), v.value, v.low,
                                   v.high };
        sb_canvas_row(c->canvas, numbers, 4, r->label);
        c->clipped += wanted && (v.low < c->axis.low || v.high > c->axis.high);
        c->undetermined += !wanted;
        c->outside += !wanted && (v.value < c->axis.low || v.value > c->axis.high);
    }
    return count;
}

static void plot_clipped(chart *c, size_t block, const sb_mark *mark)
{
    static const char *const ends[] = { "($3 < low && $2 > low ? low : NaN):1:(inward_low)",
                                        "($4 > high && $2 < high ? high : NaN):1:(inward_high)" };
    for (size_t i = 0; i < 2; i++) {
        sb_panel_plot(c->canvas,
                      "data index %zu using %s:(0) with vectors backhead filled size screen "
                      "X(1.1),25 lw 0.6 lc rgb '%s' notitle",
                      block, ends[i], mark->colour);
    }
}

static void plot_series(chart *c, size_t first, size_t end, size_t series)
{
    sb_canvas *canvas = c->canvas;
    const sb_mark *mark = &c->job->model->techniques[c->series[series]].mark;
    size_t clipped = c->clipped;
    if (add_block(c, first, end, series, true)) {
        size_t block = canvas->blocks - 1;
        sb_panel_plot(
            canvas,
            "data index %zu using (clip($3)):1:(clip($4) - clip($3)):(0) with vectors nohead "
            "lw %.2g dt 1 lc rgb '%s' notitle",
            block, canvas->style->line, mark->colour);
        if (c->clipped > clipped)
            plot_clipped(c, block, mark);
        sb_panel_plot(canvas, "data index %zu using 2:1 with points", block);
        sb_canvas_add_mark(canvas, mark, fmin(1, fmax(0.6, c->pitch / FAIR_PITCH)));
        sb_text_add(&canvas->script, " notitle");
    }
    if (add_block(c, first, end, series, false)) {
        const sb_mark hollow = { mark->colour, SB_POINT_UNDETERMINED, mark->dash };
        sb_panel_plot(canvas, "data index %zu using (clip($2)):1 with points", canvas->blocks - 1);
        sb_canvas_add_mark(canvas, &hollow, 0.6);
        sb_text_add(&canvas->script, " notitle");
    }
}

static bool has_reference(const chart *c, size_t which)
{
    for (size_t i = 0; i < c->dots->row_count; i++)
        if (isfinite(c->dots->rows[i].references[which]))
            return true;
    return false;
}

/* Thick and short, and thin and long, so that both show where they agree. */
static const struct {
    double width, share;
    sb_mark mark;
} reference_looks[SB_MOST_REFERENCES] = {
    { 2.6, 0.40, { "#000000", 0, "1" } },
    { 1.0, 0.48, { "#707070", 0, "1" } },
};

static void plot_references(chart *c, size_t first, size_t end)
{
    for (size_t k = 0; k < SB_MOST_REFERENCES && c->dots->references[k]; k++) {
        if (!has_reference(c, k))
            continue;
        size_t block = sb_canvas_block(c->canvas, "%s: place, value, half a row, name",
                                       c->dots->references[k]);
        for (size_t i = first; i < end; i++) {
            const sb_dots_row *r = &c->dots->rows[i];
            const double numbers[] = { c->places[i].middle, r->references[k],
                                       reference_looks[k].share * c->places[i].height };
            sb_canvas_row(c->canvas, numbers, 3, r->label);
        }
        sb_panel_plot(c->canvas,
                      "data index %zu using 2:($1 - $3):(0):(2 * $3) with vectors nohead", block);
        sb_canvas_add_line(c->canvas, &reference_looks[k].mark, reference_looks[k].width);
        sb_text_add(&c->canvas->script, " notitle");
    }
}

/* Names, heads and the grey of every other row. */
static void draw_texts(chart *c, size_t first, size_t end, const sb_panel *p)
{
    sb_canvas *canvas = c->canvas;
    double line = sb_canvas_line_mm(canvas);
    for (size_t i = first; i < end; i++) {
        const sb_dots_row *r = &c->dots->rows[i];
        double y = p->top + c->places[i].middle, head = head_mm(c, i, first);
        if (head > 0)
            sb_canvas_text(canvas, p->left - c->label - SB_GAP_MM,
                           y - c->places[i].height / 2 - head + 0.8 * line, SB_LEFT, SB_GREY_TEXT,
                           r->head);
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

static double draw_column(chart *c, size_t column, double y)
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
    p.y = (sb_axis) { .low = p.height, .high = 0 };
    sb_axis_tick(&p.x, p.width, canvas->style->points, true);
    place_rows(c, first, end);
    if (c->aside > 0 && c->dots->aside_title)
        sb_canvas_text(canvas, p.left + p.width + c->aside - SB_GAP_MM / 2,
                       p.top - sb_canvas_line_mm(canvas) / 2, SB_RIGHT, SB_GREY_TEXT,
                       c->dots->aside_title);
    sb_panel_open(canvas, &p);
    draw_texts(c, first, end, &p);
    double edge = 1.4 / p.width; /* of an arrow at the end of the axis */
    sb_text_add(
        &canvas->script,
        "low = %.9g\nhigh = %.9g\nclip(x) = x < low ? low : x > high ? high : x\n"
        "inward_low = %.9g\ninward_high = %.9g\n",
        p.x.low, p.x.high,
        p.x.base ? p.x.low * (pow(p.x.high / p.x.low, edge) - 1) : (p.x.high - p.x.low) * edge,
        p.x.base ? p.x.high * (pow(p.x.low / p.x.high, edge) - 1) : (p.x.low - p.x.high) * edge);
    if (isfinite(c->dots->line)) {
        const sb_mark thin = { SB_GREY_LINE, 0, "1" };
        sb_panel_plot(canvas, "'+' using (%.9g):(0):(0):(%.9g) every ::0::0 with vectors nohead",
                      c->dots->line, p.height);
        sb_canvas_add_line(canvas, &thin, 0.9);
        sb_text_add(&canvas->script, " notitle");
    }
    plot_references(c, first, end);
    for (size_t s = 0; s < c->series_count; s++)
        plot_series(c, first, end, s);
    sb_panel_close(canvas);
    return p.top + p.height + sb_panel_foot_mm(canvas, &p);
}

static bool any_undetermined(const chart *c)
{
    for (size_t i = 0; i < c->dots->row_count; i++)
        for (size_t s = 0; s < c->series_count; s++) {
            sb_interval v = c->dots->rows[i].dots[c->series[s]];
            if (isfinite(v.value) && !is_determined(c, v))
                return true;
        }
    return false;
}

static sb_legend make_legend(const chart *c)
{
    sb_legend legend = { 0 };
    for (size_t k = 0; k < SB_MOST_REFERENCES && c->dots->references[k]; k++)
        if (has_reference(c, k))
            sb_legend_add(&legend, c->dots->references[k], SB_SWATCH_BAR, reference_looks[k].mark,
                          reference_looks[k].width);
    for (size_t s = 0; s < c->series_count && !c->dots->named; s++)
        sb_legend_add_technique(&legend, c->job->model, c->series[s], SB_SWATCH_MARK);
    if (any_undetermined(c))
        sb_legend_add_undetermined(&legend);
    return legend;
}

static void add_notes(const chart *c)
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
    }
    free(dots->rows);
    dots->rows = NULL;
    dots->row_count = 0;
}

double sb_dots_draw(const sb_figure_job *job, sb_canvas *canvas, sb_dots *dots)
{
    const sb_style *style = canvas->style;
    const double line = sb_canvas_line_mm(canvas), edge = SB_EDGE_MM + SB_GAP_MM;
    chart c = { .job = job, .canvas = canvas, .dots = dots };
    c.places = sb_new(dots->row_count, sizeof *c.places);
    find_series(&c);
    choose_columns(&c, style->page, style->tallest - (double)(c.series_count / 3 + 8) * line);
    c.axis = find_axis(&c);
    double y =
        sb_figure_begin(job, canvas, c.columns > 1 ? style->page : style->column, "%s", dots->what);
    sb_legend legend = make_legend(&c);
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
