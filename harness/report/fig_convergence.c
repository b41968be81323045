/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a tuning came near its best: for each kernel the best time so far over the best of all,
 * against evaluations, as a geometric mean over its layers with the quartiles as a band; and the
 * same for random search, where it was measured (tune --base-line) or follows from a space of which
 * everything was measured.
 */
#include "report/figure.h"
#include "report/gnuplot.h"

#include "measure/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_LINES = 8, /* kernels */
    MOST_BANDS = 2, /* lines whose bands can be told apart */
    DENSE = 200,    /* evaluations that all have a point; then one in a hundred */
};

/* Searches that make one line. */
typedef struct line {
    const char *kernel, *strategy; /* NULL: random search */
    const sb_seeking **searches;
    size_t count, longest;
} line;

typedef struct lines {
    line list[MOST_LINES + 1];
    size_t count, searches, dropped; /* kernels that have no line */
} lines;

static void add_search(line *to, const sb_seeking *seeking, size_t length)
{
    to->searches = sb_grow(to->searches, to->count + 1, sizeof *to->searches);
    to->searches[to->count++] = seeking;
    to->longest = length > to->longest ? length : to->longest;
}

static line *line_of(lines *all, const sb_seeking *seeking)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].kernel, seeking->kernel) == 0)
            return &all->list[i];
    if (all->count == MOST_LINES) {
        all->dropped++;
        return NULL;
    }
    all->list[all->count] = (line) { .kernel = seeking->kernel, .strategy = seeking->strategy };
    return &all->list[all->count++];
}

static size_t random_length(const sb_seeking *seeking)
{
    return sb_seeking_complete(seeking) ? seeking->found_count
           : seeking->drawn_count       ? seeking->drawn_count + 1
                                        : 0;
}

/* The kernels in their order, then random search if it is known for any search. */
static lines lines_of(const sb_model *model, int64_t threads)
{
    lines all = { 0 };
    line random = { 0 };
    for (size_t i = 0; i < model->tuning.count; i++) {
        const sb_seeking *seeking = &model->tuning.list[i];
        if (seeking->threads != threads || isinf(seeking->best) || seeking->found_count < 2)
            continue;
        line *to = line_of(&all, seeking);
        if (!to)
            continue;
        all.searches++;
        add_search(to, seeking, seeking->found_count);
        if (random_length(seeking))
            add_search(&random, seeking, random_length(seeking));
    }
    if (random.count)
        all.list[all.count++] = random;
    return all;
}

static void lines_free(lines *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].searches);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    lines all = lines_of(model, threads);
    size_t count = all.count > 0;
    lines_free(&all);
    return count;
}

/* ---------------------------------------------------------------------------------------- data */

/* The curve of one search; a search that ended earlier stays where it was. */
static void fill_curve(const line *l, size_t search, double *logs)
{
    if (l->kernel) {
        sb_seeking_curve(l->searches[search], logs, l->longest);
        return;
    }
    size_t known = sb_seeking_random(l->searches[search], logs, l->longest);
    for (size_t k = known; k < l->longest; k++)
        logs[k] = logs[known - 1];
}

/* Of all searches: [search][evaluation]; free() it. */
static double *curves_of(const line *l)
{
    double *curves = sb_new(l->count * l->longest, sizeof *curves);
    for (size_t s = 0; s < l->count; s++)
        fill_curve(l, s, curves + s * l->longest);
    return curves;
}

/* Mean and quartiles after k + 1 evaluations; false while a search has found nothing that works. */
static bool summarise(const double *curves, const line *l, size_t k, double numbers[3])
{
    double *values = sb_new(l->count, sizeof *values), sum = 0;
    for (size_t s = 0; s < l->count; s++)
        sum += values[s] = curves[s * l->longest + k];
    sb_sort_values(values, l->count);
    numbers[0] = exp(sum / (double)l->count);
    numbers[1] = exp(sb_quantile_sorted(values, l->count, 0.25));
    numbers[2] = exp(sb_quantile_sorted(values, l->count, 0.75));
    free(values);
    return isfinite(sum);
}

static void add_block(const line *l, sb_text *to)
{
    double *curves = curves_of(l), numbers[3];
    for (size_t k = 0; k < l->longest; k++) {
        bool shown = k < DENSE || k == l->longest - 1 || k % (l->longest / 100 + 1) == 0;
        if (!shown || !summarise(curves, l, k, numbers))
            continue;
        sb_text_add(to, "%zu", k + 1);
        for (size_t i = 0; i < 3; i++) {
            sb_text_add(to, "\t");
            sb_gnuplot_add_number(to, numbers[i]);
        }
        sb_text_add(to, "\n");
    }
    free(curves);
}

