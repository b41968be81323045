/* SPDX-License-Identifier: Apache-2.0 */
/* The time of a pass through the network, by class of layer: with the fastest kernels, with our
 * own, with each library throughout, step by step, and with the standard convolutions that the
 * chains replace. */
#include "report/dots.h"
#include "report/groups.h"
#include "report/pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OTHERS = SB_CLASSES, PARTS };

/* Patterns and lightness distinguish the classes without colour. */
static const sb_mark looks[PARTS] = {
    [SB_CLASS_DEPTHWISE_3X3_S1] = { "#9ecae1", 9, "1" },
    [SB_CLASS_DEPTHWISE_3X3_S2] = { "#6baed6", 11, "1" },
    [SB_CLASS_DEPTHWISE_LARGE] = { "#4292c6", 8, "1" },
    [SB_CLASS_DEPTHWISE_OTHER] = { "#2171b5", 10, "1" },
    [SB_CLASS_POINTWISE] = { "#fdae6b", 7, "1" },
    [SB_CLASS_DENSE_3X3_S1] = { "#238b45", 5, "1" },
    [SB_CLASS_DENSE] = { "#a1d99b", 4, "1" },
    [SB_CLASS_GROUPED] = { "#d9d9d9", 2, "1" },
    [SB_CLASS_SEPARABLE] = { "#9e9ac8", 13, "1" },
    [SB_CLASS_BOTTLENECK] = { "#54278f", 15, "1" },
    [OTHERS] = { "#bfbfbf", 3, "1" },
};

static size_t variants(const sb_model *model, int64_t threads)
{
    return sb_pass_is_network(model, threads);
}

/* ----------------------------------------------------------------------------------------- rows */

/* A choice of kernels for all layers of the network. */
typedef struct way {
    const char *label;
    sb_manner manner;
    sb_choosers who;
} way;

/* The layers of one network: places in the model's list. */
typedef struct members {
    const char *head; /* its name, if there are several */
    size_t *layers;
    size_t count;
} members;

/* Adds a layer; if none of these kernels computes it, with the fastest of all. */
static bool add_layer(const sb_pass *pass, const way *w, size_t layer, double *bars)
{
    double repeat = (double)pass->model->layers[layer].repeat / 1e6;
    sb_layer_cost cost = sb_pass_cost(pass, layer, w->manner, &w->who);
    bool filled = cost.count == 0;
    if (filled)
        cost = sb_pass_cost(pass, layer, w->manner, &sb_everybody);
    for (size_t i = 0; i < cost.count; i++)
        bars[filled ? OTHERS : (int)cost.parts[i]->class_] += cost.parts[i]->time.value * repeat;
    return cost.count > 0;
}

static double sum_bars(const double *bars, size_t count)
{
    double sum = 0;
    for (size_t p = 0; p < count; p++)
        sum += bars[p];
    return sum;
}

/* The row of one choice; none if a layer cannot be computed at all, or if every layer is filled
 * in. */
static void add_way(const sb_pass *pass, sb_dots *dots, const members *m, const way *w)
{
    double bars[PARTS] = { 0 };
    sb_text total = { 0 };
    for (size_t i = 0; i < m->count; i++)
        if (!add_layer(pass, w, m->layers[i], bars))
            return;
    if (!(sum_bars(bars, OTHERS) > 0))
        return;
    sb_dots_row *row = sb_dots_add_row(dots, pass->model, m->head, w->label);
    memcpy(row->bars, bars, sizeof bars);
    sb_add_time(&total, sum_bars(bars, PARTS) * 1e6);
    free(row->aside);
    row->aside = total.data;
}

static bool has_peers(const sb_model *model)
{
    for (size_t i = 0; i < model->plugin_count; i++)
        if (model->plugins[i].peer)
            return true;
    return false;
}

