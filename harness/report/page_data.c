/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page_data.h"

#include "conv/class.h"
#include "conv/cost.h"
#include "report/html.h"
#include "report/marks.h"
#include "report/page_answer.h"
#include "report/page_lists.h"
#include "report/page_tables.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The configuration of a large run may be longer than all other data; run.json has it. */
#define MOST_SOURCE 65536

/* From full detail down to what always fits. */
static const sb_page_detail details[] = {
    { .samples = SIZE_MAX, .candidates = SIZE_MAX, .digits = 0, .extras = true },
    { .samples = 40, .candidates = SIZE_MAX, .digits = 0, .extras = true },
    { .samples = 0, .candidates = SIZE_MAX, .digits = 0, .extras = true },
    { .samples = 0, .candidates = SIZE_MAX, .digits = 5, .extras = false },
    { .samples = 0, .candidates = 8, .digits = 4, .extras = false },
    { .samples = 0, .candidates = 4, .digits = 4, .extras = false },
    { .samples = 0, .candidates = 2, .digits = 4, .extras = false },
    { .samples = 0, .candidates = 1, .digits = 3, .extras = false },
};
enum { DETAILS = sizeof details / sizeof *details };

/* Columns are numbered in the order of their names. */
enum { L_SHAPE, L_REPEAT, L_CHAIN, L_THEORY };
static const char *const layer_names[] = { "shape", "repeat", "chain", "theory", NULL };

enum { G_LAYER, G_THREADS, G_CACHE, G_RESULTS, G_SPEEDUPS };
static const char *const group_names[] = {
    "layer", "threads", "cache", "results", "speedups", NULL
};

enum {
    R_KERNEL,
    R_OPERATION,
    R_PARAMS,
    R_STATUS,
    R_DETAIL,
    R_STOP,
    R_ESTIMATOR,
    R_ORIGIN,
    R_TIME,
    R_LOW,
    R_HIGH,
    R_COUNT,
    R_MULTIPLICATIONS,
    R_ROOF,
    R_PREPARE,
    R_REORDER,
    R_ERROR,
    R_BOUND,
    R_SAMPLES,
    R_ROUNDS
};
static const char *const result_names[] = {
    "kernel",      "operation", "params",          "status",   "detail",
    "stop_reason", "estimator", "origin",          "time_ns",  "ci_low_ns",
    "ci_high_ns",  "samples",   "multiplications", "roofline", "prepare_ns",
    "reorder_ns",  "max_error", "error_bound",     "ns",       "rounds",
    NULL,
};

enum {
    S_OPERATION,
    S_TECHNIQUE,
    S_STANDARD,
    S_CHAIN,
    S_MEASURED,
    S_LOW,
    S_HIGH,
    S_ROOFLINE,
    S_STANDARD_NS,
    S_CHAIN_NS
};
static const char *const speedup_names[] = {
    "operation", "technique", "standard_kernel", "separable_kernel", "measured", "ci_low",
    "ci_high",   "roofline",  "standard_ns",     "separable_ns",     NULL,
};

enum { K_LABEL, K_PLUGIN, K_TECHNIQUE, K_PEER, K_THREADED, K_COLOUR };
static const char *const kernel_names[] = { "label",    "plugin", "technique", "peer",
                                            "threaded", "colour", NULL };

typedef struct collector {
    const sb_page_detail *detail;
    const char *dir;
    size_t most;
    sb_words layer_keys, kernel_keys, words;
    sb_lists layers, groups, results, speedups, kernels;
    size_t group_count;
} collector;

/* ----------------------------------------------------------------------------- layers, kernels */

static void add_shape(sb_words *words, sb_lists *to, const sb_layer *layer)
{
    const sb_geometry *g = &layer->shape;
    sb_text text = { 0 };
    sb_text_add(&text, "%" PRId64 "x%" PRId64 "x%" PRId64, g->c, g->h, g->w);
    if (g->expand)
        sb_text_add(&text, " expand %" PRId64, g->expand);
    sb_text_add(&text, " to %" PRId64 ", %" PRId64 "x%" PRId64, g->k, g->r, g->s);
    if (g->stride_h != 1 || g->stride_w != 1)
        sb_text_add(&text, ", stride %" PRId64, g->stride_h);
    if (g->stride_h != g->stride_w)
        sb_text_add(&text, "x%" PRId64, g->stride_w);
    if (g->dilation_h != 1 || g->dilation_w != 1)
        sb_text_add(&text, ", dilation %" PRId64 "x%" PRId64, g->dilation_h, g->dilation_w);
    if (g->groups != 1)
        sb_text_add(&text, ", %" PRId64 " groups", g->groups);
    if (g->n != 1)
        sb_text_add(&text, ", %" PRId64 " images", g->n);
    sb_lists_whole(to, L_SHAPE, (int64_t)sb_words_place(words, text.data));
    sb_text_free(&text);
}

