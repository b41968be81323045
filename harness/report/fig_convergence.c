/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The convergence of a tuning, a panel for each kernel: the best time so far over the best of all,
 * against evaluations, as a geometric mean over the kernel's layers with the quartiles as a band;
 * and the same for random search, if it was measured (tune --base-line) or follows from a space
 * that was measured completely.
 */
#include "report/facets.h"
#include "report/figure.h"
#include "report/gnuplot.h"

#include "measure/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DENSE = 100 /* evaluations that are all drawn; then one in a hundred */ };

/* The searches of one kernel. */
typedef struct curve {
    const char *kernel, *strategy;
    const sb_search_record **searches;
    size_t count, longest;
    size_t known, longest_known; /* those of them whose random search is known come first */
} curve;

typedef struct curves {
    curve *list;
    size_t count;
} curves;

static size_t random_length(const sb_search_record *record)
{
    return sb_search_record_is_complete(record) ? record->found_count
           : record->drawn_count                ? record->drawn_count + 1
                                                : 0;
}

static curve *curve_of(curves *all, const sb_search_record *record)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].kernel, record->kernel) == 0)
            return &all->list[i];
    all->list = sb_grow(all->list, all->count + 1, sizeof *all->list);
    all->list[all->count] = (curve) { .kernel = record->kernel, .strategy = record->strategy };
    return &all->list[all->count++];
}

static void add_search(curve *to, const sb_search_record *record)
{
    size_t length = random_length(record), found = record->found_count;
    to->searches = sb_grow(to->searches, to->count + 1, sizeof *to->searches);
    to->searches[to->count++] = record;
    to->longest = found > to->longest ? found : to->longest;
    if (length == 0)
        return;
    to->searches[to->count - 1] = to->searches[to->known];
    to->searches[to->known++] = record;
    to->longest_known = length > to->longest_known ? length : to->longest_known;
}

static curves curves_of(const sb_model *model, int64_t threads)
{
    curves all = { 0 };
    for (size_t i = 0; i < model->tuning.count; i++) {
        const sb_search_record *record = &model->tuning.list[i];
        if (record->threads == threads && isfinite(record->best) && record->found_count >= 2)
            add_search(curve_of(&all, record), record);
    }
    return all;
}

static void curves_free(curves *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].searches);
    free(all->list);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    curves all = curves_of(model, threads);
    size_t count = all.count > 0;
    curves_free(&all);
    return count;
}

/* ----------------------------------------------------------------------------------------- data */

/* The curve of one search; one that ended earlier keeps its last value. */
static void fill_curve(const sb_search_record *record, bool random, double *logs, size_t length)
{
    if (!random) {
        sb_search_record_curve(record, logs, length);
        return;
    }
    size_t known = sb_search_record_random(record, logs, length);
    for (size_t k = known; k < length; k++)
        logs[k] = logs[known - 1];
}

/* Mean and quartiles after k + 1 evaluations; false while a search has had no success. */
static bool summarise_step(const double *logs, size_t count, size_t length, size_t k,
                           double numbers[3])
{
    double *values = sb_new(count, sizeof *values), sum = 0;
    for (size_t s = 0; s < count; s++)
        sum += values[s] = logs[s * length + k];
    sb_sort_values(values, count);
    numbers[0] = exp(sum / (double)count);
    numbers[1] = exp(sb_quantile_sorted(values, count, 0.25));
    numbers[2] = exp(sb_quantile_sorted(values, count, 0.75));
    free(values);
    return isfinite(sum);
}

/* A row, and, where the values change, one before it with the former ones: a corner. The best so
 * far stays as it is between two evaluations, so that the curve is a staircase. */
static void add_corner(sb_canvas *canvas, double place, const double numbers[3], double last[4])
{
    const double row[] = { place, numbers[0], numbers[1], numbers[2] };
    if (last[0] > 0 && memcmp(last + 1, numbers, 3 * sizeof *numbers) != 0) {
        last[0] = place;
        sb_canvas_row(canvas, last, 4, NULL);
    }
    sb_canvas_row(canvas, row, 4, NULL);
    memcpy(last, row, sizeof row);
}

