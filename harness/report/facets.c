/* SPDX-License-Identifier: Apache-2.0 */
#include "report/facets.h"

#include <math.h>

#define GAP_MM   3.0 /* distance between adjacent panels */
#define RIGHT_MM 3.0 /* half a label at the end of an axis */
#define EDGE_MM  1.0

/* Only a panel with nothing below it has labels on its x axis. */
static bool is_lowest(const sb_facets *f, size_t i)
{
    return f->own_x || i + f->columns >= f->count;
}

static size_t row_count(const sb_facets *f)
{
    return (f->count + f->columns - 1) / f->columns;
}

/* The distance from one row of panels to the next. */
static double row_mm(const sb_facets *f)
{
    return f->head + f->height + 2.5 + f->numbers;
}

static sb_panel panel_at(const sb_facets *f, size_t i)
{
    size_t column = i % f->columns, row = i / f->columns;
    return (sb_panel) {
        .left = f->left + (double)column * (f->width + GAP_MM),
        .top = f->top + (double)row * row_mm(f),
        .width = f->width,
        .height = f->height,
        .x = f->x,
        .y = f->y,
        .x_labels = is_lowest(f, i),
        .y_labels = column == 0,
        .x_grid = f->x_grid,
        .y_grid = f->y_grid,
    };
}

/* The height of the tallest title; each title is as wide as its panel. */
static double head_mm(const sb_canvas *canvas, const sb_facets *f)
{
    double head = 0;
    for (size_t i = 0; i < f->count && f->titles; i++)
        if (f->titles[i])
            head = fmax(head, (double)sb_canvas_lines(canvas, f->titles[i], f->width) *
                                      sb_canvas_line_mm(canvas) +
                                  SB_GAP_MM);
    return head;
}

typedef struct place {
    double mm, points;
    bool horizontal;
} place;

static void tick_axis(sb_plot_axis *axis, char *const *texts, size_t count, const place *p)
{
    if (texts)
        sb_plot_axis_tick_texts(axis, (const char *const *)texts, count, p->mm, p->points,
                                p->horizontal);
    else
        sb_plot_axis_tick(axis, p->mm, p->points, p->horizontal);
}

double sb_facets_place(sb_canvas *canvas, sb_facets *f, double y)
{
    const double points = canvas->style->points, line = sb_canvas_line_mm(canvas);
    tick_axis(&f->y, f->y_texts, f->y_count, &(place) { f->height, points, false });
    sb_panel first = { .y = f->y, .y_labels = true, .x_labels = true };
    f->left = EDGE_MM + sb_panel_side_mm(canvas, &first);
    double room = canvas->width - f->left - RIGHT_MM;
    f->columns = (size_t)fmax(1, floor((room + GAP_MM) / (f->least + GAP_MM)));
    f->columns = f->columns < f->count ? f->columns : f->count;
    if (f->most_columns && f->columns > f->most_columns)
        f->columns = f->most_columns;
    f->columns = (f->count + row_count(f) - 1) / row_count(f); /* as evenly as possible */
    f->width = (room + GAP_MM) / (double)f->columns - GAP_MM;
    if (!f->own_x &&
        !(f->x_at && sb_plot_axis_tick_fits(&f->x, f->x_at, f->x_count, f->width, points)))
        tick_axis(&f->x, f->x_texts, f->x_count, &(place) { f->width, points, true });
    f->head = head_mm(canvas, f);
    if (f->y_title) {
        sb_canvas_text(canvas, EDGE_MM, y + line / 2, SB_LEFT, NULL, f->y_title);
        y += line + SB_GAP_MM;
    }
    f->top = y + fmax(f->head, f->y_title ? line / 2 : 0); /* the topmost label protrudes */
    f->numbers = f->own_x ? sb_panel_foot_mm(canvas, &first) : 0;
    double end = f->top + (double)(row_count(f) - 1) * row_mm(f) + f->height;
    double foot = sb_panel_foot_mm(canvas, &first);
    if (f->x_title) {
        double wide = canvas->width - f->left - RIGHT_MM;
        foot += SB_GAP_MM;
        foot += line * (double)sb_canvas_wrapped(canvas, f->left + wide / 2, end + foot + line / 2,
                                                 wide, SB_CENTRE, NULL, f->x_title);
    }
    return end + foot;
}

sb_panel sb_facets_open(sb_canvas *canvas, const sb_facets *f, size_t i)
{
    sb_panel p = panel_at(f, i);
    const char *title = f->titles ? f->titles[i] : NULL;
    if (title)
        sb_canvas_wrapped(canvas, p.left, p.top - f->head + sb_canvas_line_mm(canvas) / 2, p.width,
                          SB_LEFT, SB_GREY_TEXT, title);
    sb_panel_open(canvas, &p);
    return p;
}
