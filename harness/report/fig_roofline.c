/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roofline (Williams, Waterman and Patterson, CACM 2009): GFLOP/s against operations for each
 * byte that must move, a panel for each class of layers, under the machine's measured ceilings. A
 * mark is a layer with the fastest kernel of a technique.
 */
#include "report/facets.h"
#include "report/figure.h"
#include "report/thin.h"

#include <math.h>

/* The classes with results for these threads; returns their number. */
static size_t find_classes(const sb_model *model, int64_t threads, sb_class classes[SB_CLASSES])
{
    bool used[SB_CLASSES] = { false };
    size_t count = 0;
    for (size_t i = 0; i < model->timing_count; i++)
        if (model->timings[i].at.threads == threads)
            used[model->timings[i].class_] = true;
    for (int c = 0; c < SB_CLASSES; c++)
        if (used[c])
            classes[count++] = (sb_class)c;
    return count;
}

/* Without ceilings, the figure would be meaningless. */
static size_t variants(const sb_model *model, int64_t threads)
{
    return sb_model_ceilings(model, threads) && sb_have_timings(model, threads);
}

static void find_axes(const sb_figure_job *job, const sb_ceilings *c, sb_plot_axis *x,
                      sb_plot_axis *y)
{
    sb_extent across = sb_extent_none(), up = sb_extent_none();
    sb_extent_add(&up, c->gflops * 1.3);
    for (int level = 0; level < SB_LEVELS; level++)
        if (c->gbytes[level] > 0)
            sb_extent_add(&across, c->gflops / c->gbytes[level]);
    for (size_t i = 0; i < job->model->timing_count; i++) {
        const sb_timing *t = &job->model->timings[i];
        if (t->at.threads != job->threads || !t->leads)
            continue;
        sb_extent_add(&across, t->intensity);
        if (sb_determined(t->time.low, t->time.high))
            sb_extent_add(&up, t->computed);
    }
    *x = sb_extent_axis(&across, 10);
    *y = sb_extent_axis(&up, 10);
}

/* ------------------------------------------------------------------------------------- ceilings */

static const sb_mark peak_look = { "#000000", 0, "1" };
static const sb_mark level_looks[SB_LEVELS] = {
    { "#a0a0a0", 0, "1" },
    { "#808080", 0, "(7,3)" },
    { "#505050", 0, "(2,2)" },
    { "#000000", 0, "(7,2,2,2)" },
};

static void add_segment(sb_canvas *canvas, const char *name, const double from[2],
                        const double to[2])
{
    sb_canvas_block(canvas, "%s: intensity, GFLOP/s", name);
    sb_canvas_row(canvas, from, 2, NULL);
    sb_canvas_row(canvas, to, 2, NULL);
}

/* A block for the peak, then one for each level that the machine has; returns their number. */
static size_t add_ceilings(sb_canvas *canvas, const sb_ceilings *c, const sb_plot_axis *x)
{
    const double left[] = { x->low, c->gflops }, right[] = { x->high, c->gflops };
    size_t count = 1;
    add_segment(canvas, "peak", left, right);
    for (int level = 0; level < SB_LEVELS; level++) {
        double ridge = c->gflops / c->gbytes[level];
        if (!(c->gbytes[level] > 0))
            continue;
        const double from[] = { x->low, x->low * c->gbytes[level] };
        const double to[] = { fmin(ridge, x->high), fmin(ridge, x->high) * c->gbytes[level] };
        add_segment(canvas, sb_level_name((sb_level)level), from, to);
        count++;
    }
    return count;
}

static void plot_ceilings(sb_canvas *canvas, const sb_ceilings *c)
{
    size_t block = 0;
    sb_panel_plot(canvas, "data index %zu using 1:2 with lines", block++);
    sb_canvas_add_line(canvas, &peak_look, 1.4);
    for (int level = 0; level < SB_LEVELS; level++)
        if (c->gbytes[level] > 0) {
            sb_panel_plot(canvas, "data index %zu using 1:2 with lines", block++);
            sb_canvas_add_line(canvas, &level_looks[level], 1);
        }
}

