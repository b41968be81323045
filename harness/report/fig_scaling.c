/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gain from more threads for kernels that use them: the rate over the rate with the fewest
 * threads of the run, for each technique and operation, over the layers that were measured with
 * every thread count, each with the technique's fastest kernel at that count. Two thread counts
 * give a dot chart, more of them curves.
 */
#include "core/text.h"
#include "report/dots.h"
#include "report/facets.h"
#include "report/groups.h"

#include <math.h>
#include <stdlib.h>

#define MOST_LINEAR 8 /* threads; beyond, axes are logarithmic */

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The thread counts in order; free() them. */
static int64_t *thread_counts(const sb_model *model)
{
    int64_t *counts = sb_new(model->thread_count, sizeof *counts);
    for (size_t i = 0; i < model->thread_count; i++)
        counts[i] = model->threads[i];
    qsort(counts, model->thread_count, sizeof *counts, ascending);
    return counts;
}

/* GFLOP/s of each layer and thread count: [layer][count], NAN if there is none. free() it. */
static double *rates_of(const sb_model *model, const int64_t *counts, size_t technique,
                        sb_operation operation)
{
    size_t n = model->thread_count;
    double *rates = sb_new(model->layer_count * n, sizeof *rates);
    for (size_t i = 0; i < model->layer_count * n; i++)
        rates[i] = NAN;
    for (size_t i = 0; i < model->timing_count; i++) {
        const sb_timing *t = &model->timings[i];
        if (t->at.technique != technique || t->operation != operation || !t->leads ||
            !t->threaded || !sb_determined(t->time.low, t->time.high))
            continue;
        const int64_t *at = bsearch(&t->at.threads, counts, n, sizeof *counts, ascending);
        rates[t->at.layer * n + (size_t)(at - counts)] = t->gflops;
    }
    return rates;
}

static bool is_complete(const double *rates, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(rates[i]))
            return false;
    return true;
}

/* A technique and operation with at least one complete layer. */
typedef struct curve {
    size_t technique;
    sb_operation operation;
    size_t layers;
    sb_interval *speedups; /* owned; of each thread count: geometric mean and quartiles */
} curve;

typedef struct curves {
    int64_t *counts;
    size_t count_of_counts;
    curve *list;
    size_t count;
} curves;

/* Over the complete layers; returns their number. */
static size_t speedups_at(const sb_model *model, const double *rates, size_t at, sb_interval *to)
{
    size_t n = model->thread_count, count = 0;
    double *ratios = sb_new(model->layer_count, sizeof *ratios);
    for (size_t layer = 0; layer < model->layer_count; layer++)
        if (is_complete(rates + layer * n, n))
            ratios[count++] = rates[layer * n + at] / rates[layer * n];
    *to = sb_quartiles(ratios, count);
    if (count)
        to->value = sb_geometric_mean(ratios, count);
    free(ratios);
    return count;
}

static curve curve_of(const sb_model *model, const int64_t *counts, size_t technique,
                      sb_operation operation)
{
    curve c = { technique, operation, 0, sb_new(model->thread_count, sizeof *c.speedups) };
    double *rates = rates_of(model, counts, technique, operation);
    for (size_t at = 0; at < model->thread_count; at++)
        c.layers = speedups_at(model, rates, at, &c.speedups[at]);
    free(rates);
    return c;
}

static curves curves_of(const sb_model *model)
{
    curves all = { .counts = thread_counts(model), .count_of_counts = model->thread_count };
    all.list = sb_new(model->technique_count * SB_OPERATIONS, sizeof *all.list);
    for (int operation = 0; operation < SB_OPERATIONS; operation++)
        for (size_t t = 0; t < model->technique_count; t++) {
            curve c = curve_of(model, all.counts, t, (sb_operation)operation);
            if (c.layers)
                all.list[all.count++] = c;
            else
                free(c.speedups);
        }
    return all;
}

static void curves_free(curves *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].speedups);
    free(all->list);
    free(all->counts);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    (void)threads;
    if (model->thread_count < 2)
        return 0;
    curves all = curves_of(model);
    size_t count = all.count > 0;
    curves_free(&all);
    return count;
}

static const char what[] = "What more threads bring, geometric means over layers";

static void say_layers(const sb_figure_job *job, sb_canvas *canvas, const curves *all)
{
    size_t least = all->list[0].layers, most = least;
    for (size_t i = 0; i < all->count; i++) {
        least = all->list[i].layers < least ? all->list[i].layers : least;
        most = all->list[i].layers > most ? all->list[i].layers : most;
    }
    sb_canvas_say(
        canvas,
        "The rate over that with %lld thread%s, of %zu to %zu layers that were determined "
        "with every thread count; kernels that run on one thread are left out.",
        (long long)all->counts[0], sb_plural(all->counts[0]), least, most);
    (void)job;
}

/* ---------------------------------------------------------------------------- two thread counts */

