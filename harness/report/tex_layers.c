/* SPDX-License-Identifier: Apache-2.0 */
/* Layers, and the speedups of their chains. */
#include "conv/operation.h"
#include "core/text.h"
#include "report/axis.h"
#include "report/tex_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TECHNIQUES_A_TABLE = 4 };

/* Names get the space that a paper has for them. */
#define NAME_COLUMN ">{\\raggedright\\arraybackslash}p{32mm}"

static const char *number_text(char text[24], int64_t value)
{
    snprintf(text, 24, "%" PRId64, value);
    return text;
}

/* ----------------------------------------------------------------------------------- the layers */

static const sb_point *any_point(const sb_model *model, size_t layer)
{
    for (size_t i = 0; i < model->point_count; i++)
        if (model->points[i].at.layer == layer)
            return &model->points[i];
    return NULL;
}

static void add_dim(sb_text *to, const sb_dims *dims, sb_dim key)
{
    const int64_t *of = dims->of[key];
    sb_text_add(to, of[0] == of[1] ? " & %" PRId64 : " & $%" PRId64 " \\times %" PRId64 "$", of[0],
                of[1]);
}

static void add_layer_row(sb_tex_run *run, sb_tex_table *table, size_t i)
{
    static const sb_dim dims[] = { SB_DIM_INPUT_CHANNELS, SB_DIM_INPUT_SIZE, SB_DIM_OUTPUT_CHANNELS,
                                   SB_DIM_KERNEL, SB_DIM_STRIDE };
    const sb_model_layer *layer = &run->model->layers[i];
    const sb_point *point = any_point(run->model, i);
    sb_text theory = { 0 };
    sb_tex_begin_row(table);
    sb_tex_add(table->to, layer->shown);
    for (size_t d = 0; d < sizeof dims / sizeof *dims; d++)
        add_dim(table->to, &layer->dims, dims[d]);
    sb_text_add(table->to, " & %" PRId64 " & ", layer->repeat);
    if (point) {
        sb_tex_add_number(&theory, (sb_interval) { point->theoretical, NAN, NAN });
        sb_tex_define(&run->macros, "Theory", (const char *const[]) { layer->shown, NULL },
                      theory.data);
    }
    sb_text_add(table->to, "%s", point ? theory.data : "--");
    sb_tex_end_row(table);
    sb_text_free(&theory);
}

void sb_tex_layers(sb_tex_run *run, sb_text *to)
{
    sb_tex_table table = {
        .to = to,
        .label = "layers",
        .caption = "Layers: input channels $C$, input height and width, output channels $K$, "
                   "kernel and stride; theory is the quotient of multiplications, standard over "
                   "separable",
        .columns = NAME_COLUMN "rrrrrrr",
        .head = "Layer & $C$ & Input & $K$ & Kernel & Stride & Repeat & Theory",
        .wide = true,
    };
    for (size_t i = 0; i < run->model->layer_count && i < SB_TEX_LAYERS; i++)
        add_layer_row(run, &table, i);
    sb_tex_end_table(&table);
}

/* --------------------------------------------------------------------------------- the speedups */

/* The points of a layer with these threads, by technique. */
static void find_points(const sb_model *model, size_t layer, int64_t threads,
                        const sb_point **points)
{
    for (size_t t = 0; t < model->technique_count; t++)
        points[t] = NULL;
    for (size_t i = 0; i < model->point_count; i++) {
        const sb_point *point = &model->points[i];
        if (point->at.layer == layer && point->at.threads == threads)
            points[point->at.technique] = point;
    }
}

/* The bound that the others' intervals must reach to be as good as the best. */
static double needed_to_tie(const sb_point *const *points, size_t count)
{
    const sb_point *best = NULL;
    for (size_t t = 0; t < count; t++)
        if (points[t] && sb_determined(points[t]->measured.low, points[t]->measured.high) &&
            (!best || points[t]->measured.value > best->measured.value))
            best = points[t];
    return best ? best->measured.low : INFINITY;
}

static void define_point(sb_tex_run *run, const sb_point *point, const char *value,
                         const char *range)
{
    char threads[24];
    const sb_model *model = run->model;
    const char *const parts[] = { model->layers[point->at.layer].shown,
                                  model->techniques[point->at.technique].shown,
                                  number_text(threads, point->at.threads), NULL };
    sb_text bound = { 0 }, base = { 0 };
    sb_tex_define(&run->macros, "LayerSpeedup", parts, value);
    sb_tex_define(&run->macros, "LayerSpeedupInterval", parts, range);
    if (isfinite(point->roofline)) {
        sb_tex_add_number(&bound, (sb_interval) { point->roofline, NAN, NAN });
        sb_tex_define(&run->macros, "Bound", parts, bound.data);
    }
    sb_tex_add_number(&base, (sb_interval) { point->base_ns / 1e3, NAN, NAN });
    sb_tex_define(&run->macros, "Base", parts, base.data);
    sb_text_free(&bound);
    sb_text_free(&base);
}

