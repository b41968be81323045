/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speedup over the fewest threads of the run, and efficiency (speedup over the growth in threads),
 * against threads: for each technique and operation the geometric mean over the layers that were
 * measured with every thread count, each with the technique's fastest kernel at that count.
 */
#include "report/figure.h"
#include "report/gnuplot.h"

#include <math.h>
#include <stdlib.h>

#define PANEL_MM    36.0
#define GAP_MM      3.0
#define MOST_LINEAR 8 /* threads; beyond, both axes are logarithmic */

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

/* GFLOP/s of each layer and thread count: [layer][count], NAN where there are none. free() it. */
static double *rates_of(const sb_model *model, const int64_t *counts, size_t technique,
                        int operation)
{
    size_t n = model->thread_count;
    double *rates = sb_new(model->layer_count * n, sizeof *rates);
    for (size_t i = 0; i < model->layer_count * n; i++)
        rates[i] = NAN;
    for (size_t i = 0; i < model->rate_count; i++) {
        const sb_rate *rate = &model->rates[i];
        if (rate->at.technique != technique)
            continue;
        const int64_t *at = bsearch(&rate->at.threads, counts, n, sizeof *counts, ascending);
        rates[rate->at.layer * n + (size_t)(at - counts)] = rate->gflops[operation];
    }
    return rates;
}

static bool complete(const double *rates, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(rates[i]))
            return false;
    return true;
}

typedef struct spread {
    double mean, low, high;
} spread;

/* Over the complete layers, whose number is returned; 0: there is no spread. */
static size_t spread_at(const sb_model *model, const double *rates, size_t at, spread *s)
{
    size_t n = model->thread_count, count = 0;
    double *ratios = sb_new(model->layer_count, sizeof *ratios);
    *s = (spread) { NAN, INFINITY, 0 };
    for (size_t layer = 0; layer < model->layer_count; layer++) {
        const double *row = rates + layer * n;
        if (!complete(row, n))
            continue;
        ratios[count] = row[at] / row[0];
        s->low = fmin(s->low, ratios[count]);
        s->high = fmax(s->high, ratios[count]);
        count++;
    }
    if (count)
        s->mean = sb_geometric_mean(ratios, count);
    free(ratios);
    return count;
}

/* What the figure draws: a technique and operation with at least one complete layer. */
typedef struct line {
    size_t technique;
    int operation;
    double *rates;
} line;

typedef struct lines {
    int64_t *counts;
    line *list;
    size_t count;
} lines;

static lines lines_of(const sb_model *model)
{
    lines all = { .counts = thread_counts(model),
                  .list = sb_new(model->technique_count * SB_OPERATIONS, sizeof(line)) };
    for (size_t t = 0; t < model->technique_count; t++)
        for (int operation = 0; operation < SB_OPERATIONS; operation++) {
            spread unused;
            double *rates = rates_of(model, all.counts, t, operation);
            if (spread_at(model, rates, 0, &unused))
                all.list[all.count++] = (line) { t, operation, rates };
            else
                free(rates);
        }
    return all;
}

static void lines_free(lines *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].rates);
    free(all->list);
    free(all->counts);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    (void)threads;
    if (model->thread_count < 2)
        return 0;
    lines all = lines_of(model);
    size_t count = all.count > 0;
    lines_free(&all);
    return count;
}

static void data(const sb_figure_job *job, sb_text *to)
{
    const sb_model *model = job->model;
    lines all = lines_of(model);
    for (size_t i = 0; i < all.count; i++) {
        const line *l = &all.list[i];
        sb_text_add(to, "%sthreads\t", i ? "\n\n" : "");
        sb_gnuplot_add_field(to, model->techniques[l->technique].name, SB_MOST_LABEL);
        sb_text_add(to, "\t%s_least\tmost\tefficiency\tlayers\n",
                    sb_operation_name((sb_operation)l->operation));
        for (size_t at = 0; at < model->thread_count; at++) {
            spread s;
            size_t layers = spread_at(model, l->rates, at, &s);
            double more = (double)all.counts[at] / (double)all.counts[0];
            const double numbers[] = { s.mean, s.low, s.high, s.mean / more };
            sb_text_add(to, "%lld", (long long)all.counts[at]);
            for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
                sb_text_add(to, "\t");
                sb_gnuplot_add_number(to, numbers[n]);
            }
            sb_text_add(to, "\t%zu\n", layers);
        }
    }
    lines_free(&all);
}

