/* SPDX-License-Identifier: Apache-2.0 */
#include "report/dots_chart.h"

#include <math.h>

size_t sb_dots_count_marks(const sb_dots_chart *c, size_t row, size_t series)
{
    size_t marks = 0;
    for (size_t s = 0; s < c->series_count && s < series; s++)
        marks += isfinite(c->dots->rows[row].dots[c->series[s]].value) ? 1 : 0;
    return marks;
}

bool sb_dots_is_determined(const sb_dots_chart *c, sb_interval v)
{
    return isfinite(v.value) && (c->dots->spreads || sb_determined(v.low, v.high));
}

/* The vertical offset of a series' mark from the middle of a row. */
static double dodge_series(const sb_dots_chart *c, size_t row, size_t series)
{
    double before = (double)sb_dots_count_marks(c, row, series);
    double last = (double)sb_dots_count_marks(c, row, SIZE_MAX) - 1;
    return (before - last / 2) * c->pitch;
}

/* Writes the rows of one series, either the determined or the others; NAN: the block was not
 * begun. */
static size_t add_block(sb_dots_chart *c, size_t first, size_t end, size_t series, bool wanted)
{
    size_t count = 0;
    const char *name = c->job->model->techniques[c->series[series]].shown;
    for (size_t i = first; i < end; i++) {
        const sb_dots_row *r = &c->dots->rows[i];
        sb_interval v = r->dots[c->series[series]];
        if (!isfinite(v.value) || sb_dots_is_determined(c, v) != wanted)
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

static void plot_clipped(sb_dots_chart *c, size_t block, const sb_mark *mark)
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

static void plot_series(sb_dots_chart *c, size_t first, size_t end, size_t series)
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
        sb_canvas_add_mark(canvas, mark, fmin(1, fmax(0.6, c->pitch / SB_FAIR_PITCH_MM)));
        sb_text_add(&canvas->script, " notitle");
    }
    if (add_block(c, first, end, series, false)) {
        const sb_mark hollow = { mark->colour, SB_POINT_UNDETERMINED, mark->dash };
        sb_panel_plot(canvas, "data index %zu using (clip($2)):1 with points", canvas->blocks - 1);
        sb_canvas_add_mark(canvas, &hollow, 0.6);
        sb_text_add(&canvas->script, " notitle");
    }
}

bool sb_dots_has_reference(const sb_dots_chart *c, size_t which)
{
    for (size_t i = 0; i < c->dots->row_count; i++)
        if (isfinite(c->dots->rows[i].references[which]))
            return true;
    return false;
}

/* One thick and short, one thin and long, so that both are visible if they agree. */
static const struct {
    double width, share;
    sb_mark mark;
} reference_looks[SB_MOST_REFERENCES] = {
    { 2.6, 0.40, { "#000000", 0, "1" } },
    { 1.0, 0.48, { "#707070", 0, "1" } },
};

