/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/sweep.h"

#include "campaign/plugins.h"
#include "campaign/progress.h"
#include "campaign/winners.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "machine/cpu.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_run_json(const char *path)
{
    size_t length = strlen(path);
    return length >= 5 && strcmp(path + length - 5, ".json") == 0;
}

static int read_config(const sb_sweep_options *o, sb_config *config, sb_error *error)
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

static void add_threads(sb_sweep *s, int64_t threads)
{
    for (size_t i = 0; i < s->thread_count; i++)
        if (s->threads[i] == threads)
            return;
    s->threads[s->thread_count++] = threads;
}

static int resolve_threads(sb_sweep *s, sb_error *error)
{
    s->threads = sb_new(s->config.thread_count, sizeof *s->threads);
    for (size_t i = 0; i < s->config.thread_count; i++) {
        int64_t wanted = s->config.threads[i];
        if (wanted == SB_THREADS_MAX)
            wanted = sb_max_threads(&s->topology);
        if (wanted > s->topology.places)
            return sb_fail(error,
                           "%s: threads: %" PRId64
                           " are more than the %d hardware threads that this "
                           "process may use; 'max' stands for all cores",
                           s->config.path, wanted, s->topology.places);
        add_threads(s, wanted);
    }
    return SB_OK;
}

int sb_sweep_open(const sb_sweep_options *options, sb_sweep *sweep, sb_error *error)
{
    *sweep = (sb_sweep) {
        .argc = options->argc,
        .argv = options->argv,
        .stop = options->stop,
    };
    sweep->started_ns = sb_now_ns();
    sweep->started = time(NULL);
    if (read_config(options, &sweep->config, error) < 0)
        return SB_FAILED;
    if (sb_topology_read(&sweep->topology, error) < 0 || sb_cpu_detect(&sweep->cpu, error) < 0 ||
        resolve_threads(sweep, error) < 0 ||
        sb_plugins_find(options->plugin_dirs, &sweep->plugins, error) < 0 ||
        sb_candidates_make(&sweep->config, &sweep->plugins, &sweep->candidates, error) < 0) {
        sb_sweep_close(sweep);
        return SB_FAILED;
    }
    sb_conditions_read(&sweep->topology, &sweep->before);
    return SB_OK;
}

void sb_sweep_close(sb_sweep *sweep)
{
    sb_candidates_free(&sweep->candidates);
    sb_plugin_list_free(&sweep->plugins);
    sb_config_free(&sweep->config);
    free(sweep->threads);
    *sweep = (sb_sweep) { 0 };
}

size_t sb_sweep_groups(const sb_sweep *sweep)
{
    return sweep->config.layer_count * sweep->thread_count;
}

/* ------------------------------------------------------------------------------------ running */

static void get_peaks(sb_sweep *s)
{
    sb_error error;
    s->have_peaks = sb_peaks_get(&s->topology, false, &s->peaks, &error) == SB_OK;
    if (!s->have_peaks)
        sb_warn("no roofline: %s", error.text);
}

/* Twice the last-level cache, so that nothing of a tensor is left in it. */
static uint64_t evict_bytes(const sb_topology *t)
{
    uint64_t cache = t->l3_bytes ? t->l3_bytes : t->l2_bytes;
    return cache ? 2 * cache : UINT64_C(64) << 20;
}

sb_measure_options sb_sweep_measuring(const sb_sweep *s)
{
    return (sb_measure_options) {
        .confidence = s->config.measure.confidence,
        .precision = s->config.measure.precision,
        .estimator = s->config.measure.estimator,
        .min_samples = s->config.measure.min_samples,
        .processes = s->config.measure.processes,
        .max_time_ns = s->config.measure.max_time_ns,
        .cache = s->config.measure.cache,
        .seed = s->config.measure.seed,
        .peaks = s->have_peaks ? &s->peaks : NULL,
        .evict_bytes = evict_bytes(&s->topology),
        .reference_threads = sb_max_threads(&s->topology),
    };
}

static void account(sb_sweep *s, const sb_group *group)
{
    s->spent.planning += group->plan_ns;
    s->spent.reference += group->reference_ns;
    s->spent.verification += group->verify_ns;
    s->spent.sampling += group->sample_ns;
    s->spent.idle += group->idle_ns;
}

/* What the groups of a sweep share while it runs. */
typedef struct sweeping {
    sb_session *session;
    sb_winners winners;
    sb_rundb *db;
    sb_progress *progress;
} sweeping;

