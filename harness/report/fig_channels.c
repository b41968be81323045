/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speedup against output channels for each kernel size. With K output channels and an r x s kernel
 * theory allows K r s / (K + r s), which tends to r s: the limit drawn. Only for runs that hold a
 * sweep: layers that differ in nothing but K, and at least three of them for some kernel size.
 */
#include "report/figure.h"
#include "report/gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_CHANNELS = 3, MOST_SERIES = 8, MOST_FIGURES = 16 };

/* The layers that differ in K alone. */
typedef struct series {
    const sb_layer *first;
    int64_t channels[LEAST_CHANNELS]; /* the first few that differ */
    size_t count;
} series;

static void note_channels(series *s, int64_t channels)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->channels[i] == channels)
            return;
    if (s->count < LEAST_CHANNELS)
        s->channels[s->count++] = channels;
}

static bool same_sweep(const sb_problem *a, const sb_problem *b)
{
    return a->n == b->n && a->c == b->c && a->h == b->h && a->w == b->w &&
           a->stride_h == b->stride_h && a->stride_w == b->stride_w &&
           a->dilation_h == b->dilation_h && a->dilation_w == b->dilation_w &&
           a->multiplier == b->multiplier;
}

/* Padding follows the kernel's size, so it tells series apart but not sweeps. */
static bool same_series(const sb_problem *a, const sb_problem *b)
{
    return same_sweep(a, b) && a->r == b->r && a->s == b->s && a->pad_top == b->pad_top &&
           a->pad_bottom == b->pad_bottom && a->pad_left == b->pad_left &&
           a->pad_right == b->pad_right;
}

/* One figure: a sweep and a technique. */
typedef struct sweep {
    size_t technique;
    series list[MOST_SERIES];
    size_t count;
} sweep;

static void note(sweep *list, size_t *count, const sb_model *model, const sb_point *point)
{
    const sb_layer *layer = &model->layers[point->at.layer];
    sweep *to = NULL;
    for (size_t i = 0; i < *count && !to; i++)
        if (list[i].technique == point->at.technique &&
            same_sweep(&list[i].list[0].first->shape, &layer->shape))
            to = &list[i];
    if (!to) {
        to = &list[(*count)++];
        *to = (sweep) { .technique = point->at.technique };
    }
    for (size_t i = 0; i < to->count; i++)
        if (same_series(&to->list[i].first->shape, &layer->shape)) {
            note_channels(&to->list[i], layer->shape.k);
            return;
        }
    if (to->count < MOST_SERIES)
        to->list[to->count++] = (series) { layer, { layer->shape.k }, 1 };
}

static bool is_sweep(const sweep *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].count == LEAST_CHANNELS)
            return true;
    return false;
}

/* At most MOST_FIGURES sweeps; free() the list. */
static size_t sweeps(const sb_model *model, int64_t threads, sweep **list)
{
    size_t count = 0, kept = 0;
    enum { MOST_TRIED = 512 }; /* thousands of unlike layers are no sweep */
    *list = sb_new(MOST_TRIED, sizeof **list);
    for (size_t i = 0; i < model->point_count && count < MOST_TRIED; i++)
        if (model->points[i].at.threads == threads)
            note(*list, &count, model, &model->points[i]);
    for (size_t i = 0; i < count && kept < MOST_FIGURES; i++)
        if (is_sweep(&(*list)[i]))
            (*list)[kept++] = (*list)[i];
    return kept;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    sweep *list;
    size_t count = sweeps(model, threads, &list);
    free(list);
    return count;
}

static int by_channels(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

typedef struct row {
    int64_t channels; /* first: the order */
    const sb_point *point;
} row;

static void add_series(const sb_figure_job *job, const sweep *chosen, const series *s, sb_text *to)
{
    const sb_model *model = job->model;
    row *rows = sb_new(model->point_count, sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; i < model->point_count; i++) {
        const sb_point *point = &model->points[i];
        const sb_problem *shape = &model->layers[point->at.layer].shape;
        if (point->at.threads == job->threads && point->at.technique == chosen->technique &&
            same_series(shape, &s->first->shape))
            rows[count++] = (row) { shape->k, point };
    }
    qsort(rows, count, sizeof *rows, by_channels);
    const sb_problem *shape = &s->first->shape;
    sb_text_add(to, "%schannels\t%lld x %lld\tci_low\tci_high\ttheoretical\tlimit\n",
                to->length ? "\n\n" : "", (long long)shape->r, (long long)shape->s);
    for (size_t i = 0; i < count; i++) {
        const sb_point *p = rows[i].point;
        const double numbers[] = { p->measured.value, p->measured.low, p->measured.high,
                                   p->theoretical, (double)(shape->r * shape->s) };
        sb_text_add(to, "%lld", (long long)rows[i].channels);
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
            sb_text_add(to, "\t");
            sb_gnuplot_add_number(to, numbers[n]);
        }
        sb_text_add(to, "\n");
    }
    free(rows);
}

