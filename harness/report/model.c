/* SPDX-License-Identifier: Apache-2.0 */
#include "report/model.h"

#include "conv/cost.h"
#include "conv/taps.h"
#include "core/text.h"
#include "measure/contest.h"
#include "measure/quantile.h"
#include "report/answer.h"
#include "report/gnuplot.h"
#include "report/model_order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Adds room for one item to a list whose capacity is a power of two; zeroed. */
static void *add_item(void *list, size_t *count, size_t size)
{
    if ((*count & (*count - 1)) == 0)
        list = sb_grow(list, *count ? 2 * *count : 1, size);
    memset((char *)list + *count * size, 0, size);
    ++*count;
    return list;
}

static char *visible_text(const char *text)
{
    sb_text shown = { 0 };
    sb_text_add_visible(&shown, text);
    return shown.data;
}

typedef struct collector {
    sb_model *model;
    const sb_selection *selection;
    size_t last_layer;
    bool *used; /* for each of the selection's techniques: the run has it */
    bool *renamed;
    sb_technique *seen; /* all techniques of the run, selected or not */
    size_t seen_count;
} collector;

/* ------------------------------------------------------------------------------------ the lists */

/* The operation that consists of this step alone. */
static sb_operation step_alone(sb_role role)
{
    int op = 0;
    while (sb_operation_steps((sb_operation)op) != 1 ||
           sb_operation_role((sb_operation)op, 0) != role)
        op++;
    return (sb_operation)op;
}

static void find_parts(const sb_layer *layer, sb_model_layer *to)
{
    sb_role roles[SB_MAX_STEPS];
    to->step_count = sb_layer_chain_roles(layer, roles);
    for (size_t i = 0; i < to->step_count; i++)
        to->steps[i] = step_alone(roles[i]);
    for (int op = 0; op < SB_OPERATIONS; op++)
        to->parts[op] = sb_answer_is_part(layer, (sb_operation)op);
}

/* A run lists the thread counts of a layer one after another, or each thread count over all layers:
 * the layer is usually the last found, or the one after it. */
static size_t layer_place(sb_model *model, const sb_layer *layer, size_t *last)
{
    for (size_t i = 0; i < model->layer_count; i++) {
        size_t place = (*last + i) % model->layer_count;
        if (strcmp(model->layers[place].name, layer->name) == 0)
            return *last = place;
    }
    model->layers = add_item(model->layers, &model->layer_count, sizeof *model->layers);
    *last = model->layer_count - 1;
    model->layers[*last] = (sb_model_layer) {
        .name = sb_copy_text(layer->name),
        .shown = visible_text(layer->name),
        .dims = sb_dims_of(layer),
        .repeat = layer->repeat,
        .chain = sb_layer_chain(layer),
    };
    find_parts(layer, &model->layers[*last]);
    return *last;
}

static const char *shown_name(collector *to, const char *name)
{
    const char *const *pairs = to->selection->renames;
    for (size_t i = 0; pairs && pairs[i]; i += 2)
        if (strcmp(pairs[i], name) == 0) {
            to->renamed[i / 2] = true;
            return pairs[i + 1];
        }
    return name;
}

static size_t name_place(collector *to, sb_technique **list, size_t *count, const char *name,
                         bool peer)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*list)[i].name, name) == 0)
            return i;
    *list = add_item(*list, count, sizeof **list);
    (*list)[*count - 1] = (sb_technique) {
        .name = sb_copy_text(name),
        .shown = visible_text(shown_name(to, name)),
        .peer = peer,
    };
    return *count - 1;
}

static bool is_selected(collector *to, const char *technique)
{
    const char *const *list = to->selection->techniques;
    bool any = false;
    name_place(to, &to->seen, &to->seen_count, technique, false);
    for (size_t i = 0; list && list[i]; i++)
        if (sb_glob_match(list[i], technique))
            any = to->used[i] = true;
    return !list || any;
}

static void note_threads(sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->thread_count; i++)
        if (model->threads[i] == threads)
            return;
    model->threads = add_item(model->threads, &model->thread_count, sizeof *model->threads);
    model->threads[model->thread_count - 1] = threads;
}

/* ---------------------------------------------------------------------------------- the numbers */

/* Stores the median of the samples from `from` to the end of their process, and returns that
 * end. */
static size_t process_median(const sb_series *series, size_t from, double *median)
{
    uint32_t process = series->samples[from].round / SB_PROCESS_ROUNDS;
    size_t end = from;
    double *times = sb_new(series->count - from, sizeof *times);
    for (; end < series->count && series->samples[end].round / SB_PROCESS_ROUNDS == process; end++)
        times[end - from] = series->samples[end].ns;
    sb_sort_values(times, end - from);
    *median = sb_quantile_sorted(times, end - from, 0.5);
    free(times);
    return end;
}

