/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tuning.h"

#include "campaign/run_folder.h"
#include "campaign/tune_search.h"
#include "campaign/winners.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "report/search_table.h"

#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------------- the searches */

static bool is_tuned(const sb_layer *layer, const sb_candidate *candidate)
{
    return sb_winners_open(candidate) && layer->operations[candidate->operation];
}

/* The searches of one layer with so many threads, operation by operation: the evaluator makes data
 * and references for one at a time. */
static int tune_group(const sb_scope *scope, const sb_tune_context *context, const sb_layer *layer,
                      int64_t threads, sb_error *error)
{
    const sb_measure_options *measuring = context->measuring;
    const sb_evaluator_options options = {
        .session = *context->session,
        .layer = layer,
        .threads = threads,
        .seed = measuring->seed,
        .reference_threads = measuring->reference_threads,
        .evict_bytes = measuring->cache == SB_CACHE_COLD ? measuring->evict_bytes : 0,
    };
    context->progress->group = layer->name;
    sb_evaluator *evaluator = sb_evaluator_open(&options, error);
    int rc = evaluator ? SB_OK : SB_FAILED;
    for (int op = 0; op < SB_OPERATIONS; op++)
        for (size_t c = 0; c < scope->candidates.count && rc == SB_OK; c++) {
            const sb_tune_target target = { layer, threads, &scope->candidates.items[c] };
            if (is_tuned(layer, target.candidate) && (int)sb_tune_target_operation(&target) == op)
                rc = sb_tune_search_run(context, evaluator, &target, error);
        }
    sb_evaluator_close(evaluator);
    return rc;
}

static size_t count_searches(const sb_scope *scope)
{
    size_t count = 0;
    for (size_t l = 0; l < scope->config.layer_count; l++)
        for (size_t c = 0; c < scope->candidates.count; c++)
            if (is_tuned(&scope->config.layers[l], &scope->candidates.items[c]))
                for (size_t t = 0; t < scope->thread_count; t++)
                    count += sb_scope_holds(scope, l, t);
    return count;
}

static int tune_groups(const sb_scope *scope, const sb_tune_context *context, sb_error *error)
{
    int rc = SB_OK;
    for (size_t l = 0; l < scope->config.layer_count && rc == SB_OK; l++)
        for (size_t t = 0; t < scope->thread_count && rc == SB_OK; t++)
            if (sb_scope_holds(scope, l, t))
                rc = tune_group(scope, context, &scope->config.layers[l], scope->threads[t], error);
    return rc;
}

static int tune_all(const sb_campaign *c, const sb_tune_manner *manner, sb_tune_records *records,
                    sb_error *error)
{
    const sb_measure_options measuring = sb_campaign_measuring(c);
    const sb_session_options session = sb_campaign_session(c);
    sb_progress progress;
    const sb_tune_context context = {
        .manner = manner,
        .measuring = &measuring,
        .session = &session,
        .records = records,
        .progress = &progress,
    };
    size_t searches = count_searches(&c->scope);
    if (searches == 0 && sb_scope_count_groups(&c->scope) > 0)
        return sb_fail(error,
                       "%s: no kernel of it has parameters that are left open; see 'sepbench "
                       "list parameters'",
                       c->scope.config.path);
    sb_progress_start(&progress, &c->watch, searches);
    int rc = tune_groups(&c->scope, &context, error);
    sb_progress_end(&progress);
    return rc;
}

/* ------------------------------------------------------------------------------- the beginning */

static int read_manner(const sb_config *config, const sb_tuning_options *o, sb_tune_manner *manner,
                       sb_error *error)
{
    int64_t evaluations = config->tune.budget, ns = config->tune.budget_ns;
    int64_t seed = (int64_t)config->measure.seed;
    if (o->budget && sb_parse_integer(o->budget, 1, SB_SPACE_SIZE, &evaluations))
        ns = 0;
    else if (o->budget && strpbrk(o->budget, "smh") && sb_parse_duration(o->budget, &ns) && ns > 0)
        evaluations = 0;
    else if (o->budget)
        return sb_fail(error,
                       "--budget %s: expected a number of evaluations (200) or a time (30s), "
                       "for each kernel on each layer",
                       o->budget);
    if (o->seed && !sb_parse_integer(o->seed, 0, INT64_MAX, &seed))
        return sb_fail(error, "--seed %s: expected a whole number", o->seed);
    *manner = (sb_tune_manner) {
        .strategy = sb_strategy_find(o->strategy ? o->strategy : config->tune.strategy, error),
        .limits = { .evaluations = (size_t)evaluations, .time_ns = ns, .seed = (uint64_t)seed },
        .resume = o->resume,
        .base_line = o->base_line,
    };
    return manner->strategy ? SB_OK : SB_FAILED;
}

/* The winners, with each kernel's defaults beside it, into the run's folder. */
static int measure_winners(sb_campaign *c, const char *dir, bool resume, bool *faults,
                           sb_error *error)
{
    const sb_run_manner manner = { .resume = resume && sb_run_folder_holds(dir) };
    sb_candidates_add_plain(&c->scope.candidates);
    c->scope.config.tuned = SB_TUNED_AUTO;
    return sb_run_into(c, dir, &manner, faults, error);
}

static int search_into(const sb_campaign *c, const char *dir, const sb_tune_manner *manner,
                       sb_error *error)
{
    sb_tune_records records;
    char *machine = sb_winners_machine(&c->machine.topology, &c->machine.cpu);
    int rc = sb_tune_records_open(&records, dir, machine, manner->resume, error);
    if (rc == SB_OK) {
        rc = tune_all(c, manner, &records, error);
        sb_search_table_print(&records.searches);
    }
    sb_tune_records_close(&records);
    free(machine);
    return rc;
}

static int tune_into(sb_campaign *c, const char *dir, const sb_tuning_options *o, bool *faults,
                     sb_error *error)
{
    sb_tune_manner manner;
    if (!o->resume && sb_run_folder_holds(dir))
        return sb_fail(
            error, "there is a run in %s: go on with it by --resume, or take another folder", dir);
    if (read_manner(&c->scope.config, o, &manner, error) < 0)
        return SB_FAILED;
    int rc = search_into(c, dir, &manner, error);
    if (rc == SB_INTERRUPTED)
        sb_account_tell_resume(&c->account, dir);
    return rc < 0 ? rc : measure_winners(c, dir, o->resume, faults, error);
}

int sb_tuning_run(sb_campaign *campaign, const sb_tuning_options *options, bool *faults,
                  sb_error *error)
{
    sb_tuning_options chosen = *options;
    char *dir = sb_run_folder_choose(campaign, options->out, &chosen.resume, error);
    if (!dir)
        return SB_FAILED;
    int rc = tune_into(campaign, dir, &chosen, faults, error);
    free(dir);
    return rc;
}