static size_t layer_place(collector *to, const sb_layer *layer)
{
    size_t known = to->layer_keys.count, place = sb_words_place(&to->layer_keys, layer->name);
    if (place < known)
        return place;
    add_shape(&to->words, &to->layers, layer);
    sb_lists_whole(&to->layers, L_REPEAT, layer->repeat);
    sb_lists_whole(&to->layers, L_CHAIN, sb_layer_chain(layer));
    sb_lists_number(&to->layers, L_THEORY,
                    sb_layer_is_pair(layer) ? sb_theoretical_speedup(layer) : NAN, 6);
    return place;
}

static void add_word(collector *to, sb_lists *lists, size_t column, const char *text)
{
    sb_lists_whole(lists, column, (int64_t)sb_words_place(&to->words, text ? text : ""));
}

static size_t kernel_place(collector *to, const sb_result *result)
{
    sb_text colour = { 0 };
    size_t known = to->kernel_keys.count, place = sb_words_place(&to->kernel_keys, result->label);
    if (place < known)
        return place;
    add_word(to, &to->kernels, K_LABEL, result->label);
    add_word(to, &to->kernels, K_PLUGIN, result->plugin);
    add_word(to, &to->kernels, K_TECHNIQUE, result->technique);
    sb_lists_whole(&to->kernels, K_PEER, result->peer);
    sb_lists_whole(&to->kernels, K_THREADED, result->threaded);
    sb_text_add(&colour, "\"%s\"", sb_mark_of(result->technique, result->peer, 0).colour);
    sb_lists_made(&to->kernels, K_COLOUR, colour.data);
    sb_text_free(&colour);
    return place;
}

/* -------------------------------------------------------------------------------------- samples */

/* Every `step`-th sample, and the rounds of these as ranges: first round, count. */
static void add_samples(collector *to, const sb_series *series)
{
    size_t most = to->detail->samples, step = 1;
    sb_text times = { 0 }, rounds = { 0 };
    uint32_t first = 0, length = 0;
    while (most && series->count > most * step)
        step++;
    sb_text_add(&times, "[");
    sb_text_add(&rounds, "[");
    for (size_t i = 0; most && i < series->count; i += step) {
        const sb_sample *one = &series->samples[i];
        if (i)
            sb_text_add(&times, ",");
        sb_json_add_number(&times, one->ns, 3, to->detail->digits);
        if (length && one->round == first + length) {
            length++;
            continue;
        }
        if (length)
            sb_text_add(&rounds, "%" PRIu32 ",%" PRIu32 ",", first, length);
        first = one->round;
        length = 1;
    }
    if (length)
        sb_text_add(&rounds, "%" PRIu32 ",%" PRIu32, first, length);
    sb_text_add(&times, "]");
    sb_text_add(&rounds, "]");
    sb_lists_made(&to->results, R_SAMPLES, times.data);
    sb_lists_made(&to->results, R_ROUNDS, rounds.data);
    sb_text_free(&times);
    sb_text_free(&rounds);
}

/* -------------------------------------------------------------------------------------- results */

static void add_extras(sb_lists *to, const sb_result *result)
{
    sb_text error = { 0 }, bound = { 0 };
    sb_json_add_scientific(&error, result->max_error);
    sb_json_add_scientific(&bound, result->error_bound);
    sb_lists_number(to, R_ROOF, result->roofline_gflops, 6);
    sb_lists_number(to, R_PREPARE, result->prepare_ns, 3);
    sb_lists_number(to, R_REORDER, result->reorder_ns, 3);
    sb_lists_made(to, R_ERROR, error.data);
    sb_lists_made(to, R_BOUND, bound.data);
    sb_text_free(&error);
    sb_text_free(&bound);
}