/* Does this manner differ from the usual one for some layer? */
static bool is_other_way(const sb_pass *pass, const members *m, sb_manner manner)
{
    for (size_t i = 0; i < m->count; i++) {
        sb_layer_cost one = sb_pass_cost(pass, m->layers[i], SB_MANNER_WHOLE, &sb_everybody);
        sb_layer_cost other = sb_pass_cost(pass, m->layers[i], manner, &sb_everybody);
        if (one.count && other.count && one.parts[0]->operation != other.parts[0]->operation)
            return true;
    }
    return false;
}

static void add_network(const sb_pass *pass, sb_dots *dots, const members *m)
{
    const sb_model *model = pass->model;
    const way fastest = { "fastest kernels", SB_MANNER_WHOLE, sb_everybody };
    const way own = { "own kernels", SB_MANNER_WHOLE, { true, false, SIZE_MAX } };
    const way steps = { "step by step", SB_MANNER_STEPS, sb_everybody };
    const way twin = { "standard twins", SB_MANNER_TWIN, sb_everybody };
    add_way(pass, dots, m, &fastest);
    if (has_peers(model))
        add_way(pass, dots, m, &own);
    for (size_t p = 0; p < model->plugin_count; p++) {
        const way library = { model->plugins[p].shown, SB_MANNER_WHOLE, { false, true, p } };
        if (model->plugins[p].peer)
            add_way(pass, dots, m, &library);
    }
    if (is_other_way(pass, m, SB_MANNER_STEPS))
        add_way(pass, dots, m, &steps);
    if (is_other_way(pass, m, SB_MANNER_TWIN))
        add_way(pass, dots, m, &twin);
}

/* --------------------------------------------------------------------------------------- figure */

/* The layers for which a pass can be computed. */
static size_t *find_layers(const sb_pass *pass, size_t *count)
{
    size_t *layers = sb_new(pass->model->layer_count, sizeof *layers);
    *count = 0;
    for (size_t i = 0; i < pass->model->layer_count; i++)
        if (sb_pass_cost(pass, i, SB_MANNER_WHOLE, &sb_everybody).count)
            layers[(*count)++] = i;
    return layers;
}

static void add_rows(const sb_figure_job *job, sb_dots *dots, const sb_layer_groups *groups,
                     const size_t *layers)
{
    sb_pass pass = sb_pass_make(job->model, job->threads);
    for (size_t g = 0; g < groups->count; g++) {
        const sb_layer_group *group = &groups->list[g];
        members m = { groups->count > 1 ? group->label : NULL,
                      sb_new(group->count, sizeof *m.layers), group->count };
        for (size_t i = 0; i < group->count; i++)
            m.layers[i] = layers[group->places[i]];
        add_network(&pass, dots, &m);
        free(m.layers);
    }
    sb_pass_free(&pass);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_bar_part parts[PARTS];
    for (int p = 0; p < PARTS; p++)
        parts[p] =
            (sb_bar_part) { p == OTHERS ? "filled in" : sb_class_name((sb_class)p), looks[p] };
    sb_dots dots = {
        .what = "Time of a pass through the network, by class of layer",
        .x_title = "Time (ms)",
        .line = NAN,
        .parts = parts,
        .part_count = PARTS,
    };
    size_t count;
    sb_pass pass = sb_pass_make(job->model, job->threads);
    size_t *layers = find_layers(&pass, &count);
    sb_layer_groups groups = sb_layer_groups_by_network(job->model, layers, count);
    sb_pass_free(&pass);
    add_rows(job, &dots, &groups, layers);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas,
                  "Each layer as often as the network holds it, without what lies between layers. "
                  "Step by step: every step of a chain by a kernel of its own. Standard twins: the "
                  "standard convolutions from the chains' inputs to their outputs. Filled in: "
                  "layers that a library does not compute, with the fastest kernel of all.");
    sb_canvas_finish(canvas, y);
    sb_layer_groups_free(&groups);
    free(layers);
}

const sb_figure_kind sb_figure_network = {
    .name = "network",
    .variants = variants,
    .draw = draw,
};
