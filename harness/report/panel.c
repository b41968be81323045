/* SPDX-License-Identifier: Apache-2.0 */
#include "report/panel.h"

#include "report/gnuplot.h"

#include <math.h>
#include <stdarg.h>

#define TICK_MM 0.9

/* A title may start above the labels at the left. */
static double title_left(const sb_canvas *canvas, const sb_panel *panel)
{
    return panel->left - (panel->y_labels ? sb_panel_side_mm(canvas, panel) : 0);
}

static double title_width(const sb_canvas *canvas, const sb_panel *panel)
{
    return panel->left + panel->width - title_left(canvas, panel);
}

/* The space that a panel needs above its area, for the title. */
static double head_mm(const sb_canvas *canvas, const sb_panel *panel)
{
    if (!panel->title)
        return 0;
    size_t lines = sb_canvas_lines(canvas, panel->title, title_width(canvas, panel));
    return (double)lines * sb_canvas_line_mm(canvas) + SB_GAP_MM;
}

/* The distance from the axis to the labels below it, which must not overlap the lowest label at the
 * left. */
static double numbers_mm(const sb_canvas *canvas)
{
    return fmax(TICK_MM + SB_GAP_MM, 0.55 * sb_canvas_line_mm(canvas));
}

double sb_panel_foot_mm(const sb_canvas *canvas, const sb_panel *panel)
{
    double line = sb_canvas_line_mm(canvas), foot = TICK_MM;
    if (panel->x_labels)
        foot = numbers_mm(canvas) + line;
    if (panel->x_title)
        foot += SB_GAP_MM + line * (double)sb_canvas_lines(canvas, panel->x_title, panel->width);
    return foot;
}

double sb_panel_side_mm(const sb_canvas *canvas, const sb_panel *panel)
{
    if (!panel->y_labels)
        return panel->y.count ? TICK_MM : 0;
    return TICK_MM + SB_GAP_MM + sb_plot_axis_label_mm(&panel->y, canvas->style->points);
}

static void add_axis(sb_canvas *canvas, char name, const sb_plot_axis *axis, bool grid)
{
    sb_text *to = &canvas->script;
    sb_text_add(to, "set %crange [%.9g:%.9g]\n", name, axis->low, axis->high);
    sb_text_add(to, axis->base ? "set logscale %c\n" : "unset logscale %c\n", name);
    sb_text_add(to, "set %ctics (", name);
    for (size_t i = 0; i < axis->count; i++)
        sb_text_add(to, "%s'' %.9g%s", i ? ", " : "", axis->ticks[i].at,
                    axis->ticks[i].text[0] ? "" : " 1");
    sb_text_add(to, axis->count ? ")\n" : ")\nunset %ctics\n", name);
    sb_text_add(to,
                grid ? "set grid %ctics lt 1 lw 0.5 lc rgb '" SB_GREY_GRID "'\n"
                     : "set grid no%ctics\n",
                name);
}

static void label_x(sb_canvas *canvas, const sb_panel *p)
{
    double y = p->top + p->height + numbers_mm(canvas) + sb_canvas_line_mm(canvas) / 2;
    for (size_t i = 0; i < p->x.count && p->x_labels; i++)
        if (p->x.ticks[i].text[0])
            sb_canvas_text(canvas, p->left + sb_plot_axis_place(&p->x, p->x.ticks[i].at) * p->width,
                           y, SB_CENTRE, NULL, p->x.ticks[i].text);
    if (p->x_labels)
        y += sb_canvas_line_mm(canvas) + SB_GAP_MM;
    if (p->x_title)
        sb_canvas_wrapped(canvas, p->left + p->width / 2, y, p->width, SB_CENTRE, NULL, p->x_title);
}

static void label_y(sb_canvas *canvas, const sb_panel *p)
{
    double x = p->left - TICK_MM - SB_GAP_MM;
    for (size_t i = 0; i < p->y.count && p->y_labels; i++)
        if (p->y.ticks[i].text[0])
            sb_canvas_text(canvas, x,
                           p->top + (1 - sb_plot_axis_place(&p->y, p->y.ticks[i].at)) * p->height,
                           SB_RIGHT, NULL, p->y.ticks[i].text);
}

void sb_panel_open(sb_canvas *canvas, const sb_panel *p)
{
    sb_text *to = &canvas->script;
    canvas->panels++;
    canvas->plotting = false;
    canvas->outside = p->y.high + (p->y.high - p->y.low);
    sb_text_add(to,
                "set lmargin at screen X(%.2f)\nset rmargin at screen X(%.2f)\n"
                "set tmargin at screen Y(%.2f)\nset bmargin at screen Y(%.2f)\n",
                p->left, p->left + p->width, p->top, p->top + p->height);
    add_axis(canvas, 'x', &p->x, p->x_grid);
    add_axis(canvas, 'y', &p->y, p->y_grid);
    sb_text_add(to, "set border %d lw 0.8 lc rgb '" SB_GREY_LINE "'\n",
                (p->x.count ? 1 : 0) + (p->y.count ? 2 : 0));
    if (p->title)
        sb_canvas_wrapped(canvas, title_left(canvas, p),
                          p->top - head_mm(canvas, p) + sb_canvas_line_mm(canvas) / 2,
                          title_width(canvas, p), SB_LEFT, NULL, p->title);
    label_x(canvas, p);
    label_y(canvas, p);
}

void sb_panel_plot(sb_canvas *canvas, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sb_text_add(&canvas->script, canvas->plotting ? ", \\\n     " : "plot ");
    sb_text_add_list(&canvas->script, format, arguments);
    va_end(arguments);
    canvas->plotting = true;
}

void sb_panel_close(sb_canvas *canvas)
{
    if (!canvas->plotting)
        sb_panel_plot(canvas, "%.9g with lines notitle", canvas->outside);
    sb_text_add(&canvas->script, "\nunset label\nunset arrow\nunset object\n");
}