static void add_result(collector *to, const sb_group *group, const sb_result *result)
{
    sb_lists *lists = &to->results;
    const sb_problem problem = sb_layer_problem(group->layer, result->operation, group->threads);
    const bool timed = result->summary.count > 0;
    sb_lists_whole(lists, R_KERNEL, (int64_t)kernel_place(to, result));
    sb_lists_whole(lists, R_OPERATION, result->operation);
    add_word(to, lists, R_PARAMS, result->params);
    sb_lists_whole(lists, R_STATUS, result->verdict);
    add_word(to, lists, R_DETAIL, result->detail);
    add_word(to, lists, R_STOP, result->stop_reason);
    add_word(to, lists, R_ESTIMATOR, timed ? sb_estimator_name(result->estimator) : "");
    add_word(to, lists, R_ORIGIN, result->origin);
    sb_lists_number(lists, R_TIME, timed ? result->time.value : NAN, 3);
    sb_lists_number(lists, R_LOW, timed ? result->time.low : NAN, 3);
    sb_lists_number(lists, R_HIGH, timed ? result->time.high : NAN, 3);
    sb_lists_whole(lists, R_COUNT, (int64_t)result->summary.count);
    sb_lists_whole(lists, R_MULTIPLICATIONS, sb_cost_of(&problem).total);
    if (to->detail->extras)
        add_extras(lists, result);
    if (to->detail->samples)
        add_samples(to, &result->series);
}

/* The number of the group's results of the same operation that are faster. */
static size_t count_faster(const sb_group *group, const sb_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *other = &group->results[i];
        count += other->operation == result->operation && other->summary.count > 0 &&
                 (other->time.value < result->time.value ||
                  (other->time.value == result->time.value && other < result));
    }
    return count;
}

static size_t add_results(collector *to, const sb_group *group)
{
    size_t count = 0;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (to->detail->candidates != SIZE_MAX && result->verdict == SB_VERDICT_OK &&
            count_faster(group, result) >= to->detail->candidates)
            continue;
        if (to->detail->candidates != SIZE_MAX && result->verdict == SB_VERDICT_UNSUPPORTED)
            continue;
        add_result(to, group, result);
        count++;
    }
    return count;
}

static void add_speedup(collector *to, const sb_speedup *speedup)
{
    sb_lists *lists = &to->speedups;
    sb_lists_whole(lists, S_OPERATION, speedup->operation);
    add_word(to, lists, S_TECHNIQUE, speedup->technique);
    add_word(to, lists, S_STANDARD, speedup->standard_kernel);
    add_word(to, lists, S_CHAIN, speedup->separable_kernel);
    sb_lists_number(lists, S_MEASURED, speedup->measured.value, 6);
    sb_lists_number(lists, S_LOW, speedup->measured.low, 6);
    sb_lists_number(lists, S_HIGH, speedup->measured.high, 6);
    if (!to->detail->extras)
        return;
    sb_lists_number(lists, S_ROOFLINE, speedup->roofline, 6);
    sb_lists_number(lists, S_STANDARD_NS, speedup->standard_ns, 3);
    sb_lists_number(lists, S_CHAIN_NS, speedup->separable_ns, 3);
}

static size_t size_of(const collector *to)
{
    return sb_lists_size(&to->layers) + sb_lists_size(&to->groups) + sb_lists_size(&to->results) +
           sb_lists_size(&to->speedups) + sb_words_size(&to->words) +
           sb_words_size(&to->layer_keys);
}

static int collect_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    collector *to = context;
    sb_lists_whole(&to->groups, G_LAYER, (int64_t)layer_place(to, group->layer));
    sb_lists_whole(&to->groups, G_THREADS, group->threads);
    sb_lists_whole(&to->groups, G_CACHE, group->cache);
    sb_lists_whole(&to->groups, G_RESULTS, (int64_t)add_results(to, group));
    sb_lists_whole(&to->groups, G_SPEEDUPS, (int64_t)group->speedup_count);
    for (size_t i = 0; i < group->speedup_count; i++)
        add_speedup(to, &group->speedups[i]);
    to->group_count++;
    return size_of(to) > to->most; /* then continuing is useless */
}

/* ------------------------------------------------------------------------------------ the whole */

static void render_list(sb_text *to, const char *key, const sb_lists *lists)
{
    sb_text_add(to, ",\n\"%s\":", key);
    sb_lists_render(lists, to);
}

static void render_names(sb_text *to, const char *key, int count, const char *(*name)(int))
{
    sb_text_add(to, ",\n\"%s\":[", key);
    for (int i = 0; i < count; i++)
        sb_text_add(to, "%s\"%s\"", i ? "," : "", name(i));
    sb_text_add(to, "]");
}

