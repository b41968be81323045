/* SPDX-License-Identifier: Apache-2.0 */
#include "report/model.h"

#include "conv/cost.h"
#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more in a list that doubles at powers of two; zeroed. */
static void *add(void *list, size_t *count, size_t size)
{
    if ((*count & (*count - 1)) == 0)
        list = sb_grow(list, *count ? 2 * *count : 1, size);
    memset((char *)list + *count * size, 0, size);
    ++*count;
    return list;
}

/* A run lists a layer's thread counts one after another or each thread count over all layers: the
 * layer is mostly the last one, or the one after the last found. */
static size_t layer_place(sb_model *model, const sb_layer *layer, size_t *last)
{
    for (size_t i = 0; i < model->layer_count; i++) {
        size_t place = (*last + i) % model->layer_count;
        if (strcmp(model->layers[place].name, layer->name) == 0)
            return *last = place;
    }
    model->layers = add(model->layers, &model->layer_count, sizeof *model->layers);
    *last = model->layer_count - 1;
    model->layers[*last] = *layer;
    model->layers[*last].name = sb_copy_text(layer->name);
    return *last;
}

static size_t technique_place(sb_model *model, const char *name, bool peer)
{
    for (size_t i = 0; i < model->technique_count; i++)
        if (strcmp(model->techniques[i].name, name) == 0)
            return i;
    model->techniques = add(model->techniques, &model->technique_count, sizeof *model->techniques);
    model->techniques[model->technique_count - 1] = (sb_technique) { sb_copy_text(name), peer };
    return model->technique_count - 1;
}

static void note_threads(sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->thread_count; i++)
        if (model->threads[i] == threads)
            return;
    model->threads = add(model->threads, &model->thread_count, sizeof *model->threads);
    model->threads[model->thread_count - 1] = threads;
}

typedef struct collector {
    sb_model *model;
    size_t last_layer;
} collector;

/* The technique's rate in the group whose rates begin at `first`; made where there is none yet. */
static sb_rate *rate_of(sb_model *model, size_t first, sb_place at)
{
    for (size_t i = first; i < model->rate_count; i++)
        if (model->rates[i].at.technique == at.technique)
            return &model->rates[i];
    model->rates = add(model->rates, &model->rate_count, sizeof *model->rates);
    sb_rate *rate = &model->rates[model->rate_count - 1];
    *rate = (sb_rate) { at, { NAN, NAN }, { NAN, NAN }, { NAN, NAN } };
    return rate;
}

static void add_rate(sb_model *model, size_t first, const sb_group *group, size_t layer,
                     const sb_result *result)
{
    if (result->verdict != SB_VERDICT_OK || !(result->time.value > 0))
        return;
    sb_problem problem = sb_layer_problem(group->layer, result->operation, group->threads);
    sb_cost cost = sb_cost_of(&problem);
    double gflops = 2.0 * (double)cost.total / result->time.value;
    size_t technique = technique_place(model, result->technique, result->peer);
    sb_rate *rate = rate_of(model, first, (sb_place) { layer, technique, group->threads });
    rate->gflops[result->operation] = fmax(rate->gflops[result->operation], gflops);
    rate->roofline[result->operation] = result->roofline_gflops;
    rate->intensity[result->operation] = 2.0 * (double)cost.total / (double)cost.bytes;
}

static void add_point(sb_model *model, const sb_group *group, size_t layer,
                      const sb_speedup *speedup)
{
    if (!(speedup->measured.value > 0))
        return;
    model->points = add(model->points, &model->point_count, sizeof *model->points);
    model->points[model->point_count - 1] = (sb_point) {
        .at = { layer, technique_place(model, speedup->technique, false), group->threads },
        .measured = speedup->measured,
        .theoretical = speedup->theoretical,
        .roofline = speedup->roofline,
    };
}

static int collect(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    collector *to = context;
    sb_model *model = to->model;
    size_t layer = layer_place(model, group->layer, &to->last_layer);
    size_t first = model->rate_count;
    note_threads(model, group->threads);
    for (size_t i = 0; i < group->result_count; i++)
        add_rate(model, first, group, layer, &group->results[i]);
    for (size_t i = 0; i < group->speedup_count; i++)
        add_point(model, group, layer, &group->speedups[i]);
    return 0;
}

int sb_model_read(sb_rundb *db, sb_model *model, sb_error *error)
{
    *model = (sb_model) { 0 };
    char *json = sb_rundb_provenance(db, error);
    if (!json)
        return SB_FAILED;
    model->caption = sb_provenance_caption(json);
    collector to = { .model = model };
    int status = sb_rundb_visit(db, false, collect, &to, error);
    if (status == SB_OK)
        status = sb_evaluations_read(sb_rundb_folder(db), &model->tuning, error);
    model->ceilings = sb_new(model->thread_count, sizeof *model->ceilings);
    for (size_t i = 0; i < model->thread_count; i++)
        model->ceilings[i] = sb_provenance_ceilings(json, model->threads[i]);
    free(json);
    if (status < 0)
        sb_model_free(model);
    return status;
}

void sb_model_free(sb_model *model)
{
    for (size_t i = 0; i < model->layer_count; i++)
        free(model->layers[i].name);
    for (size_t i = 0; i < model->technique_count; i++)
        free(model->techniques[i].name);
    free(model->layers);
    free(model->techniques);
    free(model->threads);
    free(model->ceilings);
    free(model->points);
    free(model->rates);
    sb_evaluations_free(&model->tuning);
    sb_caption_free(&model->caption);
    *model = (sb_model) { 0 };
}