static void data(const sb_figure_job *job, sb_text *to)
{
    sweep *list;
    sweeps(job->model, job->threads, &list);
    const sweep *chosen = &list[job->variant];
    for (size_t i = 0; i < chosen->count; i++)
        add_series(job, chosen, &chosen->list[i], to);
    free(list);
}

typedef struct range {
    double left, right, low, high;
} range;

static range extent(const sb_figure_job *job, const sweep *chosen)
{
    range r = { INFINITY, 1, 1, 1 };
    for (size_t i = 0; i < job->model->point_count; i++) {
        const sb_point *p = &job->model->points[i];
        const sb_problem *shape = &job->model->layers[p->at.layer].shape;
        if (p->at.threads != job->threads || p->at.technique != chosen->technique ||
            !same_sweep(shape, &chosen->list[0].first->shape))
            continue;
        r.left = fmin(r.left, (double)shape->k);
        r.right = fmax(r.right, (double)shape->k);
        r.low = fmin(r.low, fmin(p->measured.low, p->theoretical));
        r.high = fmax(r.high, fmax(p->measured.high, (double)(shape->r * shape->s)));
    }
    return r;
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    sweep *list;
    sweeps(job->model, job->threads, &list);
    const sweep *chosen = &list[job->variant];
    const sb_problem *shape = &chosen->list[0].first->shape;
    range r = extent(job, chosen);
    *width = SB_COLUMN_MM;
    sb_text what = { 0 };
    sb_text_add(&what, "%s, input %lld x %lld x %lld",
                job->model->techniques[chosen->technique].name, (long long)shape->c,
                (long long)shape->h, (long long)shape->w);
    sb_figure_title(job, what.data, to);
    sb_text_free(&what);
    double foot = sb_figure_key(*width, chosen->count + 2, to) + SB_X_AXIS_MM;
    *height = SB_TITLE_MM + 55 + foot;
    sb_figure_frame(&(sb_frame) { *width, *height, 11, foot, SB_TITLE_MM }, to);
    sb_figure_ratio_axes("y", to);
    sb_text_add(to,
                "set logscale x 2\nset xrange [%g:%g]\nset yrange [%g:%g]\n"
                "set xlabel 'Output channels'\nset ylabel 'Speedup (times)'\n"
                "set grid lt 1 lc rgb '#e0e0e0' lw 0.5\n"
                "plot ",
                r.left / 1.2, r.right * 1.9, r.low / 1.2, r.high * 1.5);
    for (size_t i = 0; i < chosen->count; i++) {
        sb_text_add(to, "%sdata index %zu using 1:2:3:4 with yerrorlines lw 1.2 ps 0.5",
                    i ? ", \\\n     " : "", i);
        sb_figure_line(i, to);
        sb_text_add(to, " title columnheader(2)");
    }
    for (size_t i = 0; i < chosen->count; i++) {
        long long limit =
            (long long)(chosen->list[i].first->shape.r * chosen->list[i].first->shape.s);
        /* Thin, and dashed and coloured as what was measured. */
        sb_text_add(to, ", \\\n     data index %zu using 1:5 with lines lw 0.5", i);
        sb_figure_line(i, to);
        sb_text_add(to, " %s", i ? "notitle" : "title 'thin: theory'");
        sb_text_add(to, ", \\\n     %lld with lines lw 0.8 dt (2,3) lc rgb '#000000' %s", limit,
                    i ? "notitle" : "title 'limit: kernel area'");
        sb_text_add(to,
                    ", \\\n     '+' using (%g):(%lld):('%lld') every ::0::0 with labels right "
                    "offset 0,0.5 notitle",
                    r.right * 1.8, limit, limit);
    }
    sb_text_add(to, "\n");
    free(list);
}

const sb_figure_kind sb_figure_channels = {
    .name = "channels",
    .variants = variants,
    .data = data,
    .script = script,
};