static const char *operation_name(int value)
{
    return sb_operation_name((sb_operation)value);
}

static const char *verdict_name(int value)
{
    return sb_verdict_name((sb_verdict)value);
}

static void render_detail(const sb_page_detail *detail, sb_text *to)
{
    sb_text_add(to, "\"detail\":{\"samples\":%" PRId64 ",\"candidates\":%" PRId64 ",\"digits\":%d}",
                detail->samples == SIZE_MAX ? -1 : (int64_t)detail->samples,
                detail->candidates == SIZE_MAX ? -1 : (int64_t)detail->candidates, detail->digits);
}

/* run.json, without the layers of a very long configuration. */
static void render_account(const char *json, sb_text *to)
{
    json_t *run = json_loads(json, 0, NULL);
    json_t *configuration = json_object_get(run, "configuration");
    json_t *source = json_object_get(configuration, "source");
    const char *rest = json_string_length(source) > MOST_SOURCE
                           ? strstr(json_string_value(source), "\nkernels:")
                           : NULL;
    if (rest)
        json_object_set_new(configuration, "source", json_string(rest + 1));
    char *text = run ? json_dumps(run, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    sb_text_add(to, ",\n\"run\":");
    sb_json_add_made(to, text ? text : "{}");
    free(text);
    json_decref(run);
}

static void render(collector *to, const sb_answer *answer, const char *json, sb_text *text)
{
    sb_text_add(text, "{");
    render_detail(to->detail, text);
    render_account(json, text);
    render_names(text, "operations", SB_OPERATIONS, operation_name);
    render_names(text, "verdicts", SB_VERDICT_SKIPPED + 1, verdict_name);
    sb_page_answer(answer, &to->layer_keys, &to->words, to->detail->digits, text);
    sb_text_add(text, ",\n\"names\":");
    sb_words_render(&to->layer_keys, text);
    sb_text_add(text, ",\n\"kernelCount\":%zu,\"groupCount\":%zu", to->kernel_keys.count,
                to->group_count);
    render_list(text, "layers", &to->layers);
    render_list(text, "kernels", &to->kernels);
    render_list(text, "groups", &to->groups);
    render_list(text, "results", &to->results);
    render_list(text, "speedups", &to->speedups);
    if (to->detail->extras)
        sb_page_tables(to->dir, text);
    sb_text_add(text, ",\n\"words\":");
    sb_words_render(&to->words, text);
    sb_text_add(text, "}");
}

static void free_collector(collector *to)
{
    sb_lists *const lists[] = { &to->layers, &to->groups, &to->results, &to->speedups,
                                &to->kernels };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        sb_lists_free(lists[i]);
    sb_words_free(&to->layer_keys);
    sb_words_free(&to->kernel_keys);
    sb_words_free(&to->words);
}

/* 1: it does not fit. */
static int try_detail(sb_rundb *db, const char *dir, const sb_page_detail *detail, size_t most,
                      const sb_answer *answer, const char *json, sb_text *text, sb_error *error)
{
    collector to = {
        .detail = detail,
        .dir = dir,
        .most = most,
        .layers = { .names = layer_names, .digits = detail->digits },
        .groups = { .names = group_names },
        .results = { .names = result_names, .digits = detail->digits },
        .speedups = { .names = speedup_names, .digits = detail->digits },
        .kernels = { .names = kernel_names },
    };
    int rc = sb_rundb_visit(db, detail->samples > 0, collect_group, &to, error);
    sb_text_clear(text);
    if (rc == SB_OK) {
        render(&to, answer, json, text);
        rc = text->length > most;
    }
    free_collector(&to);
    return rc;
}

int sb_page_data(sb_rundb *db, const char *dir, const sb_answer *answer, size_t most, sb_text *to,
                 sb_error *error)
{
    char *json = sb_rundb_provenance(db, error);
    sb_text text = { 0 };
    int rc = json ? 1 : SB_FAILED;
    for (size_t i = 0; i < DETAILS && rc > 0; i++)
        rc = try_detail(db, dir, &details[i], i + 1 < DETAILS ? most : SIZE_MAX, answer, json,
                        &text, error);
    if (rc == SB_OK)
        sb_text_add_bytes(to, text.data, text.length);
    sb_text_free(&text);
    free(json);
    return rc;
}