static double processes_spread(const sb_series *series)
{
    double fastest = INFINITY, slowest = 0, median;
    size_t processes = 0;
    for (size_t at = 0; at < series->count; processes++) {
        at = process_median(series, at, &median);
        fastest = fmin(fastest, median);
        slowest = fmax(slowest, median);
    }
    return processes < 2 ? NAN : slowest / fastest;
}

static void add_timing(collector *to, const sb_group *group, size_t layer, const sb_result *result)
{
    sb_model *model = to->model;
    if (result->verdict != SB_VERDICT_OK || !(result->time.value > 0) ||
        !is_selected(to, result->technique))
        return;
    sb_problem problem = sb_layer_problem(group->layer, result->operation, group->threads);
    sb_cost cost = sb_cost_of(&problem);
    const sb_least least = sb_least_of(&problem, SB_DIRECT);
    model->timings = add_item(model->timings, &model->timing_count, sizeof *model->timings);
    model->timings[model->timing_count - 1] = (sb_timing) {
        .at = { layer,
                name_place(to, &model->techniques, &model->technique_count, result->technique,
                           result->peer),
                group->threads },
        .operation = result->operation,
        .class_ = sb_problem_class(&problem),
        .arithmetic = result->arithmetic,
        .threaded = result->threaded,
        .plugin =
            name_place(to, &model->plugins, &model->plugin_count, result->plugin, result->peer),
        .time = result->time,
        .gflops = 2.0 * (double)cost.total / result->time.value,
        .roof = result->roofline_gflops > 0 ? result->roofline_gflops : NAN,
        .computed = 2.0 * least.multiplications / result->time.value,
        .intensity = 2.0 * least.multiplications / (least.read + least.written),
        .prepare_ns = result->prepare_ns,
        .reorder_ns = result->reorder_ns,
        .error = result->max_error,
        .error_bound = result->error_bound,
        .processes_spread = processes_spread(&result->series),
    };
}

static bool is_faster(const sb_timing *a, const sb_timing *b)
{
    return a->time.value < b->time.value || (a->time.value == b->time.value && a < b);
}

/* Marks, in the group whose results begin at `first`, the fastest of each technique and
 * operation. */
static void find_leaders(sb_model *model, size_t first)
{
    for (size_t i = first; i < model->timing_count; i++) {
        sb_timing *one = &model->timings[i];
        one->leads = true;
        for (size_t j = first; j < model->timing_count && one->leads; j++) {
            const sb_timing *other = &model->timings[j];
            one->leads = other->operation != one->operation ||
                         other->at.technique != one->at.technique || !is_faster(other, one);
        }
    }
}

static void add_point(collector *to, const sb_group *group, size_t layer, const sb_speedup *speedup)
{
    sb_model *model = to->model;
    if (!(speedup->measured.value > 0) || !is_selected(to, speedup->technique))
        return;
    model->points = add_item(model->points, &model->point_count, sizeof *model->points);
    model->points[model->point_count - 1] = (sb_point) {
        .at = { layer,
                name_place(to, &model->techniques, &model->technique_count, speedup->technique,
                           false),
                group->threads },
        .operation = speedup->operation,
        .measured = speedup->measured,
        .theoretical = speedup->theoretical,
        .roofline = speedup->roofline,
        .base_ns = speedup->standard_ns,
    };
}

/* The group's results that are selected and were timed, borrowed; free() the list. */
static sb_result *selected_results(collector *to, const sb_group *group, size_t *count)
{
    sb_result *results = sb_new(group->result_count, sizeof *results);
    *count = 0;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_interval *time = &group->results[i].time;
        if (time->value > 0 && time->low <= time->value && time->value <= time->high &&
            is_selected(to, group->results[i].technique))
            results[(*count)++] = group->results[i];
    }
    return results;
}

static void add_duels(collector *to, const sb_group *group, size_t layer)
{
    sb_model *model = to->model;
    sb_group selected = *group;
    sb_contest_rules rules = { .counting = SB_COUNT_RUN, .confidence = 0.95, .seed = 1 };
    sb_contest contest;
    selected.results = selected_results(to, group, &selected.result_count);
    for (int op = 0; op < SB_OPERATIONS; op++) {
        rules.operation = (sb_operation)op;
        if (!sb_group_contest(&selected, &rules, &contest) || !(contest.ratio.value > 0))
            continue;
        model->duels = add_item(model->duels, &model->duel_count, sizeof *model->duels);
        model->duels[model->duel_count - 1] = (sb_duel) {
            .at = { layer,
                    name_place(to, &model->techniques, &model->technique_count,
                               contest.own->technique, false),
                    group->threads },
            .peer = name_place(to, &model->techniques, &model->technique_count,
                               contest.peer->technique, true),
            .operation = (sb_operation)op,
            .ratio = contest.ratio,
        };
    }
    free(selected.results);
}