static void plot_references(sb_dots_chart *c, size_t first, size_t end)
{
    for (size_t k = 0; k < SB_MOST_REFERENCES && c->dots->references[k]; k++) {
        if (!sb_dots_has_reference(c, k))
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

/* ----------------------------------------------------------------------------------------- bars */

/* The parts of a row's bar: a row of the data for each part, from its left end to its right end. */
static bool add_bar_block(const sb_dots_chart *c, size_t first, size_t end, size_t part)
{
    size_t count = 0;
    for (size_t i = first; i < end; i++) {
        const sb_dots_row *r = &c->dots->rows[i];
        double left = 0;
        if (!r->bars || !(r->bars[part] > 0))
            continue;
        for (size_t p = 0; p < part; p++)
            left += fmax(r->bars[p], 0);
        if (count++ == 0)
            sb_canvas_block(c->canvas, "%s: place, from, to, half a bar, value, name",
                            c->dots->parts[part].name);
        const double numbers[] = { c->places[i].middle, left, left + r->bars[part],
                                   0.36 * c->places[i].height, r->bars[part] };
        sb_canvas_row(c->canvas, numbers, 5, r->label);
    }
    return count > 0;
}

/* A part is a box, with its mark at the right end where that has room. */
static void plot_bars(const sb_dots_chart *c, size_t first, size_t end, const sb_panel *panel)
{
    double mark = 2.6 * c->canvas->style->mark / panel->width * (panel->x.high - panel->x.low);
    for (size_t part = 0; part < c->dots->part_count; part++) {
        const sb_mark *look = &c->dots->parts[part].mark;
        const sb_mark on = { sb_contrast(look->colour), look->point, "1" };
        if (!add_bar_block(c, first, end, part))
            continue;
        size_t block = c->canvas->blocks - 1;
        sb_panel_plot(c->canvas,
                      "data index %zu using 2:1:2:3:($1 - $4):($1 + $4) with boxxyerror fs solid 1 "
                      "noborder fc rgb '%s'",
                      block, look->colour);
        if (!look->point)
            continue;
        sb_panel_plot(c->canvas,
                      "data index %zu using ($3 - $2 > %.9g ? $3 - %.9g : NaN):1 with points",
                      block, 1.2 * mark, mark / 2);
        sb_canvas_add_mark(c->canvas, &on, 0.8);
    }
}

static void define_functions(sb_canvas *canvas, const sb_panel *p)
{
    double edge = 1.4 / p->width; /* of an arrow at the end of the axis */
    sb_text_add(&canvas->script,
                "low = %.9g\nhigh = %.9g\nclip(x) = x < low ? low : x > high ? high : x\n"
                "inward_low = %.9g\ninward_high = %.9g\n",
                p->x.low, p->x.high,
                p->x.base ? p->x.low * (pow(p->x.high / p->x.low, edge) - 1)
                          : (p->x.high - p->x.low) * edge,
                p->x.base ? p->x.high * (pow(p->x.low / p->x.high, edge) - 1)
                          : (p->x.low - p->x.high) * edge);
}

static void plot_line(const sb_dots_chart *c, double height)
{
    const sb_mark thin = { SB_GREY_LINE, 0, "1" };
    if (!isfinite(c->dots->line))
        return;
    sb_panel_plot(c->canvas, "'+' using (%.9g):(0):(0):(%.9g) every ::0::0 with vectors nohead",
                  c->dots->line, height);
    sb_canvas_add_line(c->canvas, &thin, 0.9);
    sb_text_add(&c->canvas->script, " notitle");
}

void sb_dots_plot(sb_dots_chart *c, size_t first, size_t end, const sb_panel *panel)
{
    define_functions(c->canvas, panel);
    plot_bars(c, first, end, panel);
    plot_line(c, panel->height);
    plot_references(c, first, end);
    for (size_t s = 0; s < c->series_count; s++)
        plot_series(c, first, end, s);
}

/* --------------------------------------------------------------------------------------- legend */

static bool has_part(const sb_dots_chart *c, size_t part)
{
    for (size_t i = 0; i < c->dots->row_count; i++)
        if (c->dots->rows[i].bars && c->dots->rows[i].bars[part] > 0)
            return true;
    return false;
}

static bool any_undetermined(const sb_dots_chart *c)
{
    for (size_t i = 0; i < c->dots->row_count; i++)
        for (size_t s = 0; s < c->series_count; s++) {
            sb_interval v = c->dots->rows[i].dots[c->series[s]];
            if (isfinite(v.value) && !sb_dots_is_determined(c, v))
                return true;
        }
    return false;
}

sb_legend sb_dots_legend(const sb_dots_chart *c)
{
    sb_legend legend = { 0 };
    for (size_t k = 0; k < SB_MOST_REFERENCES && c->dots->references[k]; k++)
        if (sb_dots_has_reference(c, k))
            sb_legend_add(&legend, c->dots->references[k], SB_SWATCH_BAR, reference_looks[k].mark,
                          reference_looks[k].width);
    for (size_t p = 0; p < c->dots->part_count; p++)
        if (has_part(c, p))
            sb_legend_add(&legend, c->dots->parts[p].name,
                          c->dots->parts[p].mark.point ? SB_SWATCH_CELL : SB_SWATCH_BOX,
                          c->dots->parts[p].mark, 1);
    for (size_t s = 0; s < c->series_count && !c->dots->named; s++)
        sb_legend_add_technique(&legend, c->job, c->series[s], SB_SWATCH_MARK);
    if (any_undetermined(c))
        sb_legend_add_undetermined(&legend);
    return legend;
}