/* Measures the candidates, those that were tuned for the group with the winners' parameters. */
static int measure_group(sb_sweep *s, sweeping *w, const sb_layer *layer, int64_t threads,
                         sb_group *group, sb_error *error)
{
    sb_measure_options options = sb_sweep_measuring(s);
    options.progress = sb_progress_tell;
    options.context = w->progress;
    size_t count = s->candidates.count;
    sb_candidate *candidates = sb_new(count, sizeof *candidates);
    memcpy(candidates, s->candidates.items, count * sizeof *candidates);
    int rc = sb_winners_apply(&w->winners, w->session, &s->config, layer, threads, candidates,
                              count, error);
    if (rc == SB_OK)
        rc =
            sb_measure_group(w->session, layer, threads, candidates, count, &options, group, error);
    free(candidates);
    return rc;
}

/* Measures one group and puts it; one that is held already is passed over. */
static int run_group(sb_sweep *s, sweeping *w, const sb_layer *layer, int64_t threads,
                     sb_error *error)
{
    sb_rundb *db = w->db;
    sb_progress *progress = w->progress;
    int held = sb_rundb_has(db, layer->name, threads, error);
    if (held != 0) {
        progress->skipped++;
        s->held += held > 0;
        return held < 0 ? held : SB_OK;
    }
    sb_group group;
    progress->group = layer->name;
    int rc = measure_group(s, w, layer, threads, &group, error);
    if (rc < 0)
        return rc;
    account(s, &group);
    rc = sb_rundb_put(db, &group, error);
    sb_group_free(&group);
    return rc < 0 ? rc : SB_OK;
}

sb_session_options sb_sweep_session(const sb_sweep *sweep)
{
    return (sb_session_options) {
        .topology = &sweep->topology,
        .timeout_ns = sweep->config.measure.timeout_ns,
        .stop = sweep->stop,
    };
}

static int run_groups(sb_sweep *sweep, sweeping *w, sb_error *error)
{
    int rc = SB_OK;
    for (size_t l = 0; l < sweep->config.layer_count && rc == SB_OK; l++)
        for (size_t t = 0; t < sweep->thread_count && rc == SB_OK; t++) {
            rc = run_group(sweep, w, &sweep->config.layers[l], sweep->threads[t], error);
            w->progress->done += rc == SB_OK;
        }
    return rc;
}

int sb_sweep_run(sb_sweep *sweep, sb_rundb *db, bool quiet, sb_error *error)
{
    sb_progress progress;
    sweeping w = { .db = db, .progress = &progress };
    if (sb_winners_start(&w.winners, sweep->config.tuned, &sweep->topology, &sweep->cpu, error) < 0)
        return SB_FAILED;
    get_peaks(sweep);
    sb_session_options options = sb_sweep_session(sweep);
    w.session = sb_session_open(&options);
    sb_progress_start(&progress, sb_sweep_groups(sweep), quiet);
    int rc = run_groups(sweep, &w, error);
    sb_progress_clear(&progress);
    sb_session_close(w.session);
    sb_winners_end(&w.winners);
    sweep->spent.wall = sb_now_ns() - sweep->started_ns;
    return rc;
}

/* ---------------------------------------------------------------------------------- provenance */

static sb_provenance describe(const sb_sweep *s, const char *features)
{
    return (sb_provenance) {
        .config_name = s->config.name,
        .config_path = s->config.path,
        .config_source = s->config.source,
        .seed = s->config.measure.seed,
        .argc = s->argc,
        .argv = s->argv,
        .topology = &s->topology,
        .features = features,
        .before = &s->before,
        .peaks = s->have_peaks ? &s->peaks : NULL,
        .plugins = &s->plugins,
        .started = s->started,
        .groups = (int64_t)sb_sweep_groups(s),
        .groups_held = s->held,
        .spent = s->spent,
    };
}

char *sb_sweep_identity(const sb_sweep *sweep)
{
    char features[128];
    sb_provenance p = describe(sweep, sb_cpu_features_text(&sweep->cpu, features, sizeof features));
    return sb_provenance_identity(&p);
}

char *sb_sweep_provenance(const sb_sweep *sweep, bool complete)
{
    char features[128];
    sb_conditions after;
    sb_provenance p = describe(sweep, sb_cpu_features_text(&sweep->cpu, features, sizeof features));
    sb_conditions_read(&sweep->topology, &after);
    p.after = &after;
    p.complete = complete;
    return sb_provenance_json(&p);
}