static void add_point(sb_tex_run *run, sb_text *to, const sb_point *point, double tie)
{
    sb_text value = { 0 }, range = { 0 };
    sb_tex_add_number(&value, point->measured);
    sb_tex_add_range(&range, point->measured);
    define_point(run, point, value.data, range.data);
    if (!sb_determined(point->measured.low, point->measured.high))
        sb_text_add(to, " & n.\\,d.");
    else if (point->measured.high >= tie)
        sb_text_add(to, " & \\textbf{%s} {\\scriptsize %s}", value.data, range.data);
    else
        sb_text_add(to, " & %s {\\scriptsize %s}", value.data, range.data);
    sb_text_free(&value);
    sb_text_free(&range);
}

/* The fastest standard convolution of the row, with theory and the bound, which do not depend on
 * the technique. */
static void add_base(sb_text *to, const sb_point *const *points, size_t count)
{
    const sb_point *fastest = NULL;
    for (size_t t = 0; t < count; t++)
        if (points[t] && (!fastest || points[t]->base_ns < fastest->base_ns))
            fastest = points[t];
    if (!fastest)
        return; /* no row without a base */
    const double numbers[] = { fastest->theoretical, fastest->roofline, fastest->base_ns / 1e3 };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        sb_text_add(to, " & ");
        if (isfinite(numbers[i]))
            sb_tex_add_number(to, (sb_interval) { numbers[i], NAN, NAN });
        else
            sb_text_add(to, "--");
    }
}

typedef struct chunk {
    size_t techniques[TECHNIQUES_A_TABLE], count;
} chunk;

static void add_speedup_row(sb_tex_run *run, sb_tex_table *table, size_t layer,
                            const sb_point *const *points, const chunk *of)
{
    bool any = false;
    for (size_t i = 0; i < of->count; i++)
        any |= points[of->techniques[i]] != NULL;
    if (!any)
        return;
    const double tie = needed_to_tie(points, run->model->technique_count);
    sb_tex_begin_row(table);
    sb_tex_add(table->to, run->model->layers[layer].shown);
    add_base(table->to, points, run->model->technique_count);
    for (size_t i = 0; i < of->count; i++)
        if (points[of->techniques[i]])
            add_point(run, table->to, points[of->techniques[i]], tie);
        else
            sb_text_add(table->to, " & --");
    sb_tex_end_row(table);
}

static void add_chunk(sb_tex_run *run, sb_text *to, int64_t threads, const chunk *of, size_t number)
{
    sb_text head = { 0 }, columns = { 0 }, label = { 0 }, caption = { 0 };
    const sb_model *model = run->model;
    const sb_point **points = sb_new(model->technique_count, sizeof *points);
    sb_text_add(&head, "Layer & Theory & Bound & Base");
    sb_text_add(&columns, NAME_COLUMN "rrr");
    for (size_t i = 0; i < of->count; i++) {
        sb_text_add(&head, " & ");
        sb_tex_add(&head, model->techniques[of->techniques[i]].shown);
        sb_text_add(&columns, "r");
    }
    sb_text_add(&label, "speedups-t%" PRId64 "-%zu", threads, number);
    sb_text_add(&caption,
                "Speedup over the standard convolution, %" PRId64 " thread%s, with intervals of "
                "95\\,\\%%; in bold the best and what its interval cannot tell from it; n.\\,d.: "
                "not determined. Bound: what the roofline allows; base: the fastest standard "
                "convolution in $\\mu$s",
                threads, sb_plural(threads));
    sb_tex_table table = { .to = to,
                           .label = label.data,
                           .caption = caption.data,
                           .columns = columns.data,
                           .head = head.data,
                           .wide = true };
    for (size_t layer = 0; layer < model->layer_count && table.rows < SB_TEX_LAYERS; layer++) {
        find_points(model, layer, threads, points);
        add_speedup_row(run, &table, layer, points, of);
    }
    sb_tex_end_table(&table);
    sb_text *const texts[] = { &head, &columns, &label, &caption };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        sb_text_free(texts[i]);
    free(points);
}

static bool has_points(const sb_model *model, size_t technique, int64_t threads)
{
    for (size_t i = 0; i < model->point_count; i++)
        if (model->points[i].at.technique == technique && model->points[i].at.threads == threads)
            return true;
    return false;
}

void sb_tex_speedups(sb_tex_run *run, sb_text *to)
{
    const sb_model *model = run->model;
    for (size_t i = 0; i < model->thread_count; i++) {
        chunk now = { .count = 0 };
        size_t number = 0;
        for (size_t t = 0; t < model->technique_count; t++) {
            if (has_points(model, t, model->threads[i]))
                now.techniques[now.count++] = t;
            if (now.count == TECHNIQUES_A_TABLE || (t + 1 == model->technique_count && now.count)) {
                add_chunk(run, to, model->threads[i], &now, ++number);
                now.count = 0;
            }
        }
    }
}
