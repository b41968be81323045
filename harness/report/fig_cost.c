/* SPDX-License-Identifier: Apache-2.0 */
/* Where the time of a pass through the network is spent: the layers by total cost, in the colours
 * of the fastest techniques. */
#include "report/dots.h"
#include "report/pass.h"

#include <math.h>
#include <stdlib.h>

static size_t variants(const sb_model *model, int64_t threads)
{
    return sb_pass_is_network(model, threads);
}

typedef struct entry {
    size_t layer;
    sb_layer_cost cost;
    double ns; /* with all repeats */
} entry;

static int by_cost(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns > y->ns ? -1 : 1;
    return (x->layer > y->layer) - (x->layer < y->layer);
}

/* The layers with a result, the most expensive first; free() the list. */
static entry *find_entries(const sb_figure_job *job, size_t *count, double *sum)
{
    sb_pass pass = sb_pass_make(job->model, job->threads);
    entry *list = sb_new(job->model->layer_count, sizeof *list);
    *count = 0;
    *sum = 0;
    for (size_t i = 0; i < job->model->layer_count; i++) {
        sb_layer_cost cost = sb_pass_cost(&pass, i, SB_MANNER_WHOLE, &sb_everybody);
        if (!cost.count)
            continue;
        list[*count] = (entry) { i, cost, cost.ns * (double)job->model->layers[i].repeat };
        *sum += list[(*count)++].ns;
    }
    qsort(list, *count, sizeof *list, by_cost);
    sb_pass_free(&pass);
    return list;
}

static void add_bar(const sb_model *model, const entry *e, sb_dots_row *row)
{
    for (size_t p = 0; p < e->cost.count; p++)
        row->bars[e->cost.parts[p]->at.technique] +=
            e->cost.parts[p]->time.value * (double)model->layers[e->layer].repeat / 1e6;
}

/* The layer's share, and the cumulative share. */
static void set_aside(sb_dots_row *row, double share, double sum)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%.1f %% (%.0f %%)", 100 * share, 100 * sum);
    free(row->aside);
    row->aside = text.data;
}

static void add_layer(const sb_model *model, sb_dots *dots, const entry *e, double share,
                      double sum)
{
    const sb_model_layer *layer = &model->layers[e->layer];
    sb_text label = { 0 };
    sb_text_add(&label, "%s", layer->shown);
    if (layer->repeat > 1)
        sb_text_add(&label, ", %lld times", (long long)layer->repeat);
    sb_dots_row *row = sb_dots_add_row(dots, model, NULL, label.data);
    add_bar(model, e, row);
    set_aside(row, share, sum);
    sb_text_free(&label);
}

static void add_rest(const sb_model *model, sb_dots *dots, const entry *list, size_t count,
                     double share)
{
    sb_text label = { 0 };
    sb_text_add(&label, "%zu others", count);
    sb_dots_row *row = sb_dots_add_row(dots, model, NULL, label.data);
    for (size_t i = 0; i < count; i++)
        add_bar(model, &list[i], row);
    set_aside(row, share, 1);
    sb_text_free(&label);
}

static void add_rows(const sb_figure_job *job, const sb_canvas *canvas, sb_dots *dots)
{
    size_t count, most = sb_dots_most_rows(canvas) / 2;
    double sum, before = 0;
    entry *list = find_entries(job, &count, &sum);
    size_t shown = count <= most ? count : most - 1;
    for (size_t i = 0; i < shown; i++) {
        before += list[i].ns;
        add_layer(job->model, dots, &list[i], list[i].ns / sum, before / sum);
    }
    if (shown < count)
        add_rest(job->model, dots, list + shown, count - shown, 1 - before / sum);
    free(list);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    const sb_model *model = job->model;
    sb_bar_part *parts = sb_new(model->technique_count, sizeof *parts);
    for (size_t t = 0; t < model->technique_count; t++)
        parts[t] = (sb_bar_part) { model->techniques[t].shown, model->techniques[t].mark };
    sb_dots dots = {
        .what = "What each layer costs in a pass through the network, with the fastest kernels",
        .x_title = "Time (ms)",
        .aside_title = "share (sum)",
        .line = NAN,
        .parts = parts,
        .part_count = model->technique_count,
    };
    add_rows(job, canvas, &dots);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas, "Time of a call times how often the network holds the layer. At the "
                          "right, the share of all, and that of all layers down to this one.");
    sb_canvas_finish(canvas, y);
    free(parts);
}

const sb_figure_kind sb_figure_cost = {
    .name = "cost",
    .variants = variants,
    .draw = draw,
};