static double place_legend(const sb_figure_job *job, sb_canvas *canvas, const sb_ceilings *c,
                           double y)
{
    sb_legend lines = { 0 }, marks = { 0 };
    sb_text text = { 0 };
    sb_text_add(&text, "peak %.3g GFLOP/s", c->gflops);
    sb_legend_add(&lines, text.data, SB_SWATCH_LINE, peak_look, 1.4);
    for (int level = 0; level < SB_LEVELS; level++) {
        if (!(c->gbytes[level] > 0))
            continue;
        sb_text_clear(&text);
        sb_text_add(&text, "%s %.3g GB/s", sb_level_name((sb_level)level), c->gbytes[level]);
        sb_legend_add(&lines, text.data, SB_SWATCH_LINE, level_looks[level], 1);
    }
    sb_text_free(&text);
    sb_note_undetermined(canvas, sb_legend_add_timed(&marks, job));
    const double left = 2 * SB_EDGE_MM, width = canvas->width - 2 * left;
    y += sb_legend_place(canvas, &lines, left, y, width);
    return y + sb_legend_place(canvas, &marks, left, y, width) + SB_GAP_MM;
}

/* --------------------------------------------------------------------------------------- points */

/* Which marks a block contains. */
typedef struct choice {
    sb_class class_;
    size_t technique;
    bool determined;
} choice;

static bool is_chosen(const sb_figure_job *job, const sb_timing *t, const choice *c)
{
    return t->at.technique == c->technique && t->at.threads == job->threads && t->leads &&
           t->class_ == c->class_ && sb_determined(t->time.low, t->time.high) == c->determined;
}

static void plot_marks(const sb_figure_job *job, sb_canvas *canvas, const choice *c, sb_thin *thin)
{
    const sb_technique *shown = &job->model->techniques[c->technique];
    const sb_mark hollow = { shown->mark.colour, SB_POINT_UNDETERMINED, "1" };
    size_t count = 0;
    sb_thin_clear(thin);
    for (size_t i = 0; i < job->model->timing_count; i++) {
        const sb_timing *t = &job->model->timings[i];
        if (!is_chosen(job, t, c) || !sb_thin_take(thin, t->intensity, t->computed))
            continue;
        if (count++ == 0)
            sb_canvas_block(canvas, "%s, %s%s: intensity, GFLOP/s, layer", sb_class_name(c->class_),
                            shown->shown, c->determined ? "" : ", not determined");
        const double numbers[] = { t->intensity, t->computed };
        sb_canvas_row(canvas, numbers, 2, job->model->layers[t->at.layer].shown);
    }
    if (!count)
        return;
    sb_panel_plot(canvas, "data index %zu using 1:2 with points", canvas->blocks - 1);
    sb_canvas_add_mark(canvas, c->determined ? &shown->mark : &hollow, c->determined ? 0.85 : 0.6);
}

static void plot_class(const sb_figure_job *job, sb_canvas *canvas, const sb_facets *panels,
                       size_t i, sb_class class_)
{
    sb_panel panel = sb_facets_open(canvas, panels, i);
    sb_thin thin = sb_thin_begin(&panel);
    plot_ceilings(canvas, sb_model_ceilings(job->model, job->threads));
    for (size_t t = 0; t < job->model->technique_count; t++) {
        plot_marks(job, canvas, &(choice) { class_, t, true }, &thin);
        plot_marks(job, canvas, &(choice) { class_, t, false }, &thin);
    }
    sb_panel_close(canvas);
    sb_thin_end(&thin, canvas);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    const sb_ceilings *ceilings = sb_model_ceilings(job->model, job->threads);
    sb_class classes[SB_CLASSES];
    const char *titles[SB_CLASSES];
    sb_facets panels = {
        .count = find_classes(job->model, job->threads, classes),
        .titles = titles,
        .x_title = "Operations for each byte that must move (flop/B)",
        .y_title = "GFLOP/s",
        .least = 38,
        .height = fmin(42, 0.3 * canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    for (size_t i = 0; i < panels.count; i++)
        titles[i] = sb_class_name(classes[i]);
    find_axes(job, ceilings, &panels.x, &panels.y);
    double y =
        sb_figure_begin(job, canvas, panels.count > 2 ? canvas->style->page : canvas->style->column,
                        "Arithmetic rate under the machine's roofline, by class of layer");
    y = sb_facets_place(canvas, &panels, place_legend(job, canvas, ceilings, y));
    add_ceilings(canvas, ceilings, &panels.x);
    for (size_t i = 0; i < panels.count; i++)
        plot_class(job, canvas, &panels, i, classes[i]);
    sb_canvas_say(canvas, "A mark is a layer with a technique's fastest kernel. All of input, "
                          "weights and output must move at least once, and taps outside of the "
                          "image are not counted; a kernel that moves its "
                          "data more often stands lower for it, not further left.");
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_roofline = {
    .name = "roofline",
    .variants = variants,
    .draw = draw,
};