static int collect_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    collector *to = context;
    sb_model *model = to->model;
    size_t first = model->timing_count;
    if (to->selection->threads && group->threads != to->selection->threads)
        return 0;
    size_t layer = layer_place(model, group->layer, &to->last_layer);
    note_threads(model, group->threads);
    for (size_t i = 0; i < group->result_count; i++)
        add_timing(to, group, layer, &group->results[i]);
    find_leaders(model, first);
    for (size_t i = 0; i < group->speedup_count; i++)
        add_point(to, group, layer, &group->speedups[i]);
    add_duels(to, group, layer);
    return 0;
}

/* ------------------------------------------------------------------------------------ the whole */

static void find_ceilings(sb_model *model, const char *json)
{
    model->ceilings = sb_new(model->thread_count, sizeof *model->ceilings);
    for (size_t i = 0; i < model->thread_count; i++)
        model->ceilings[i] = sb_provenance_ceilings(json, model->threads[i]);
}

static int unknown_technique(const collector *to, const char *name, sb_error *error)
{
    const char **names = sb_new(to->seen_count + 1, sizeof *names);
    for (size_t i = 0; i < to->seen_count; i++)
        names[i] = to->seen[i].name;
    const char *near = sb_nearest(name, names);
    sb_fail(error, "the run has no technique '%s'%s%s%s", name, near ? "; did you mean '" : "",
            near ? near : "", near ? "'?" : "");
    free(names);
    return SB_FAILED;
}

/* A name that matches nothing is an error of the user. */
static int check_selection(const collector *to, sb_error *error)
{
    const sb_selection *s = to->selection;
    for (size_t i = 0; s->techniques && s->techniques[i]; i++)
        if (!to->used[i])
            return unknown_technique(to, s->techniques[i], error);
    for (size_t i = 0; s->renames && s->renames[2 * i]; i++)
        if (!to->renamed[i])
            return unknown_technique(to, s->renames[2 * i], error);
    if (s->threads && to->model->thread_count == 0)
        return sb_fail(error, "the run has no result with %lld threads", (long long)s->threads);
    return SB_OK;
}

static size_t length_of(const char *const *list)
{
    size_t length = 0;
    while (list && list[length])
        length++;
    return length;
}

static void free_names(sb_technique *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i].name);
        free(list[i].shown);
    }
    free(list);
}

static int read_groups(sb_rundb *db, const sb_selection *selection, sb_model *model,
                       sb_error *error)
{
    collector to = {
        .model = model,
        .selection = selection,
        .used = sb_new(length_of(selection->techniques) + 1, sizeof(bool)),
        .renamed = sb_new(length_of(selection->renames) / 2 + 1, sizeof(bool)),
    };
    int rc = sb_rundb_visit(db, true, collect_group, &to, error);
    if (rc == SB_OK)
        rc = check_selection(&to, error);
    free(to.used);
    free(to.renamed);
    free_names(to.seen, to.seen_count);
    return rc;
}

int sb_model_read(sb_rundb *db, const sb_selection *selection, sb_model *model, sb_error *error)
{
    *model = (sb_model) { 0 };
    char *json = sb_rundb_provenance(db, error);
    if (!json)
        return SB_FAILED;
    model->caption = sb_provenance_caption(json);
    int rc = read_groups(db, selection, model, error);
    if (rc == SB_OK)
        rc = sb_evaluations_read(sb_rundb_folder(db), &model->tuning, error);
    if (rc == SB_OK)
        rc = sb_rundb_sequences(db, &model->sequences, error);
    sb_model_order_techniques(model);
    find_ceilings(model, json);
    free(json);
    if (rc < 0)
        sb_model_free(model);
    return rc;
}

const sb_ceilings *sb_model_ceilings(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->thread_count; i++)
        if (model->threads[i] == threads && model->ceilings[i].gflops > 0 &&
            model->ceilings[i].gbytes[SB_LEVEL_DRAM] > 0)
            return &model->ceilings[i];
    return NULL;
}

void sb_model_free(sb_model *model)
{
    for (size_t i = 0; i < model->layer_count; i++) {
        free(model->layers[i].name);
        free(model->layers[i].shown);
    }
    free(model->layers);
    free_names(model->techniques, model->technique_count);
    free_names(model->plugins, model->plugin_count);
    free(model->threads);
    free(model->ceilings);
    free(model->points);
    free(model->timings);
    free(model->duels);
    sb_sequence_list_free(&model->sequences);
    sb_evaluations_free(&model->tuning);
    sb_caption_free(&model->caption);
    *model = (sb_model) { 0 };
}
