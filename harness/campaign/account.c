/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/account.h"

#include "config/document.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "measure/fence.h"
#include "report/gnuplot.h"
#include "tune/source.h"

#include <stdlib.h>
#include <string.h>

sb_account sb_account_start(int argc, char *const *argv)
{
    return (sb_account) {
        .argc = argc,
        .argv = argv,
        .started = time(NULL),
        .started_ns = sb_now_ns(),
    };
}

void sb_account_end(sb_account *account)
{
    free(account->earlier);
    *account = (sb_account) { 0 };
}

static bool holds_layer(const sb_scope *scope, size_t layer)
{
    for (size_t t = 0; t < scope->thread_count; t++)
        if (sb_scope_holds(scope, layer, t))
            return true;
    return false;
}

static bool is_measured(const sb_scope *scope, const sb_candidate *candidate)
{
    for (size_t l = 0; l < scope->config.layer_count; l++)
        if (scope->config.layers[l].operations[candidate->operation] && holds_layer(scope, l))
            return true;
    return false;
}

/* Only what this shard measures. free() both lists. */
static sb_measured_names name_measured(const sb_scope *scope)
{
    const char **layers = sb_new(scope->config.layer_count + 1, sizeof *layers);
    const sb_candidate **kernels = sb_new(scope->candidates.count + 1, sizeof *kernels);
    size_t layer_count = 0, kernel_count = 0;
    for (size_t l = 0; l < scope->config.layer_count; l++)
        if (holds_layer(scope, l))
            layers[layer_count++] = scope->config.layers[l].name;
    for (size_t k = 0; k < scope->candidates.count; k++)
        if (is_measured(scope, &scope->candidates.items[k]))
            kernels[kernel_count++] = &scope->candidates.items[k];
    return (sb_measured_names) { layers, scope->threads, scope->thread_count, kernels };
}

/* `features` are the processor's, as text. */
static sb_provenance describe_campaign(const sb_scope *scope, const sb_machine *machine,
                                       const char *features)
{
    return (sb_provenance) {
        .config_name = scope->config.name,
        .config_path = scope->config.path,
        .config_source = scope->config.source,
        .seed = scope->config.measure.seed,
        .fences = sb_fence_probe(),
        .measuring = {
            .confidence = scope->config.measure.confidence,
            .precision = scope->config.measure.precision,
            .min_samples = scope->config.measure.min_samples,
            .processes = scope->config.measure.processes,
            .max_time_ns = scope->config.measure.max_time_ns,
        },
        .topology = &machine->topology,
        .features = features,
        .before = &machine->conditions,
        .peaks = machine->have_peaks ? &machine->peaks : NULL,
        .plugins = &scope->plugins,
        .groups = (int64_t)sb_scope_count_groups(scope),
        .shard = scope->shard.index,
        .shards = scope->shard.count,
        .weights = scope->weights,
        .shard_ns = scope->share_ns,
    };
}

char *sb_account_identity(const sb_scope *scope, const sb_machine *machine)
{
    char features[128];
    sb_provenance p = describe_campaign(
        scope, machine, sb_cpu_features_text(&machine->cpu, features, sizeof features));
    return sb_provenance_identity(&p);
}

static bool names_output(const char *word)
{
    return strncmp(word, "-o", 2) == 0 || strncmp(word, "--output", 8) == 0;
}

char *sb_account_command(const sb_account *account)
{
    sb_text line = { 0 };
    sb_text_add(&line, "sepbench");
    for (int i = 0; i < account->argc; i++) {
        sb_text_add(&line, " ");
        sb_text_add_word(&line, account->argv[i]);
    }
    return line.data;
}

void sb_account_tell_resume(const sb_account *account, const char *dir)
{
    sb_text line = { 0 };
    bool output = false, resume = false;
    char *command = sb_account_command(account);
    sb_text_add(&line, "%s", command);
    free(command);
    for (int i = 0; i < account->argc; i++) {
        output |= names_output(account->argv[i]);
        resume |= strcmp(account->argv[i], "--resume") == 0;
    }
    if (!output) {
        sb_text_add(&line, " -o ");
        sb_text_add_word(&line, dir);
    }
    if (!resume)
        sb_text_add(&line, " --resume");
    sb_info("interrupted; continue with: %s", line.data);
    sb_text_free(&line);
}

char *sb_account_provenance(const sb_account *account, const sb_scope *scope,
                            const sb_machine *machine, bool complete)
{
    char features[128];
    sb_conditions after;
    const sb_named libraries[] = {
        { "hwloc", sb_topology_library_version() },
        { "libyaml", sb_document_library_version() },
        { "zlib", sb_source_library_version() },
        { NULL, NULL },
    };
    sb_system system;
    sb_noise *noise = sb_new(scope->thread_count + 1, sizeof *noise);
    size_t noise_count = 0;
    sb_conditions_read(&machine->topology, &after);
    sb_system_read(&system);
    for (size_t i = 0; i < scope->thread_count; i++)
        noise_count +=
            sb_noise_get(&machine->topology, (int)scope->threads[i], &noise[noise_count]);
    sb_provenance p = describe_campaign(
        scope, machine, sb_cpu_features_text(&machine->cpu, features, sizeof features));
    p.argc = account->argc;
    p.argv = account->argv;
    p.after = &after;
    p.system = &system;
    p.noise = noise;
    p.noise_count = noise_count;
    p.gnuplot = sb_gnuplot_version();
    p.libraries = libraries;
    p.warnings = sb_log_warnings();
    p.earlier = account->earlier;
    p.started = account->started;
    p.complete = complete;
    p.groups_held = account->groups_held;
    p.spent = account->spent;
    p.names = name_measured(scope);
    char *json = sb_provenance_json(&p);
    free((void *)(uintptr_t)p.names.layers);
    free((void *)(uintptr_t)p.names.kernels);
    free(noise);
    return json;
}