static void draw_dots(const sb_figure_job *job, sb_canvas *canvas, const curves *all)
{
    double ideal = (double)all->counts[1] / (double)all->counts[0];
    sb_text title = { 0 };
    sb_text_add(&title, "Rate with %lld threads over that with %lld", (long long)all->counts[1],
                (long long)all->counts[0]);
    sb_dots dots = {
        .what = what,
        .x_title = title.data,
        .references = { "ideal" },
        .line = 1,
        .base = 0,
        .named = true,
        .spreads = true,
    };
    for (size_t i = 0; i < all->count; i++) {
        const curve *c = &all->list[i];
        sb_dots_row *row = sb_dots_add_row(&dots, job->model, sb_operation_name(c->operation),
                                           job->model->techniques[c->technique].shown);
        row->dots[c->technique] = c->speedups[1];
        row->references[0] = ideal;
    }
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas, "Lines span the quartiles.");
    say_layers(job, canvas, all);
    sb_canvas_finish(canvas, y);
    sb_text_free(&title);
}

/* --------------------------------------------------------------------------- more thread counts */

static void plot_curve(const sb_figure_job *job, sb_canvas *canvas, const curves *all,
                       const curve *c)
{
    const sb_technique *shown = &job->model->techniques[c->technique];
    sb_canvas_block(canvas, "%s, %s: threads, mean, quartile 1, quartile 3, efficiency, layers",
                    sb_operation_name(c->operation), shown->shown);
    for (size_t at = 0; at < all->count_of_counts; at++) {
        const sb_interval *s = &c->speedups[at];
        double more = (double)all->counts[at] / (double)all->counts[0];
        const double numbers[] = { (double)all->counts[at], s->value,         s->low, s->high,
                                   s->value / more,         (double)c->layers };
        sb_canvas_row(canvas, numbers, 6, NULL);
    }
    sb_panel_plot(canvas, "data index %zu using 1:2 with lines", canvas->blocks - 1);
    sb_canvas_add_line(canvas, &shown->mark, 1);
    sb_panel_plot(canvas, "data index %zu using 1:2 with points", canvas->blocks - 1);
    sb_canvas_add_mark(canvas, &shown->mark, 0.9);
}

static const sb_mark ideal_look = { "#000000", 0, "(2,3)" };

static double place_legend(const sb_figure_job *job, sb_canvas *canvas, const curves *all, double y)
{
    sb_legend legend = { 0 };
    sb_legend_add(&legend, "ideal", SB_SWATCH_LINE, ideal_look, 1);
    for (size_t t = 0; t < job->model->technique_count; t++) {
        size_t i = 0;
        while (i < all->count && all->list[i].technique != t)
            i++;
        if (i < all->count)
            sb_legend_add_technique(&legend, job, t, SB_SWATCH_BOTH);
    }
    return y + SB_GAP_MM +
           sb_legend_place(canvas, &legend, 2 * SB_EDGE_MM, y, canvas->width - 4 * SB_EDGE_MM);
}

static void find_axes(const curves *all, sb_facets *panels)
{
    sb_extent across = sb_extent_none(), up = sb_extent_none();
    double last = (double)all->counts[all->count_of_counts - 1];
    for (size_t i = 0; i < all->count; i++)
        for (size_t at = 0; at < all->count_of_counts; at++)
            sb_extent_add(&up, all->list[i].speedups[at].value);
    sb_extent_add(&up, last / (double)all->counts[0]);
    sb_extent_add(&across, (double)all->counts[0]);
    sb_extent_add(&across, last);
    panels->x = sb_extent_axis(&across, last > MOST_LINEAR ? 2 : 0);
    panels->y = sb_extent_axis(&up, last > MOST_LINEAR ? 2 : 0);
}

static void draw_curves(const sb_figure_job *job, sb_canvas *canvas, const curves *all)
{
    const char *titles[SB_OPERATIONS];
    sb_operation operations[SB_OPERATIONS] = { SB_STANDARD };
    double *ticks = sb_new(all->count_of_counts, sizeof *ticks);
    for (size_t i = 0; i < all->count_of_counts; i++)
        ticks[i] = (double)all->counts[i];
    sb_facets panels = {
        .titles = titles,
        .x_at = ticks,
        .x_count = all->count_of_counts,
        .x_title = "Threads",
        .y_title = "Speedup over the fewest threads (times)",
        .least = 45,
        .height = fmin(50, 0.4 * canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    for (size_t i = 0; i < all->count; i++)
        if (i == 0 || all->list[i].operation != all->list[i - 1].operation) {
            titles[panels.count] = sb_operation_name(all->list[i].operation);
            operations[panels.count++] = all->list[i].operation;
        }
    find_axes(all, &panels);
    double y = sb_figure_begin(
        job, canvas, panels.count > 1 ? canvas->style->page : canvas->style->column, "%s", what);
    y = sb_facets_place(canvas, &panels, place_legend(job, canvas, all, y));
    for (size_t p = 0; p < panels.count; p++) {
        sb_facets_open(canvas, &panels, p);
        sb_panel_plot(canvas, "x / %lld. with lines", (long long)all->counts[0]);
        sb_canvas_add_line(canvas, &ideal_look, 1);
        for (size_t i = 0; i < all->count; i++)
            if (all->list[i].operation == operations[p])
                plot_curve(job, canvas, all, &all->list[i]);
        sb_panel_close(canvas);
    }
    say_layers(job, canvas, all);
    sb_canvas_finish(canvas, y);
    free(ticks);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    curves all = curves_of(job->model);
    (all.count_of_counts == 2 ? draw_dots : draw_curves)(job, canvas, &all);
    curves_free(&all);
}

const sb_figure_kind sb_figure_scaling = {
    .name = "scaling",
    .across = true,
    .variants = variants,
    .draw = draw,
};
