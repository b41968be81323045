/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tuning.h"

#include "campaign/run_folder.h"
#include "campaign/tune_outline.h"
#include "campaign/tune_unit.h"
#include "campaign/winners.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "report/search_table.h"
#include "store/tune_account.h"

#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------------- the searches */

/* The kernels of one problem. */
static int tune_unit(const sb_scope *scope, const sb_tune_context *context,
                     const sb_tune_unit *unit, int64_t share_ns, sb_error *error)
{
    const sb_measure_options *measuring = context->measuring;
    const sb_evaluator_options options = {
        .exact = context->exact,
        .real = context->real,
        .layer = unit->layer,
        .threads = unit->threads,
        .seed = measuring->seed,
        .reference_threads = measuring->reference_threads,
        .evict_bytes = measuring->cache == SB_CACHE_WARM ? 0 : measuring->evict_bytes,
        .refills = measuring->cache == SB_CACHE_COLD_WEIGHTS,
        .energy = context->energy,
    };
    context->progress->group = unit->layer->name;
    sb_evaluator *evaluator = sb_evaluator_open(&options, error);
    int rc = evaluator ? SB_OK : SB_FAILED;
    if (rc == SB_OK)
        rc = sb_tune_unit_run(context, unit, &scope->candidates, evaluator, share_ns, error);
    sb_evaluator_close(evaluator);
    return rc;
}

/* If all share a budget, each unit gets its share of what those before it have left. */
static int tune_units(const sb_scope *scope, const sb_tune_context *context,
                      const sb_tune_plan *plan, sb_error *error)
{
    int64_t budget = context->manner->budget_ns, end = sb_now_ns() + budget;
    size_t done = 0;
    int rc = SB_OK;
    context->progress->end_ns = budget ? end : 0;
    for (; done < plan->count && rc == SB_OK; done++) {
        int64_t left = end - sb_now_ns();
        if (budget && left <= 0 && done)
            break;
        int64_t share = budget ? sb_tune_plan_share(plan, done, left) : 0;
        rc = tune_unit(scope, context, &plan->units[done], budget && !share ? 1 : share, error);
    }
    const size_t unreached = plan->count - done + context->tally->unreached;
    if (rc == SB_OK && unreached)
        sb_warn("problems without an evaluation, because the budget was used up: %zu of %zu; "
                "their kernels keep their parameters",
                unreached, plan->count);
    return rc;
}

static int make_plan(const sb_campaign *c, const sb_tune_manner *manner, sb_tune_plan *plan,
                     sb_error *error)
{
    sb_tune_plan_make(&c->scope, manner->budget_ns != 0, plan);
    if (plan->searches)
        return SB_OK;
    return sb_fail(error,
                   "%s: no kernel has parameters to choose; see 'sepbench list "
                   "parameters'",
                   c->scope.config.path);
}

static int run_searches(const sb_campaign *c, const sb_tune_manner *manner,
                        sb_tune_records *records, const sb_energy *energy, sb_error *error)
{
    const sb_measure_options measuring = sb_campaign_measuring(c);
    sb_session_options session = sb_campaign_session(c);
    session.most_hangs = 8; /* some parameter sets are far slower than others */
    sb_progress progress;
    sb_tune_tally tally = { 0 };
    sb_tune_plan plan;
    if (make_plan(c, manner, &plan, error) < 0)
        return SB_FAILED;
    const sb_tune_context context = {
        .manner = manner,
        .measuring = &measuring,
        .energy = energy,
        .session = &session,
        .exact = sb_session_open(&session),
        .real = sb_session_open(&session),
        .records = records,
        .progress = &progress,
        .tally = &tally,
    };
    if (plan.spared)
        sb_info("%zu %s; layers of the same shape save %zu more", plan.searches,
                plan.searches == 1 ? "search" : "searches", plan.spared);
    sb_progress_start(&progress, &c->watch, plan.searches);
    int rc = tune_units(&c->scope, &context, &plan, error);
    sb_progress_end(&progress);
    sb_session_close(context.exact);
    sb_session_close(context.real);
    if (rc == SB_OK && tally.default_ns > 0)
        sb_info("the layers take %.4g ms with the fastest kernels' defaults, %.4g ms tuned, by "
                "quick measurements",
                tally.default_ns * 1e-6, tally.tuned_ns * 1e-6);
    sb_tune_plan_free(&plan);
    return rc;
}

