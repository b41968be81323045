/* SPDX-License-Identifier: Apache-2.0 */
/* The time of a layer's chain, for each technique: as a whole and step by step, with the conversion
 * of layouts, and the one-time cost of packing the weights. */
#include "report/dots.h"
#include "report/pass.h"

#include <math.h>
#include <stdlib.h>

enum { WHOLE, EXPAND, DEPTHWISE, POINTWISE, REORDER, PARTS };

static const sb_bar_part parts[PARTS] = {
    [WHOLE] = { "the chain as a whole", { "#6a51a3", 0, "1" } },
    [EXPAND] = { "expand", { "#08519c", 0, "1" } },
    [DEPTHWISE] = { "depthwise", { "#6baed6", 0, "1" } },
    [POINTWISE] = { "pointwise", { "#fdae6b", 0, "1" } },
    [REORDER] = { "conversion of layouts", { "#d9d9d9", 0, "1" } },
};

/* Sums over layers for one technique, in nanoseconds. */
typedef struct sums {
    double parts[PARTS];
    double multiplications[PARTS], all_multiplications; /* of the steps */
    double reorder_whole, reorder_steps, packing;
    size_t layers;
    bool stepwise; /* includes the steps */
} sums;

/* The technique's fastest kernel for an operation of a layer. */
static const sb_timing *timing_of(const sb_pass *pass, size_t layer, sb_operation operation,
                                  size_t technique)
{
    const sb_timing *list = pass->model->timings + pass->first[layer];
    for (size_t i = 0; i < pass->count[layer]; i++)
        if (list[i].operation == operation && list[i].at.technique == technique && list[i].leads)
            return &list[i];
    return NULL;
}

static int part_of(sb_operation step)
{
    return step == SB_EXPAND ? EXPAND : step == SB_DEPTHWISE ? DEPTHWISE : POINTWISE;
}

static double or_none(double ns)
{
    return isfinite(ns) ? ns : 0;
}

/* Adds a layer whose chain the technique computes, and, if requested, its steps too. */
static void add_layer(const sb_pass *pass, size_t layer, size_t technique, sums *to)
{
    const sb_model_layer *l = &pass->model->layers[layer];
    const sb_timing *whole = timing_of(pass, layer, l->chain, technique);
    const sb_timing *steps[SB_MAX_STEPS] = { NULL };
    if (!whole || l->step_count < 2)
        return;
    for (size_t i = 0; i < l->step_count && to->stepwise; i++) {
        steps[i] = timing_of(pass, layer, l->steps[i], technique);
        if (!steps[i])
            return;
    }
    double repeat = (double)l->repeat;
    to->layers++;
    to->parts[WHOLE] += repeat * whole->time.value;
    to->reorder_whole += repeat * or_none(whole->reorder_ns);
    to->packing += repeat * or_none(whole->prepare_ns);
    for (size_t i = 0; i < l->step_count && to->stepwise; i++) {
        const double products = repeat * steps[i]->gflops * steps[i]->time.value / 2;
        to->parts[part_of(l->steps[i])] += repeat * steps[i]->time.value;
        to->multiplications[part_of(l->steps[i])] += products;
        to->all_multiplications += products;
        to->reorder_steps += repeat * or_none(steps[i]->reorder_ns);
    }
}

/* Over the layers that have the steps too, or, if there are none, over all. */
static sums sum_up(const sb_pass *pass, size_t technique)
{
    sums s = { .stepwise = true };
    for (size_t i = 0; i < pass->model->layer_count; i++)
        add_layer(pass, i, technique, &s);
    if (s.layers)
        return s;
    s.stepwise = false;
    for (size_t i = 0; i < pass->model->layer_count; i++)
        add_layer(pass, i, technique, &s);
    return s;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    sb_pass pass = sb_pass_make(model, threads);
    size_t found = 0;
    for (size_t t = 0; t < model->technique_count && !found; t++)
        found = sum_up(&pass, t).layers > 0;
    sb_pass_free(&pass);
    return found;
}

static void add_rows(const sb_model *model, sb_dots *dots, size_t technique, const sums *s)
{
    const char *head = model->techniques[technique].shown;
    const double unit = 100 / s->parts[WHOLE];
    sb_text label = { 0 }, packing = { 0 };
    sb_text_add(&label, "as a whole (%zu)", s->layers);
    sb_dots_row *row = sb_dots_add_row(dots, model, head, label.data);
    row->bars[WHOLE] = 100;
    row->bars[REORDER] = unit * s->reorder_whole;
    sb_text_add(&packing, "%.2g", s->packing / s->parts[WHOLE]);
    free(row->aside);
    row->aside = packing.data;
    sb_text_free(&label);
    if (!s->stepwise)
        return;
    row = sb_dots_add_row(dots, model, head, "step by step");
    for (int p = EXPAND; p <= POINTWISE; p++)
        row->bars[p] = unit * s->parts[p];
    row->bars[REORDER] = unit * s->reorder_steps;
    row = sb_dots_add_row(dots, model, head, "multiplications");
    for (int p = EXPAND; p <= POINTWISE; p++)
        row->bars[p] = 100 * s->multiplications[p] / s->all_multiplications;
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_dots dots = {
        .what = "What the chains of steps are made of, by technique",
        .x_title = "% of the chain's time as a whole, or of its multiplications",
        .aside_title = "packing",
        .line = 100,
        .parts = parts,
        .part_count = PARTS,
    };
    sb_pass pass = sb_pass_make(job->model, job->threads);
    for (size_t t = 0; t < job->model->technique_count; t++) {
        sums s = sum_up(&pass, t);
        if (s.layers)
            add_rows(job->model, &dots, t, &s);
    }
    sb_pass_free(&pass);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas,
                  "Sums over the layers whose chain a technique computes, each as often as the "
                  "network holds it (their number is in brackets), with its fastest kernels. "
                  "Multiplications: the steps' parts of all. Conversion of layouts: what it takes "
                  "to bring input and output from and to NCHW. "
                  "Packing: what preparing the weights takes once, in times of the chain.");
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_breakdown = {
    .name = "breakdown",
    .variants = variants,
    .draw = draw,
};