static void add_name(const line *l, const lines *all, sb_text *to)
{
    sb_text name = { 0 };
    if (l->kernel)
        sb_text_add(&name, "%s, %s", l->kernel, l->strategy);
    else if (l->count == all->searches)
        sb_text_add(&name, "random search");
    else
        sb_text_add(&name, "random (%zu of %zu searches)", l->count, all->searches);
    sb_gnuplot_add_field(to, name.data, 40);
    sb_text_free(&name);
}

static void data(const sb_figure_job *job, sb_text *to)
{
    lines all = lines_of(job->model, job->threads);
    for (size_t i = 0; i < all.count; i++) {
        sb_text_add(to, "%sevaluations\t", i ? "\n\n" : "");
        add_name(&all.list[i], &all, to);
        sb_text_add(to, "\tquartile1\tquartile3\n");
        add_block(&all.list[i], to);
    }
    lines_free(&all);
}

/* -------------------------------------------------------------------------------------- script */

/* The largest number that the figure shows. */
static double top_of(const lines *all)
{
    double top = 1.05;
    for (size_t i = 0; i < all->count; i++) {
        const line *l = &all->list[i];
        double *curves = curves_of(l), numbers[3] = { 1, 1, 1 };
        size_t k = 0;
        while (k < l->longest && !summarise(curves, l, k, numbers))
            k++;
        top = k < l->longest ? fmax(top, fmax(numbers[0], numbers[2])) : top;
        free(curves);
    }
    return top;
}

static void y_axis(double top, sb_text *to)
{
    sb_text_add(to, "set logscale y\nset yrange [1:%g]\nset ytics (%s)\n", pow(top, 1.05),
                top < 1.3 ? "1, 1.01, 1.02, 1.05, 1.1, 1.15, 1.2, 1.25"
                : top < 3 ? "1, 1.05, 1.1, 1.2, 1.3, 1.5, 2, 2.5"
                          : "1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100");
}

static void add_band(size_t index, bool random, sb_text *to)
{
    static const char *const tints[] = { "#f2b48f", "#a9cfe6" };
    sb_text_add(to,
                ", \\\n     data index %zu using 1:3:4 with filledcurves fs transparent solid 0.35 "
                "noborder lc rgb '%s' notitle",
                index, random ? "#c8c8c8" : tints[index % 2]);
}

static void add_line(size_t index, bool random, sb_text *to)
{
    sb_text_add(to, ", \\\n     data index %zu using 1:2 with lines", index);
    if (random)
        sb_text_add(to, " lw 2.4 dt 1 lc rgb '#9a9a9a'");
    else
        sb_figure_line(index, to);
    sb_text_add(to, " title columnheader(2)");
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    lines all = lines_of(job->model, job->threads);
    size_t longest = 2;
    *width = SB_COLUMN_MM;
    for (size_t i = 0; i < all.count; i++)
        longest = all.list[i].longest > longest ? all.list[i].longest : longest;
    sb_figure_title(
        job, all.dropped ? "convergence of the first kernels' searches" : "convergence of tuning",
        to);
    /* Their names are long: each takes two places of the legend. */
    double foot = sb_figure_key(*width, 3 * all.count, to) + SB_X_AXIS_MM;
    *height = foot + 45 + SB_TITLE_MM;
    sb_figure_frame(&(sb_frame) { *width, *height, 12, foot, SB_TITLE_MM }, to);
    sb_text_add(to,
                "set key maxcols 1\n"
                "set logscale x\nset xrange [1:%zu]\n"
                "set xlabel 'Evaluations'\nset ylabel 'Best so far / best of all'\n"
                "set grid lt 1 lc rgb '#e0e0e0' lw 0.5\n",
                longest);
    y_axis(top_of(&all), to);
    sb_text_add(to, "plot 1 with lines lt 1 lw 0.7 lc rgb '#808080' notitle");
    bool bands = all.count <= MOST_BANDS;
    for (size_t i = 0; i < all.count && bands; i++)
        add_band(i, !all.list[i].kernel, to);
    for (size_t i = 0; i < all.count; i++)
        add_line(i, !all.list[i].kernel, to);
    sb_text_add(to, "\n");
    lines_free(&all);
}

const sb_figure_kind sb_figure_convergence = {
    .name = "convergence",
    .variants = variants,
    .data = data,
    .script = script,
};