static int tune_all(const sb_campaign *c, const sb_tune_manner *manner, sb_tune_records *records,
                    sb_error *error)
{
    sb_energy energy = { 0 };
    if (c->scope.config.tune.objective != SB_MINIMISE_ENERGY)
        return run_searches(c, manner, records, NULL, error);
    if (sb_energy_open(sb_energy_folder(), &energy, error) < 0)
        return sb_fail_within(error, "tune.objective: energy cannot be measured");
    int rc = run_searches(c, manner, records, &energy, error);
    sb_energy_close(&energy);
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
        return sb_fail(
            error,
            "--budget %s: expected a number of evaluations for each kernel on each layer "
            "(200), or a time for all searches (10m)",
            o->budget);
    if (o->seed && !sb_parse_integer(o->seed, 0, INT64_MAX, &seed))
        return sb_fail(error, "--seed %s: expected a whole number", o->seed);
    *manner = (sb_tune_manner) {
        .strategy = sb_strategy_find(o->strategy ? o->strategy : config->tune.strategy, error),
        .limits = { .evaluations = (size_t)evaluations,
                    .seed = (uint64_t)seed,
                    .least_gain = ns ? SB_TUNE_LEAST_GAIN : 0.0 },
        .budget_ns = ns,
        .alone = !config->tune.hints,
        .resume = o->resume,
        .base_line = o->base_line,
    };
    return manner->strategy ? SB_OK : SB_FAILED;
}

/* Writes the winners, with each kernel's defaults, into the run's folder. */
static int measure_winners(sb_campaign *c, const char *dir, bool resume, bool *faults,
                           sb_error *error)
{
    const sb_run_manner manner = { .resume = resume && sb_run_folder_holds(dir) };
    sb_candidates_add_plain(&c->scope.candidates);
    c->scope.config.tuned = SB_TUNED_AUTO;
    return sb_run_into(c, dir, &manner, faults, error);
}

/* Before anything is written. */
static int check_plan(const sb_campaign *c, const sb_tune_manner *manner, sb_error *error)
{
    sb_tune_plan plan;
    int rc = make_plan(c, manner, &plan, error);
    sb_tune_plan_free(&plan);
    return rc;
}

static int check_account(const sb_campaign *c, const char *dir, const sb_tune_manner *manner,
                         sb_error *error)
{
    char *command = sb_account_command(&c->account);
    const sb_tune_account account = {
        .source = c->scope.config.source,
        .strategy = manner->strategy->id,
        .seed = (int64_t)manner->limits.seed,
        .evaluations = (int64_t)manner->limits.evaluations,
        .budget_ns = manner->budget_ns,
        .command = command,
    };
    int rc = sb_tune_account_start(dir, &account, manner->resume, error);
    free(command);
    return rc;
}

static int search_into(const sb_campaign *c, const char *dir, const sb_tune_manner *manner,
                       sb_error *error)
{
    sb_tune_records records;
    char *machine = sb_winners_machine(&c->machine.topology, &c->machine.cpu);
    int rc = sb_tune_records_open(&records, dir, machine, manner->resume, c->scope.shard.count != 0,
                                  error);
    if (rc == SB_OK) {
        sb_error why = { "" };
        rc = tune_all(c, manner, &records, error);
        if (c->scope.config.tune.objective != SB_MINIMISE_TIME)
            sb_info("the gains are those of the objective, %s, and not of the time",
                    sb_objective_name(c->scope.config.tune.objective));
        sb_search_table_print(&records.searches);
        if (sb_tune_records_share(&records, rc == SB_OK ? error : &why) < 0 && rc == SB_OK)
            rc = SB_FAILED;
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
            error, "%s contains a run: continue it with --resume, or choose another folder", dir);
    if (read_manner(&c->scope.config, o, &manner, error) < 0)
        return SB_FAILED;
    int rc = check_plan(c, &manner, error);
    if (rc == SB_OK)
        rc = check_account(c, dir, &manner, error);
    if (rc == SB_OK)
        rc = search_into(c, dir, &manner, error);
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

int sb_tuning_show(const sb_campaign *campaign, const sb_tuning_options *options, sb_error *error)
{
    sb_tune_manner manner;
    sb_tune_plan plan;
    sb_peaks peaks;
    if (read_manner(&campaign->scope.config, options, &manner, error) < 0 ||
        make_plan(campaign, &manner, &plan, error) < 0)
        return SB_FAILED;
    const bool known = sb_peaks_recall(&campaign->machine.topology, &peaks);
    const sb_session_options session = sb_campaign_session(campaign);
    sb_tune_outline_print(&campaign->scope, &plan, &manner, &session, known ? &peaks : NULL);
    if (!known)
        sb_info("the machine's peaks are not known yet, so that this is for a usual one; sepbench "
                "machine probes them");
    sb_tune_plan_free(&plan);
    return SB_OK;
}
