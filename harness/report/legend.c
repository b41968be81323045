/* SPDX-License-Identifier: Apache-2.0 */
#include "report/legend.h"

#include <math.h>
#include <stdlib.h>

void sb_legend_add(sb_legend *legend, const char *text, sb_swatch swatch, sb_mark mark,
                   double width)
{
    legend->entries = sb_grow(legend->entries, legend->count + 1, sizeof *legend->entries);
    legend->entries[legend->count++] =
        (sb_legend_entry) { sb_copy_text(text), swatch, mark, width };
}

/* Distance between a swatch and its text, and between columns. */
static double near_mm(const sb_canvas *canvas)
{
    return 0.3 * sb_canvas_line_mm(canvas);
}

static double far_mm(const sb_canvas *canvas)
{
    return 1.1 * sb_canvas_line_mm(canvas);
}

static double swatch_mm(const sb_canvas *canvas, const sb_legend *legend)
{
    const double line = sb_canvas_line_mm(canvas);
    const double widths[] = {
        [SB_SWATCH_MARK] = 2.6 * canvas->style->mark,
        [SB_SWATCH_LINE] = 2.4 * line,
        [SB_SWATCH_BOTH] = 2.4 * line,
        [SB_SWATCH_BOX] = 0.8 * line,
        [SB_SWATCH_CELL] = 1.2 * line,
        [SB_SWATCH_BAR] = 2.6 * canvas->style->mark,
    };
    double mm = 0;
    for (size_t i = 0; i < legend->count; i++)
        mm = fmax(mm, widths[legend->entries[i].swatch]);
    return mm;
}

static void draw_swatch(sb_canvas *canvas, const sb_legend_entry *e, double x, double y, double mm)
{
    double height = 0.6 * sb_canvas_line_mm(canvas);
    const double from[] = { x, y }, to[] = { x + mm, y };
    const double above[] = { x + mm / 2, y - height / 2 }, below[] = { x + mm / 2, y + height / 2 };
    if (e->swatch == SB_SWATCH_LINE || e->swatch == SB_SWATCH_BOTH)
        sb_canvas_stroke(canvas, from, to, e->width, &e->mark);
    if (e->swatch == SB_SWATCH_MARK || e->swatch == SB_SWATCH_BOTH)
        sb_canvas_mark(canvas, x + mm / 2, y, &e->mark, 1);
    if (e->swatch == SB_SWATCH_BAR)
        sb_canvas_stroke(canvas, above, below, e->width, &e->mark);
    if (e->swatch == SB_SWATCH_CELL) {
        const sb_mark on = { sb_contrast(e->mark.colour), e->mark.point, "1" };
        sb_canvas_box(canvas, x, y - height / 2 - 0.1, mm, height + 0.2, e->mark.colour);
        sb_canvas_mark(canvas, x + mm / 2, y, &on, 0.8);
    }
    if (e->swatch == SB_SWATCH_BOX)
        sb_canvas_box(canvas, x, y - height / 2, mm, height, e->mark.colour);
}

/* The layout of the entries, column by column. */
typedef struct grid {
    double swatch;        /* width */
    double *texts;        /* of each column */
    size_t columns, rows; /* columns 0: none fits */
} grid;

/* Computes the columns' widths; false if they are wider than the legend may be. */
static bool try_width(const sb_canvas *canvas, const sb_legend *legend, double width, grid *g)
{
    g->rows = (legend->count + g->columns - 1) / g->columns;
    g->columns = (legend->count + g->rows - 1) / g->rows;
    double used = -far_mm(canvas);
    for (size_t c = 0; c < g->columns; c++) {
        g->texts[c] = 0;
        for (size_t i = c * g->rows; i < legend->count && i < (c + 1) * g->rows; i++)
            g->texts[c] =
                fmax(g->texts[c], 0.01 + sb_canvas_text_mm(canvas, legend->entries[i].text));
        used += g->swatch + near_mm(canvas) + g->texts[c] + far_mm(canvas);
    }
    return used <= width;
}

/* As many columns as fit; if not even one fits, one column with texts over several lines. */
static grid arrange_grid(const sb_canvas *canvas, const sb_legend *legend, double width)
{
    grid g = { .swatch = swatch_mm(canvas, legend),
               .texts = sb_new(legend->count, sizeof *g.texts) };
    for (size_t columns = legend->count; columns > 0; columns--) {
        g.columns = columns;
        if (try_width(canvas, legend, width, &g))
            return g;
    }
    if (legend->count)
        g.texts[0] = fmin(g.texts[0], width - g.swatch - near_mm(canvas));
    return g;
}

static double row_mm(const sb_canvas *canvas, const sb_legend *legend, const grid *g, size_t row)
{
    size_t lines = 1;
    for (size_t i = row; i < legend->count; i += g->rows) {
        size_t wanted = sb_canvas_lines(canvas, legend->entries[i].text, g->texts[i / g->rows]);
        lines = wanted > lines ? wanted : lines;
    }
    return (double)lines * sb_canvas_line_mm(canvas);
}

static void place_row(sb_canvas *canvas, const sb_legend *legend, const grid *g, size_t row,
                      double left, double y)
{
    for (size_t c = 0; c < g->columns && c * g->rows + row < legend->count; c++) {
        const sb_legend_entry *e = &legend->entries[c * g->rows + row];
        draw_swatch(canvas, e, left, y, g->swatch);
        sb_canvas_wrapped(canvas, left + g->swatch + near_mm(canvas), y, g->texts[c], SB_LEFT, NULL,
                          e->text);
        left += g->swatch + near_mm(canvas) + g->texts[c] + far_mm(canvas);
    }
}

double sb_legend_place(sb_canvas *canvas, sb_legend *legend, double left, double top, double width)
{
    const double start = top, line = sb_canvas_line_mm(canvas);
    grid g = arrange_grid(canvas, legend, width);
    for (size_t row = 0; row < g.rows; row++) {
        place_row(canvas, legend, &g, row, left, top + line / 2);
        top += row_mm(canvas, legend, &g, row);
    }
    for (size_t i = 0; i < legend->count; i++)
        free(legend->entries[i].text);
    free(legend->entries);
    free(g.texts);
    *legend = (sb_legend) { 0 };
    return top - start;
}
