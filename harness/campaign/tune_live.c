/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_live.h"

#include "campaign/run_folder.h"
#include "campaign/tune_search.h"
#include "campaign/winners.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --------------------------------------------------------------------------------- the searches */

static bool wanted(const sb_layer *layer, const sb_candidate *candidate)
{
    return sb_winners_open(candidate) &&
           layer->operations[candidate->plugin->kernels[candidate->kernel].operation];
}

/* Operation by operation: the evaluator makes data and references for one at a time. */
static int tune_group(sb_tuning *t, const sb_layer *layer, int64_t threads, sb_error *error)
{
    const sb_sweep *sweep = &t->sweep;
    sb_measure_options measuring = sb_sweep_measuring(sweep);
    const sb_evaluator_options options = {
        .session = sb_sweep_session(sweep),
        .layer = layer,
        .threads = threads,
        .seed = measuring.seed,
        .reference_threads = measuring.reference_threads,
        .evict_bytes = measuring.cache == SB_CACHE_COLD ? measuring.evict_bytes : 0,
    };
    t->progress.group = layer->name;
    t->evaluator = sb_evaluator_open(&options, error);
    int rc = t->evaluator ? SB_OK : SB_FAILED;
    for (int op = 0; op < SB_OPERATIONS; op++)
        for (size_t c = 0; c < sweep->candidates.count && rc == SB_OK; c++) {
            const sb_candidate *candidate = &sweep->candidates.items[c];
            if (wanted(layer, candidate) &&
                (int)candidate->plugin->kernels[candidate->kernel].operation == op)
                rc = sb_tune_search_run(t, layer, threads, candidate, error);
        }
    sb_evaluator_close(t->evaluator);
    return rc;
}

static size_t count_searches(const sb_sweep *sweep)
{
    size_t count = 0;
    for (size_t l = 0; l < sweep->config.layer_count; l++)
        for (size_t c = 0; c < sweep->candidates.count; c++)
            count += wanted(&sweep->config.layers[l], &sweep->candidates.items[c]);
    return count * sweep->thread_count;
}

static int tune_all(sb_tuning *t, sb_error *error)
{
    size_t searches = count_searches(&t->sweep);
    int rc = SB_OK;
    if (searches == 0)
        return sb_fail(error,
                       "%s: no kernel of it has parameters that are left open; see 'sepbench "
                       "list parameters'",
                       t->sweep.config.path);
    sb_progress_start(&t->progress, searches, t->request->quiet);
    for (size_t l = 0; l < t->sweep.config.layer_count && rc == SB_OK; l++)
        for (size_t i = 0; i < t->sweep.thread_count && rc == SB_OK; i++)
            rc = tune_group(t, &t->sweep.config.layers[l], t->sweep.threads[i], error);
    sb_progress_clear(&t->progress);
    return rc;
}

/* ------------------------------------------------------------------------------- the beginning */

static bool held(const char *dir)
{
    char *path = sb_path_join(dir, "run.db");
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static int read_limits(sb_tuning *t, sb_error *error)
{
    const sb_tune_live *r = t->request;
    int64_t evaluations = t->sweep.config.tune.budget, ns = t->sweep.config.tune.budget_ns;
    int64_t seed = (int64_t)t->sweep.config.measure.seed;
    if (r->budget && sb_parse_integer(r->budget, 1, SB_SPACE_SIZE, &evaluations))
        ns = 0;
    else if (r->budget && strpbrk(r->budget, "smh") && sb_parse_duration(r->budget, &ns) && ns > 0)
        evaluations = 0;
    else if (r->budget)
        return sb_fail(error,
                       "--budget %s: expected a number of evaluations (200) or a time (30s), "
                       "for each kernel on each layer",
                       r->budget);
    if (r->seed && !sb_parse_integer(r->seed, 0, INT64_MAX, &seed))
        return sb_fail(error, "--seed %s: expected a whole number", r->seed);
    t->limits = (sb_search_options) { .evaluations = (size_t)evaluations,
                                      .time_ns = ns,
                                      .seed = (uint64_t)seed };
    t->strategy =
        sb_strategy_find(r->strategy ? r->strategy : t->sweep.config.tune.strategy, error);
    return t->strategy ? SB_OK : SB_FAILED;
}

static int open_sweep(sb_tuning *t, sb_error *error)
{
    const sb_tune_live *r = t->request;
    const sb_sweep_options options = {
        .path = r->config,
        .filter = r->filter,
        .settings = r->settings,
        .plugin_dirs = r->plugin_dirs,
        .argc = r->argc,
        .argv = r->argv,
        .stop = r->stop,
    };
    return sb_sweep_open(&options, &t->sweep, error);
}

static int open_database(sb_tuning *t, sb_error *error)
{
    char *path = sb_tunedb_default_path(error);
    if (path)
        t->db = sb_tunedb_open(path, true, error);
    free(path);
    t->machine = sb_winners_machine(&t->sweep.topology, &t->sweep.cpu);
    return t->db ? SB_OK : SB_FAILED;
}

/* The winners, with each kernel's defaults beside it, into the run's folder. */
static int measure_winners(sb_tuning *t, bool *faults, sb_error *error)
{
    const sb_run_manner manner = { .command = "tune",
                                   .resume = t->request->resume && held(t->dir),
                                   .quiet = t->request->quiet };
    sb_candidates_add_plain(&t->sweep.candidates);
    t->sweep.config.tuned = SB_TUNED_AUTO;
    return sb_run_into(&t->sweep, t->dir, &manner, faults, error);
}

static int tune_and_measure(sb_tuning *t, bool *faults, sb_error *error)
{
    int rc = tune_all(t, error);
    sb_tune_gains_print(&t->gains);
    if (rc == SB_INTERRUPTED)
        sb_info("interrupted; go on with: sepbench tune %s -o %s --resume", t->request->config,
                t->dir);
    return rc < 0 ? rc : measure_winners(t, faults, error);
}

static int tune_into(sb_tuning *t, bool *faults, sb_error *error)
{
    if (t->request->resume && !t->request->out)
        return sb_fail(error, "--resume needs the folder of the tuning to go on with: -o DIR");
    if (!t->request->resume && held(t->dir))
        return sb_fail(error,
                       "there is a run in %s: go on with it by --resume, or take another folder",
                       t->dir);
    if (read_limits(t, error) < 0 || open_database(t, error) < 0)
        return SB_FAILED;
    if (sb_tune_log_start(t->dir, t->request->resume, error) < 0 ||
        sb_tune_gains_start(&t->gains, t->dir, t->request->resume, error) < 0)
        return SB_FAILED;
    return tune_and_measure(t, faults, error);
}

int sb_tune_live_run(const sb_tune_live *request, bool *faults, sb_error *error)
{
    sb_tuning t = { .request = request };
    if (open_sweep(&t, error) < 0)
        return SB_FAILED;
    char *dir = request->out ? sb_copy_text(request->out) : sb_run_folder_default(&t.sweep);
    t.dir = dir;
    int rc = tune_into(&t, faults, error);
    free(dir);
    free(t.machine);
    sb_tune_log_free(&t.log);
    sb_tune_gains_free(&t.gains);
    sb_tunedb_close(t.db);
    sb_sweep_close(&t.sweep);
    return rc;
}
