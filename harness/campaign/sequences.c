/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/sequences.h"

#include "campaign/progress.h"
#include "campaign/winners.h"
#include "core/log.h"
#include "core/text.h"
#include "report/answer.h"
#include "store/sequence_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Operations of a layer in the order in which a network runs them. */
static const sb_operation order[] = { SB_STANDARD,  SB_BOTTLENECK, SB_EXPAND,
                                      SB_SEPARABLE, SB_DEPTHWISE,  SB_POINTWISE };
enum { ORDERED = sizeof order / sizeof *order };

/* The verified and timed kernels for an operation of a layer. Texts are owned. */
typedef struct shelf {
    sb_sequence_option *options;
    size_t count;
} shelf;

typedef struct gathering {
    const sb_scope *scope;
    int64_t threads;
    shelf (*shelves)[SB_OPERATIONS]; /* for each layer */
    sb_sequence_place *places;
    size_t count;
} gathering;

static size_t layer_named(const sb_config *config, const char *name)
{
    size_t i = 0;
    while (i < config->layer_count && strcmp(config->layers[i].name, name) != 0)
        i++;
    return i;
}

/* The kernel in this process, with the parameters that it was measured with. */
static bool find_kernel(const sb_plugin_list *plugins, const sb_result *result,
                        sb_sequence_option *option)
{
    for (size_t p = 0; p < plugins->count; p++) {
        const sb_plugin_info *plugin = &plugins->plugins[p];
        for (size_t k = 0; k < plugin->kernel_count; k++)
            if (strcmp(plugin->id, result->plugin) == 0 &&
                strcmp(plugin->kernels[k].id, result->kernel) == 0) {
                option->plugin = plugin;
                option->kernel = k;
                return sb_winners_parse(&plugin->kernels[k], result->params, option->values);
            }
    }
    return false;
}

static void shelve(gathering *g, size_t layer, const sb_result *result)
{
    sb_sequence_option option = { .ns = result->time.value };
    shelf *to = &g->shelves[layer][result->operation];
    if (result->verdict != SB_VERDICT_OK || !(result->time.value > 0) ||
        !find_kernel(&g->scope->plugins, result, &option))
        return;
    option.label = sb_copy_text(result->label);
    option.params = sb_copy_text(result->params);
    to->options = sb_grow(to->options, to->count + 1, sizeof *to->options);
    to->options[to->count++] = option;
}

static int gather_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    gathering *g = context;
    const size_t layer = layer_named(&g->scope->config, group->layer->name);
    if (group->threads != g->threads || layer == g->scope->config.layer_count)
        return SB_OK;
    for (size_t i = 0; i < group->result_count; i++)
        if (sb_answer_is_part(group->layer, group->results[i].operation))
            shelve(g, layer, &group->results[i]);
    return SB_OK;
}

static void free_option(const sb_sequence_option *option)
{
    free((char *)(uintptr_t)option->label);
    free((char *)(uintptr_t)option->params);
}

/* Kernels that do not report their layouts cannot be used. */
static void ask_layouts(const gathering *g, sb_session *session, const sb_layer *layer,
                        sb_operation operation, shelf *of)
{
    size_t kept = 0;
    for (size_t i = 0; i < of->count; i++) {
        sb_sequence_option *option = &of->options[i];
        if (sb_sequence_ask_layouts(session, layer, operation, g->threads, option))
            of->options[kept++] = *option;
        else
            free_option(option);
    }
    of->count = kept;
}

static void ask_all_layouts(const gathering *g, sb_session *session)
{
    for (size_t l = 0; l < g->scope->config.layer_count; l++)
        for (int op = 0; op < SB_OPERATIONS; op++)
            ask_layouts(g, session, &g->scope->config.layers[l], (sb_operation)op,
                        &g->shelves[l][op]);
}

/* ------------------------------------------------------------------------------------ the places
 */

static void add_place(gathering *g, const sb_layer *layer, sb_operation operation, const shelf *of,
                      bool enters)
{
    g->places = sb_grow(g->places, g->count + 1, sizeof *g->places);
    g->places[g->count++] = (sb_sequence_place) {
        .layer = layer,
        .operation = operation,
        .enters = enters,
        .options = of->options,
        .option_count = of->count,
    };
}

