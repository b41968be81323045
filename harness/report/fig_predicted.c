/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well the model of a tuning predicted: a panel for each kernel, with the predicted time
 * against the measured time of each evaluation, both over the best of its search, and the diagonal
 * on which they agree; in the title the median error.
 */
#include "report/facets.h"
#include "report/figure.h"
#include "report/thin.h"

#include "core/visible.h"
#include "measure/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_POINTS = 5 };

/* The evaluations of one kernel that were predicted, and succeeded. */
typedef struct cloud {
    const char *kernel;
    double (*points)[2]; /* predicted, measured */
    size_t count;
} cloud;

typedef struct clouds {
    cloud *list;
    size_t count;
} clouds;

static cloud *cloud_of(clouds *all, const char *kernel)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].kernel, kernel) == 0)
            return &all->list[i];
    all->list = sb_grow(all->list, all->count + 1, sizeof *all->list);
    all->list[all->count] = (cloud) { .kernel = kernel };
    return &all->list[all->count++];
}

static void add_search(cloud *to, const sb_search_record *record)
{
    for (size_t i = 0; i < record->found_count; i++) {
        const sb_evaluation_point *point = &record->found[i];
        if (!isfinite(point->ns) || !isfinite(point->predicted))
            continue;
        if ((to->count & (to->count - 1)) == 0)
            to->points = sb_grow(to->points, to->count ? 2 * to->count : 1, sizeof *to->points);
        to->points[to->count][0] = point->predicted / record->best;
        to->points[to->count++][1] = point->ns / record->best;
    }
}

/* Those with enough points. */
static clouds clouds_of(const sb_model *model, int64_t threads)
{
    clouds all = { 0 };
    for (size_t i = 0; i < model->tuning.count; i++) {
        const sb_search_record *record = &model->tuning.list[i];
        if (record->threads == threads && isfinite(record->best))
            add_search(cloud_of(&all, record->kernel), record);
    }
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++)
        if (all.list[i].count >= LEAST_POINTS)
            all.list[kept++] = all.list[i];
        else
            free(all.list[i].points);
    all.count = kept;
    return all;
}

static void clouds_free(clouds *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].points);
    free(all->list);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    clouds all = clouds_of(model, threads);
    size_t count = all.count > 0;
    clouds_free(&all);
    return count;
}

/* The median factor between predicted and measured times, whichever is larger. */
static double median_error(const cloud *c)
{
    double *errors = sb_new(c->count, sizeof *errors);
    for (size_t i = 0; i < c->count; i++)
        errors[i] = fabs(log(c->points[i][0] / c->points[i][1]));
    sb_sort_values(errors, c->count);
    double median = exp(sb_quantile_sorted(errors, c->count, 0.5));
    free(errors);
    return median;
}

static char *title_of(const cloud *c)
{
    sb_text title = { 0 };
    sb_text_add_visible(&title, c->kernel);
    sb_text_add(&title, ": %.1f %% off", 100 * (median_error(c) - 1));
    return title.data;
}

static const sb_mark point_look = { "#0072b2", 6, "1" };
static const sb_mark equal_look = { "#000000", 0, "1" };

static void plot_diagonal(sb_canvas *canvas, const sb_plot_axis *axis)
{
    size_t block = sb_canvas_block(canvas, "equal: predicted, measured");
    const double ends[][2] = { { axis->low, axis->low }, { axis->high, axis->high } };
    sb_canvas_row(canvas, ends[0], 2, NULL);
    sb_canvas_row(canvas, ends[1], 2, NULL);
    sb_panel_plot(canvas, "data index %zu using 1:2 with lines", block);
    sb_canvas_add_line(canvas, &equal_look, 1);
}

static void plot_cloud(sb_canvas *canvas, const cloud *c, sb_thin *thin)
{
    sb_text name = { 0 };
    sb_text_add_visible(&name, c->kernel);
    size_t block = sb_canvas_block(canvas, "%s: predicted, measured, over the best", name.data);
    sb_text_free(&name);
    sb_thin_clear(thin);
    for (size_t i = 0; i < c->count; i++)
        if (sb_thin_take(thin, c->points[i][0], c->points[i][1]))
            sb_canvas_row(canvas, c->points[i], 2, NULL);
    sb_panel_plot(canvas, "data index %zu using 1:2 with points", block);
    sb_canvas_add_mark(canvas, &point_look, 0.5);
}

static sb_plot_axis find_axis(const clouds *all)
{
    sb_extent extent = sb_extent_none();
    sb_extent_add(&extent, 1);
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->list[i].count; k++) {
            sb_extent_add(&extent, all->list[i].points[k][0]);
            sb_extent_add(&extent, all->list[i].points[k][1]);
        }
    return sb_extent_axis(&extent, 10);
}

static double draw_panels(sb_canvas *canvas, const clouds *all, double y)
{
    char **titles = sb_new(all->count, sizeof *titles);
    const sb_plot_axis axis = find_axis(all);
    for (size_t i = 0; i < all->count; i++)
        titles[i] = title_of(&all->list[i]);
    sb_facets panels = {
        .count = all->count,
        .titles = (const char *const *)titles,
        .x = axis,
        .y = axis,
        .x_title = "Predicted time over best",
        .y_title = "Measured time over best",
        .least = 38,
        .height = fmin(38, 0.25 * canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    y = sb_facets_place(canvas, &panels, y);
    for (size_t i = 0; i < all->count; i++) {
        sb_panel panel = sb_facets_open(canvas, &panels, i);
        sb_thin thin = sb_thin_begin(&panel);
        plot_diagonal(canvas, &axis);
        plot_cloud(canvas, &all->list[i], &thin);
        sb_panel_close(canvas);
        sb_thin_end(&thin, canvas);
        free(titles[i]);
    }
    free(titles);
    return y;
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    clouds all = clouds_of(job->model, job->threads);
    double y =
        sb_figure_begin(job, canvas, all.count > 1 ? canvas->style->page : canvas->style->column,
                        "Predicted against measured times of a tuning");
    sb_canvas_say(canvas,
                  "A mark is an evaluation: the time that the model predicted before it was "
                  "measured, and the measured time, over the best of the search; on the "
                  "line both are equal. Per cent: the median difference.");
    sb_canvas_finish(canvas, draw_panels(canvas, &all, y));
    clouds_free(&all);
}

const sb_figure_kind sb_figure_predicted = {
    .name = "predicted",
    .variants = variants,
    .draw = draw,
};