/* Each technique once, and what the dashes mean. */
static size_t add_key(const sb_model *model, const lines *all, sb_text *to)
{
    size_t entries = 0;
    for (size_t i = 0; i < all->count; i++)
        if (i == 0 || all->list[i].technique != all->list[i - 1].technique) {
            sb_figure_marker_key(model, all->list[i].technique, to);
            entries++;
        }
    static const char *const dashes[SB_OPERATIONS] = { "1", "(6,3)" };
    for (int operation = 0; operation < SB_OPERATIONS; operation++)
        sb_text_add(to, ", \\\n     keyentry with lines lw 1.2 dt %s lc rgb '#606060' title '%s'",
                    dashes[operation], sb_operation_name((sb_operation)operation));
    return entries + SB_OPERATIONS + 1;
}

static double top_of(const sb_model *model, const lines *all)
{
    double top = 1;
    for (size_t i = 0; i < all->count; i++)
        for (size_t at = 0; at < model->thread_count; at++) {
            spread s;
            spread_at(model, all->list[i].rates, at, &s);
            top = fmax(top, s.mean);
        }
    return top;
}

static void x_axis(const sb_model *model, const int64_t *counts, sb_text *to)
{
    double first = (double)counts[0], last = (double)counts[model->thread_count - 1];
    double margin = (last - first) * 0.06;
    if (last > MOST_LINEAR)
        sb_text_add(to, "set logscale x 2\nset xrange [%g:%g]\n", first / 1.1, last * 1.1);
    else
        sb_text_add(to, "set xrange [%g:%g]\n", first - margin, last + margin);
    sb_text_add(to, "set xtics (");
    for (size_t i = 0; i < model->thread_count; i++)
        sb_text_add(to, "%s%lld", i ? ", " : "", (long long)counts[i]);
    sb_text_add(to, ")\n");
}

static void upper_panel(const sb_model *model, const lines *all, const sb_frame *frame, sb_text *to)
{
    double ideal = (double)all->counts[model->thread_count - 1] / (double)all->counts[0];
    double top = fmax(ideal, top_of(model, all));
    sb_figure_frame(frame, to);
    sb_text_add(to, "set format x ''\nset ylabel 'Speedup over %lld thread%s'\n",
                (long long)all->counts[0], all->counts[0] == 1 ? "" : "s");
    if (ideal * (double)all->counts[0] > MOST_LINEAR)
        sb_text_add(to, "set logscale y 2\nset yrange [0.5:%g]\n", top * 1.2);
    else
        sb_text_add(to, "set yrange [0:%g]\n", top * 1.08);
    sb_text_add(to, "plot x / %lld. with lines lw 0.8 dt (2,3) lc rgb '#000000' title 'ideal'",
                (long long)all->counts[0]);
    for (size_t i = 0; i < all->count; i++)
        sb_figure_joined(model, all->list[i].technique, i, 2, all->list[i].operation, to);
}

static void lower_panel(const sb_model *model, const lines *all, const sb_frame *frame, sb_text *to)
{
    sb_figure_frame(frame, to);
    sb_text_add(to, "unset key\nunset title\nunset logscale y\nset format x '%%g'\n"
                    "set xlabel 'Threads'\nset ylabel 'Efficiency'\nset yrange [0:*<1.6]\n"
                    "plot 1 with lines lw 0.8 dt (2,3) lc rgb '#000000'");
    for (size_t i = 0; i < all->count; i++)
        sb_figure_joined(model, all->list[i].technique, i, 5, all->list[i].operation, to);
    sb_text_add(to, "\n");
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    const sb_model *model = job->model;
    lines all = lines_of(model);
    sb_text key = { 0 };
    size_t entries = add_key(model, &all, &key);
    *width = SB_COLUMN_MM;
    sb_figure_title(job, "scaling, geometric mean over layers", to);
    double foot = sb_figure_key(*width, entries, to) + SB_X_AXIS_MM;
    *height = SB_TITLE_MM + 2 * PANEL_MM + GAP_MM + foot;
    x_axis(model, all.counts, to);
    sb_text_add(to, "set grid lt 1 lc rgb '#e0e0e0' lw 0.5\nset multiplot\n");
    upper_panel(model, &all,
                &(sb_frame) { *width, *height, 11, foot + PANEL_MM + GAP_MM, SB_TITLE_MM }, to);
    sb_text_add_bytes(to, key.data, key.length);
    sb_text_add(to, "\n");
    lower_panel(model, &all,
                &(sb_frame) { *width, *height, 11, foot, SB_TITLE_MM + PANEL_MM + GAP_MM }, to);
    sb_text_add(to, "unset multiplot\n");
    sb_text_free(&key);
    lines_free(&all);
}

const sb_figure_kind sb_figure_scaling = {
    .name = "scaling",
    .across = true,
    .variants = variants,
    .data = data,
    .script = script,
};