/* One repetition of a layer. False if no kernel is correct for a part of it. */
static bool add_layer(gathering *g, size_t at)
{
    const sb_layer *layer = &g->scope->config.layers[at];
    bool enters = true;
    for (int i = 0; i < ORDERED; i++) {
        const shelf *of = &g->shelves[at][order[i]];
        if (!sb_answer_is_part(layer, order[i]))
            continue;
        if (of->count == 0) {
            sb_warn("the layers are not run in sequence with %" PRId64
                    " thread%s: no kernel is correct for %s",
                    g->threads, sb_plural(g->threads), layer->name);
            return false;
        }
        add_place(g, layer, order[i], of, enters);
        enters = false;
    }
    return true;
}

static bool add_layers(gathering *g)
{
    const sb_config *config = &g->scope->config;
    for (size_t l = 0; l < config->layer_count; l++)
        for (int64_t n = 0; n < config->layers[l].repeat; n++) {
            if (!add_layer(g, l))
                return false;
            if (g->count <= SB_SEQUENCE_PLACES)
                continue;
            sb_warn("the layers are not run in sequence: there are more than %d of them",
                    SB_SEQUENCE_PLACES);
            return false;
        }
    return true;
}

static void free_gathering(gathering *g)
{
    for (size_t l = 0; l < g->scope->config.layer_count; l++)
        for (int op = 0; op < SB_OPERATIONS; op++) {
            shelf *of = &g->shelves[l][op];
            for (size_t i = 0; i < of->count; i++)
                free_option(&of->options[i]);
            free(of->options);
        }
    free(g->shelves);
    free(g->places);
}

/* --------------------------------------------------------------------------------------- the runs
 */

static void tell_faults(const sb_sequence_list *made)
{
    for (size_t i = 0; i < made->fault_count; i++) {
        const sb_sequence_fault *f = &made->faults[i];
        const char *name = strcmp(f->name, "best") == 0 ? "the best" : f->name;
        if (f->kernel[0])
            sb_warn("%s is %s on %s among %s kernels: %s", f->kernel, sb_verdict_name(f->verdict),
                    f->layer, name, f->detail);
        else
            sb_warn("the layers were not run in sequence with %s kernels: %s", name, f->detail);
    }
}

static int measure(sb_campaign *c, sb_rundb *db, const gathering *g, sb_progress *progress,
                   sb_error *error)
{
    const sb_session_options session = sb_campaign_session(c);
    sb_measure_options options = sb_campaign_measuring(c);
    options.progress = sb_progress_tell;
    options.context = progress;
    const sb_sequence_job job = {
        .session = &session,
        .options = &options,
        .threads = g->threads,
        .places = g->places,
        .count = g->count,
    };
    sb_sequence_list made;
    int rc = sb_sequence_measure(&job, &made, error);
    if (rc == SB_OK)
        rc = sb_rundb_put_sequences(db, &made, error);
    tell_faults(&made);
    sb_sequence_list_free(&made);
    return rc;
}

/* A failure, other than the user's wish to stop, is reported and affects nothing else. */
static int run_threads(sb_campaign *c, sb_rundb *db, int64_t threads, sb_progress *progress,
                       sb_error *error)
{
    gathering g = {
        .scope = &c->scope,
        .threads = threads,
        .shelves = sb_new(c->scope.config.layer_count, sizeof *g.shelves),
    };
    int rc = sb_rundb_visit(db, false, gather_group, &g, error);
    if (rc == SB_OK) {
        const sb_session_options options = sb_campaign_session(c);
        sb_session *session = sb_session_open(&options);
        ask_all_layouts(&g, session);
        sb_session_close(session);
        if (add_layers(&g))
            rc = measure(c, db, &g, progress, error);
    }
    free_gathering(&g);
    if (rc >= 0 || rc == SB_INTERRUPTED)
        return rc;
    sb_warn("the layers were not run in sequence: %s", error->text);
    return SB_OK;
}

int sb_sequences_run(sb_campaign *c, sb_rundb *db, sb_error *error)
{
    sb_progress progress;
    int rc = SB_OK;
    if (!c->scope.config.network || c->scope.shard.count)
        return SB_OK;
    sb_progress_start(&progress, &c->watch, c->scope.thread_count);
    progress.group = "network";
    for (size_t t = 0; t < c->scope.thread_count && rc == SB_OK; t++) {
        const int held = sb_rundb_has_sequences(db, c->scope.threads[t], error);
        rc = held < 0 ? held : SB_OK;
        if (held == 0)
            rc = run_threads(c, db, c->scope.threads[t], &progress, error);
        progress.done++;
    }
    sb_progress_end(&progress);
    return rc;
}
