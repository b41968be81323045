/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/scope.h"

#include "campaign/plugins.h"
#include "core/log.h"
#include "core/text.h"
#include "measure/arena.h"
#include "store/provenance.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_run_json(const char *path)
{
    size_t length = strlen(path);
    return length >= 5 && strcmp(path + length - 5, ".json") == 0;
}

static int read_config(const sb_scope_options *o, sb_config *config, sb_error *error)
{
    if (!is_run_json(o->path))
        return sb_config_read(o->path, o->filter, o->settings, config, error);
    char *source = sb_provenance_read_source(o->path, error);
    if (!source)
        return SB_FAILED;
    int rc = sb_config_parse(o->path, source, o->filter, o->settings, config, error);
    free(source);
    return rc;
}

static void add_threads(sb_scope *s, int64_t threads)
{
    for (size_t i = 0; i < s->thread_count; i++)
        if (s->threads[i] == threads)
            return;
    s->threads[s->thread_count++] = threads;
}

static int resolve_threads(const sb_topology *topology, sb_scope *s, sb_error *error)
{
    s->threads = sb_new(s->config.thread_count, sizeof *s->threads);
    for (size_t i = 0; i < s->config.thread_count; i++) {
        int64_t wanted = s->config.threads[i];
        if (wanted == SB_THREADS_MAX)
            wanted = sb_max_threads(topology);
        if (wanted > topology->places)
            return sb_fail(error,
                           "%s: threads: %" PRId64
                           " are more than the %d hardware threads that this "
                           "process may use%s; 'max' stands for all cores",
                           s->config.path, wanted, topology->places,
                           topology->kinds > 1 ? " of the chosen kind (see 'cores')" : "");
        add_threads(s, wanted);
    }
    return SB_OK;
}

/* Before anything is measured, rather than when the system kills what asks for more. */
static int check_memory(const sb_config *config, const sb_topology *topology, bool spares,
                        sb_error *error)
{
    char why[SB_ARENA_WHY];
    for (size_t i = 0; i < config->layer_count; i++) {
        if (sb_arena_fits(&config->layers[i], topology->memory_bytes, why))
            continue;
        if (!spares)
            return sb_fail(error, "%s: layer '%s' %s; leave it out, or make it smaller",
                           config->path, config->layers[i].name, why);
        sb_warn("%s: layer '%s' %s; it is not measured", config->path, config->layers[i].name, why);
    }
    return SB_OK;
}

static bool has_candidate(const sb_candidates *candidates, sb_operation operation)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->items[i].operation == operation)
            return true;
    return false;
}

/* What no kernel of the scope computes is not swept, unless nothing else is left of the layer: with
 * kernels for the standard convolution alone, that is what the network runs. */
static void leave_out_idle_operations(const sb_candidates *candidates, sb_layer *layer)
{
    bool kept[SB_OPERATIONS] = { false }, any = false;
    for (int op = 0; op < SB_OPERATIONS; op++) {
        kept[op] = layer->operations[op] && has_candidate(candidates, (sb_operation)op);
        any = any || kept[op];
    }
    if (any)
        memcpy(layer->operations, kept, sizeof kept);
}

int sb_scope_open(const sb_scope_options *options, sb_machine *machine, sb_scope *scope,
                  sb_error *error)
{
    *scope = (sb_scope) { 0 };
    if (read_config(options, &scope->config, error) < 0)
        return SB_FAILED;
    if (sb_machine_read(scope->config.cores, machine, error) < 0 ||
        check_memory(&scope->config, &machine->topology, options->spares_large, error) < 0 ||
        resolve_threads(&machine->topology, scope, error) < 0 ||
        sb_plugins_find(options->plugin_dirs, &scope->plugins, error) < 0 ||
        sb_candidates_make(&scope->config, &scope->plugins, &scope->candidates, error) < 0) {
        sb_scope_close(scope);
        return SB_FAILED;
    }
    for (size_t i = 0; i < scope->config.layer_count; i++)
        leave_out_idle_operations(&scope->candidates, &scope->config.layers[i]);
    return SB_OK;
}

void sb_scope_close(sb_scope *scope)
{
    sb_candidates_free(&scope->candidates);
    sb_plugin_list_free(&scope->plugins);
    sb_config_free(&scope->config);
    free(scope->threads);
    free(scope->owners);
    free(scope->weights);
    *scope = (sb_scope) { 0 };
}

bool sb_scope_holds(const sb_scope *scope, size_t layer, size_t thread)
{
    return !scope->owners ||
           scope->owners[layer * scope->thread_count + thread] == scope->shard.index;
}

int64_t sb_scope_position(const sb_scope *scope, size_t layer, size_t thread)
{
    return (int64_t)(layer * scope->thread_count + thread) + 1;
}

int64_t sb_scope_most_threads(const sb_scope *scope)
{
    int64_t most = 1;
    for (size_t i = 0; i < scope->thread_count; i++)
        most = scope->threads[i] > most ? scope->threads[i] : most;
    return most;
}

size_t sb_scope_count_groups(const sb_scope *scope)
{
    size_t count = 0;
    for (size_t l = 0; l < scope->config.layer_count; l++)
        for (size_t t = 0; t < scope->thread_count; t++)
            count += sb_scope_holds(scope, l, t);
    return count;
}
