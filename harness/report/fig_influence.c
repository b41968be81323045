/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The influence of each parameter of a tuned kernel: a panel for each parameter, with the best and
 * the median time among the evaluations with each of its values, over the best of the search; and
 * in the title the part of the variance that the parameter explains.
 */
#include "report/facets.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/influence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Is this the first search of its kernel with these threads? */
static bool first_of(const sb_evaluations *all, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (all->list[i].threads == all->list[at].threads &&
            strcmp(all->list[i].kernel, all->list[at].kernel) == 0)
            return false;
    return true;
}

/* The `wanted`-th kernel with influences, and how many there are up to it. */
static const char *kernel_at(const sb_model *model, int64_t threads, size_t wanted, size_t *number)
{
    *number = 0;
    for (size_t i = 0; i < model->tuning.count; i++) {
        const sb_search_record *s = &model->tuning.list[i];
        size_t count;
        if (s->threads != threads || !first_of(&model->tuning, i))
            continue;
        sb_influence *list = sb_influences_make(&model->tuning, s->kernel, threads, &count);
        sb_influences_free(list, count);
        if (count > 0 && (*number)++ == wanted)
            return s->kernel;
    }
    return NULL;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    size_t count;
    kernel_at(model, threads, SIZE_MAX, &count);
    return count;
}

static sb_influence *influences_of(const sb_figure_job *job, const char **kernel, size_t *count)
{
    size_t number;
    *kernel = kernel_at(job->model, job->threads, job->variant, &number);
    return sb_influences_make(&job->model->tuning, *kernel, job->threads, count);
}

static const sb_mark best_look = { "#000000", 7, "1" };
static const sb_mark median_look = { "#d55e00", 4, "1" };

static sb_plot_axis y_axis(const sb_influence *list, size_t count)
{
    sb_extent extent = sb_extent_none();
    sb_extent_add(&extent, 1);
    for (size_t i = 0; i < count; i++)
        for (size_t l = 0; l < list[i].count; l++) {
            sb_extent_add(&extent, list[i].levels[l].best);
            sb_extent_add(&extent, list[i].levels[l].median);
        }
    return sb_extent_axis(&extent, 10);
}

/* "vectors: 43 %" */
static char *title_of(const sb_influence *influence)
{
    sb_text title = { 0 };
    sb_text_add_visible(&title, influence->parameter);
    if (isfinite(influence->share))
        sb_text_add(&title, ": %.0f %%", floor(100 * influence->share + 1e-9)); /* at most 100 */
    return title.data;
}

/* The parameter's values as numbers on an axis. */
static sb_plot_axis value_axis(const sb_canvas *canvas, const sb_influence *influence, double mm)
{
    sb_plot_axis axis = { .low = -0.6, .high = (double)influence->count - 0.4 };
    char **texts = sb_new(influence->count, sizeof *texts);
    for (size_t l = 0; l < influence->count; l++) {
        sb_text text = { 0 };
        sb_text_add_visible(&text, influence->levels[l].value);
        texts[l] = text.data;
    }
    sb_plot_axis_tick_texts(&axis, (const char *const *)texts, influence->count, mm,
                            canvas->style->points, true);
    for (size_t l = 0; l < influence->count; l++)
        free(texts[l]);
    free(texts);
    return axis;
}

static void plot_levels(sb_canvas *canvas, const sb_influence *influence)
{
    sb_text name = { 0 };
    sb_text_add_visible(&name, influence->parameter);
    sb_canvas_block(canvas, "%s: place, best, median, evaluations, value", name.data);
    for (size_t l = 0; l < influence->count; l++) {
        const sb_influence_level *level = &influence->levels[l];
        const double numbers[] = { (double)l, level->best, level->median, (double)level->count };
        sb_text_clear(&name);
        sb_text_add_visible(&name, level->value);
        sb_canvas_row(canvas, numbers, 4, name.data);
    }
    sb_text_free(&name);
    size_t block = canvas->blocks - 1;
    sb_panel_plot(canvas, "data index %zu using 1:3 with points", block);
    sb_canvas_add_mark(canvas, &median_look, 0.7);
    if (influence->numbers) { /* between names there is nothing to see */
        sb_panel_plot(canvas, "data index %zu using 1:2 with lines", block);
        sb_canvas_add_line(canvas, &best_look, 0.9);
    }
    sb_panel_plot(canvas, "data index %zu using 1:2 with points", block);
    sb_canvas_add_mark(canvas, &best_look, 0.6);
}

static void draw_panels(sb_canvas *canvas, const sb_influence *list, size_t count, double y)
{
    sb_legend legend = { 0 };
    sb_legend_add(&legend, "best", SB_SWATCH_BOTH, best_look, 0.9);
    sb_legend_add(&legend, "median", SB_SWATCH_MARK, median_look, 1);
    y += sb_legend_place(canvas, &legend, 2 * SB_EDGE_MM, y, canvas->width - 4 * SB_EDGE_MM) +
         SB_GAP_MM;
    char **titles = sb_new(count, sizeof *titles);
    for (size_t i = 0; i < count; i++)
        titles[i] = title_of(&list[i]);
    sb_facets panels = {
        .count = count,
        .titles = (const char *const *)titles,
        .x = { .low = 0, .high = 1 },
        .y = y_axis(list, count),
        .y_title = "Time over best",
        .least = 36,
        .height = fmin(26, 0.22 * canvas->style->tallest),
        .y_grid = true,
        .own_x = true,
    };
    y = sb_facets_place(canvas, &panels, y);
    for (size_t i = 0; i < count; i++) {
        panels.x = value_axis(canvas, &list[i], panels.width);
        sb_facets_open(canvas, &panels, i);
        plot_levels(canvas, &list[i]);
        sb_panel_close(canvas);
        free(titles[i]);
    }
    free(titles);
    sb_canvas_finish(canvas, y);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    const char *kernel;
    size_t count;
    sb_influence *list = influences_of(job, &kernel, &count);
    sb_text name = { 0 };
    sb_text_add_visible(&name, kernel);
    double y = sb_figure_begin(job, canvas, count > 2 ? canvas->style->page : canvas->style->column,
                               "What the parameters of %s do", name.data);
    sb_canvas_say(canvas,
                  "The best and the median time among the evaluations with each value, over "
                  "the best of the search. Per cent: the part of the variance of the "
                  "logarithm of time that a parameter explains alone; where parameters that a "
                  "search changed together explain some of it together, all are scaled so that "
                  "they come to 100.");
    draw_panels(canvas, list, count, y);
    sb_text_free(&name);
    sb_influences_free(list, count);
}

const sb_figure_kind sb_figure_influence = {
    .name = "influence",
    .variants = variants,
    .draw = draw,
};