/* Writes a block of the curve and extends the axis's extent. */
static void add_block(sb_canvas *canvas, const curve *c, bool random, sb_extent *extent)
{
    size_t count = random ? c->known : c->count, length = random ? c->longest_known : c->longest;
    double *logs = sb_new(count * length, sizeof *logs), numbers[3], last[4] = { 0 };
    for (size_t s = 0; s < count; s++)
        fill_curve(c->searches[s], random, logs + s * length, length);
    sb_text name = { 0 };
    sb_text_add_visible(&name, c->kernel);
    sb_canvas_block(canvas, "%s, %s: evaluations, best so far over best, quartile 1, quartile 3",
                    name.data, random ? "random search" : c->strategy);
    for (size_t k = 0; k < length; k++) {
        bool shown = k < DENSE || k == length - 1 || k % (length / 100 + 1) == 0;
        if (!shown || !summarise_step(logs, count, length, k, numbers))
            continue;
        add_corner(canvas, (double)(k + 1), numbers, last);
        sb_extent_add(extent, numbers[0]);
        sb_extent_add(extent, numbers[2]);
    }
    sb_text_free(&name);
    free(logs);
}

/* -------------------------------------------------------------------------------------- drawing */

static const sb_mark found_look = { "#d55e00", 0, "1" };
static const sb_mark random_look = { "#7f7f7f", 0, "(6,2)" };

static char **make_titles(const curves *all)
{
    char **titles = sb_new(all->count, sizeof *titles);
    for (size_t i = 0; i < all->count; i++) {
        sb_text title = { 0 };
        sb_text_add_visible(&title, all->list[i].kernel);
        sb_text_add(&title, ", ");
        sb_text_add_visible(&title, all->list[i].strategy);
        if (all->list[i].count > 1)
            sb_text_add(&title, ", %zu layers", all->list[i].count);
        titles[i] = title.data;
    }
    return titles;
}

static void plot_block(sb_canvas *canvas, size_t block, const sb_mark *look, double width)
{
    sb_panel_plot(canvas,
                  "data index %zu using 1:3:4 with filledcurves fs transparent solid 0.25 noborder "
                  "lc rgb '%s'",
                  block, look->colour);
    sb_panel_plot(canvas, "data index %zu using 1:2 with lines", block);
    sb_canvas_add_line(canvas, look, width);
}

static double place_legend(sb_canvas *canvas, const curves *all, double y)
{
    sb_legend legend = { 0 };
    size_t known = 0;
    for (size_t i = 0; i < all->count; i++)
        known += all->list[i].known;
    sb_legend_add(&legend, "search", SB_SWATCH_LINE, found_look, 1.5);
    if (known)
        sb_legend_add(&legend, "random search", SB_SWATCH_LINE, random_look, 1.2);
    return y + SB_GAP_MM +
           sb_legend_place(canvas, &legend, 2 * SB_EDGE_MM, y, canvas->width - 4 * SB_EDGE_MM);
}

static void draw_panels(sb_canvas *canvas, const curves *all, double y)
{
    char **titles = make_titles(all);
    sb_extent across = sb_extent_none(), up = sb_extent_none();
    sb_extent_add(&across, 1);
    sb_extent_add(&up, 1);
    sb_extent_add(&up, 1.05);
    for (size_t i = 0; i < all->count; i++) {
        sb_extent_add(&across, (double)all->list[i].longest);
        add_block(canvas, &all->list[i], false, &up);
        if (all->list[i].known)
            add_block(canvas, &all->list[i], true, &up);
    }
    sb_facets panels = {
        .count = all->count,
        .titles = (const char *const *)titles,
        .x = sb_extent_axis(&across, 10),
        .y = sb_extent_axis(&up, 10),
        .x_title = "Evaluations",
        .y_title = "Best so far over best of all",
        .least = 38,
        .height = fmin(32, 0.25 * canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    y = sb_facets_place(canvas, &panels, place_legend(canvas, all, y));
    for (size_t i = 0, block = 0; i < all->count; i++) {
        bool known = all->list[i].known > 0;
        sb_facets_open(canvas, &panels, i);
        if (known)
            plot_block(canvas, block + 1, &random_look, 1.2);
        plot_block(canvas, block, &found_look, 1.5);
        sb_panel_close(canvas);
        block += known ? 2 : 1;
        free(titles[i]);
    }
    free(titles);
    sb_canvas_finish(canvas, y);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    curves all = curves_of(job->model, job->threads);
    double y =
        sb_figure_begin(job, canvas, all.count > 1 ? canvas->style->page : canvas->style->column,
                        "Convergence of tuning");
    sb_canvas_say(canvas,
                  "The best time so far over the best of all, a geometric mean over layers; "
                  "bands span the quartiles.");
    draw_panels(canvas, &all, y);
    curves_free(&all);
}

const sb_figure_kind sb_figure_convergence = {
    .name = "convergence",
    .variants = variants,
    .draw = draw,
};
