/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_search.h"

#include "campaign/tune_race.h"
#include "campaign/winners.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "machine/noise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST = 3, ENTRANTS = 5 };
static const double worth_a_race = 1.10; /* times the best of the search */

/* One search: a kernel on a layer with so many threads. */
typedef struct search {
    sb_tuning *all;
    const sb_layer *layer;
    const sb_candidate *candidate;
    const sb_kernel_info *kernel;
    sb_tune_key key;
    sb_tune_subject subject;
    sb_text name; /* "plugin/kernel" */
    sb_space space;
    int64_t defaults[SB_MAX_PARAMETERS];
    sb_trial *trials; /* known ones, then new ones */
    size_t trial_count, known, failed;
    size_t drawn; /* for the base line */
    double drawn_best;
    sb_tune_times times;
} search;

static double best_of(const search *s)
{
    double best = INFINITY;
    for (size_t i = 0; i < s->trial_count; i++)
        best = fmin(best, s->trials[i].objective);
    return best;
}

static void keep_trial(search *s, uint32_t index, double objective)
{
    s->trials = sb_grow(s->trials, s->trial_count + 1, sizeof *s->trials);
    s->trials[s->trial_count++] = (sb_trial) { .index = index, .objective = objective };
}

/* ---------------------------------------------------------------------------------- evaluating */

static void show(search *s)
{
    char text[160];
    size_t count = s->trial_count, budget = s->all->limits.evaluations;
    snprintf(text, sizeof text, "%s: %zu evaluations, best %.4g us", s->key.kernel, count,
             best_of(s) * 1e-3);
    sb_progress_tell(&s->all->progress, text, budget ? (double)count / (double)budget : 0);
}

static double seconds_since(int64_t start)
{
    return (double)(sb_now_ns() - start) * 1e-9;
}

static sb_evaluation try_it(search *s, const int64_t *values)
{
    int64_t start = sb_now_ns();
    sb_evaluation e = sb_evaluator_try(s->all->evaluator, values);
    s->times.evaluate += seconds_since(start);
    return e;
}

/* As sb_evaluate. A configuration that fails is written down, and does not end the search. */
static int evaluate(void *context, size_t index, const int64_t *values, double incumbent,
                    double *objective, sb_error *error)
{
    (void)incumbent; /* the evaluator keeps its own, whose plan is there to compare with */
    search *s = context;
    sb_tuning *t = s->all;
    sb_evaluation e = try_it(s, values);
    char *params = sb_space_text(&s->space, index);
    *objective = e.ns;
    s->failed += e.verdict != SB_VERDICT_OK;
    keep_trial(s, (uint32_t)index, e.ns);
    sb_tune_log_add(&t->log, &s->subject,
                    &(sb_tune_entry) { .strategy = t->strategy->id,
                                       .params = params,
                                       .number = s->trial_count,
                                       .evaluation = &e,
                                       .best = best_of(s) });
    int rc = sb_tunedb_put_trial(t->db, &s->key, params, e.ns, error);
    free(params);
    show(s);
    return rc < 0 ? rc : *t->request->stop != 0;
}

/* ------------------------------------------------------------------------------- what is known */

static int know(void *context, const char *params, double objective, sb_error *error)
{
    (void)error;
    search *s = context;
    int64_t values[SB_MAX_PARAMETERS] = { 0 };
    if (!sb_winners_parse(s->kernel, params, values))
        return 0;
    ptrdiff_t index = sb_space_find_values(&s->space, values);
    if (index >= 0)
        keep_trial(s, (uint32_t)index, objective);
    return 0;
}

/* The evaluations of a search that is continued. The best of them is timed again: it is what new
 * ones are held against, today. */
static int recall(search *s, sb_error *error)
{
    if (sb_tunedb_trials(s->all->db, &s->key, know, s, error) < 0)
        return SB_FAILED;
    s->known = s->trial_count;
    size_t best = 0;
    for (size_t i = 1; i < s->known; i++)
        if (s->trials[i].objective < s->trials[best].objective)
            best = i;
    if (s->known == 0 || isinf(s->trials[best].objective))
        return SB_OK;
    int64_t values[SB_MAX_PARAMETERS];
    sb_space_values(&s->space, s->trials[best].index, values);
    s->trials[best].objective = try_it(s, values).ns;
    return SB_OK;
}

static size_t add_start(const search *s, const int64_t *values, uint32_t *starts, size_t count)
{
    ptrdiff_t index = sb_space_find_values(&s->space, values);
    if (index >= 0)
        starts[count++] = (uint32_t)index;
    return count;
}

/* The defaults, then the winners of the nearest shapes. */
static size_t make_starts(const search *s, uint32_t starts[NEAREST + 1])
{
    sb_tune_winner near[NEAREST];
    size_t count = add_start(s, s->defaults, starts, 0);
    int found = sb_tunedb_nearest(s->all->db, &s->key, near, NEAREST, NULL);
    for (int i = 0; i < found; i++) {
        int64_t values[SB_MAX_PARAMETERS] = { 0 };
        if (sb_winners_parse(s->kernel, near[i].params, values))
            count = add_start(s, values, starts, count);
        sb_tune_winner_free(&near[i]);
    }
    return count;
}

/* ---------------------------------------------------------------------------------- one search */

static int look(search *s, sb_error *error)
{
    sb_tuning *t = s->all;
    if (t->request->resume && recall(s, error) < 0)
        return SB_FAILED;
    sb_search_options options = t->limits;
    if (options.evaluations && options.evaluations <= s->known)
        return SB_OK;
    if (options.evaluations)
        options.evaluations -= s->known;
    uint32_t starts[NEAREST + 1];
    options.starts = starts;
    options.start_count = make_starts(s, starts);
    sb_trial *known = sb_new(s->known, sizeof *known); /* s->trials moves when it grows */
    if (s->known)
        memcpy(known, s->trials, s->known * sizeof *known);
    options.known = known;
    options.known_count = s->known;
    sb_search_result result;
    int64_t start = sb_now_ns();
    double evaluating = s->times.evaluate;
    int rc = sb_search_run(t->strategy, &s->space, &options, evaluate, s, &result, error);
    s->times.search = seconds_since(start) - (s->times.evaluate - evaluating);
    free(result.trials);
    free(known);
    return rc;
}

/* ----------------------------------------------------------------------------- the base line */

/* What the search has measured is not measured again, but counts: the draws stay uniform. */
static sb_evaluation draw(const search *s, size_t index, const int64_t *values)
{
    for (size_t i = 0; i < s->trial_count; i++)
        if (s->trials[i].index == index)
            return (sb_evaluation) {
                .verdict = isfinite(s->trials[i].objective) ? SB_VERDICT_OK : SB_VERDICT_ERROR,
                .ns = s->trials[i].objective,
            };
    return sb_evaluator_try(s->all->evaluator, values);
}

/* As sb_evaluate, for a search that only figures see. */
static int evaluate_drawn(void *context, size_t index, const int64_t *values, double incumbent,
                          double *objective, sb_error *error)
{
    (void)incumbent, (void)error;
    search *s = context;
    sb_evaluation e = draw(s, index, values);
    char *params = sb_space_text(&s->space, index);
    *objective = e.ns;
    s->drawn_best = fmin(s->drawn_best, e.ns);
    sb_tune_log_add(&s->all->log, &s->subject,
                    &(sb_tune_entry) { .strategy = "base_line",
                                       .params = params,
                                       .number = ++s->drawn,
                                       .evaluation = &e,
                                       .best = s->drawn_best });
    free(params);
    return *s->all->request->stop != 0;
}

/* As many configurations as the search took, drawn at random. Where it took all there is no need:
 * what random search does then follows from them. */
static int draw_base_line(search *s, sb_error *error)
{
    if (!s->all->request->base_line || s->trial_count >= s->space.size)
        return SB_OK;
    int64_t start = sb_now_ns();
    const sb_search_options options = { .evaluations = s->trial_count,
                                        .seed = s->all->limits.seed };
    const sb_strategy *random = sb_strategy_find("random", error);
    sb_search_result result;
    s->drawn_best = INFINITY;
    int rc = sb_search_run(random, &s->space, &options, evaluate_drawn, s, &result, error);
    free(result.trials);
    s->times.base = seconds_since(start);
    return rc;
}

/* --------------------------------------------------------------------------------- the winner */

static int by_objective(const void *a, const void *b)
{
    const sb_trial *x = a, *y = b;
    if (x->objective != y->objective)
        return x->objective < y->objective ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static size_t pick_entrants(search *s, uint32_t entrants[ENTRANTS])
{
    ptrdiff_t defaults = sb_space_find_values(&s->space, s->defaults);
    sb_trial *sorted = sb_new(s->trial_count, sizeof *sorted);
    size_t count = 0;
    if (s->trial_count)
        memcpy(sorted, s->trials, s->trial_count * sizeof *sorted);
    qsort(sorted, s->trial_count, sizeof *sorted, by_objective);
    for (size_t i = 0; i < s->trial_count && count < ENTRANTS; i++)
        if (isfinite(sorted[i].objective) &&
            sorted[i].objective <= worth_a_race * sorted[0].objective &&
            (ptrdiff_t)sorted[i].index != defaults)
            entrants[count++] = sorted[i].index;
    free(sorted);
    return count;
}

static int publish(search *s, const sb_race_result *race, sb_error *error)
{
    sb_tuning *t = s->all;
    sb_tune_winner winner = {
        .params = race->params,
        .time_ns = race->time_ns,
        .default_ns = race->default_ns,
        .evaluations = (int64_t)s->trial_count,
        .strategy = (char *)(uintptr_t)t->strategy->id,
        .ties = race->ties,
    };
    if (!race->params) {
        sb_warn("%s on %s: no configuration passed", s->key.kernel, s->layer->name);
        return SB_OK;
    }
    const sb_tune_gain gain = {
        .subject = s->subject,
        .technique = s->kernel->technique,
        .strategy = t->strategy->id,
        .params = race->params,
        .default_ns = race->default_ns,
        .tuned_ns = race->time_ns,
        .ratio = race->gain,
        .evaluations = s->trial_count,
        .failed = s->failed,
        .times = s->times,
    };
    sb_tune_gains_add(&t->gains, &gain);
    if (sb_tune_gains_append(t->dir, &gain, error) < 0)
        return SB_FAILED;
    return sb_tunedb_put(t->db, &s->key, &winner, error);
}

static int decide(search *s, sb_error *error)
{
    sb_tuning *t = s->all;
    uint32_t entrants[ENTRANTS];
    size_t count = pick_entrants(s, entrants);
    const sb_race race = {
        .sweep = &t->sweep,
        .layer = s->layer,
        .threads = s->subject.threads,
        .kernel = s->candidate,
        .space = &s->space,
        .floor =
            sb_noise_floor_get(&t->sweep.topology, (int)s->subject.threads, SB_NOISE_USUAL_FLOOR),
    };
    sb_race_result result;
    int64_t start = sb_now_ns();
    int rc = sb_race_run(&race, entrants, count, &result, error);
    s->times.race = seconds_since(start);
    if (rc < 0)
        return rc;
    rc = publish(s, &result, error);
    sb_race_result_free(&result);
    return rc;
}

/* Search, race, winner; what was evaluated is kept whatever comes. */
static int search_space(search *s, sb_error *error)
{
    sb_tuning *t = s->all;
    int rc = look(s, error);
    if (s->failed)
        sb_warn("%s on %s: %zu configurations failed; see evaluations.csv", s->key.kernel,
                s->layer->name, s->failed);
    if (rc == SB_OK && *t->request->stop)
        rc = SB_INTERRUPTED;
    if (rc == SB_OK || rc == SB_INTERRUPTED) {
        int kept = sb_tune_log_cache(t->dir, &s->subject, t->machine, &s->space, s->trials,
                                     s->trial_count, error);
        rc = kept < 0 ? kept : rc;
    }
    if (rc == SB_OK)
        rc = draw_base_line(s, error);
    if (rc == SB_OK && *t->request->stop)
        rc = SB_INTERRUPTED;
    return rc == SB_OK ? decide(s, error) : rc;
}

/* Seen from the defaults for this layer, not from those that the kernel declares for all. */
static int build_space(search *s, sb_error *error)
{
    size_t count = s->kernel->parameter_count;
    sb_parameter_info here[SB_MAX_PARAMETERS];
    memcpy(here, s->kernel->parameters, count * sizeof *here);
    for (size_t i = 0; i < count; i++)
        if (sb_parameter_legal(&here[i], s->defaults[i]))
            here[i].initial = s->defaults[i];
    return sb_space_build(here, count, sb_evaluator_valid, s->all->evaluator, &s->space, error);
}

/* A kernel that does not do the layer, or has nothing valid there, is passed over. */
static int tune_one(search *s, sb_error *error)
{
    sb_tuning *t = s->all;
    sb_error why = { "" };
    sb_verdict verdict = sb_evaluator_take(t->evaluator, s->candidate->plugin, s->candidate->kernel,
                                           s->defaults, &why);
    if (verdict == SB_VERDICT_UNSUPPORTED)
        return SB_OK;
    if (verdict != SB_VERDICT_OK)
        sb_warn("%s on %s: its defaults fail: %s", s->key.kernel, s->layer->name, why.text);
    int64_t start = sb_now_ns();
    int built = build_space(s, &why);
    s->times.space = seconds_since(start);
    if (built < 0) {
        sb_warn("%s on %s is not tuned: %s", s->key.kernel, s->layer->name, why.text);
        return SB_OK;
    }
    s->subject.space = s->space.size;
    int rc = search_space(s, error);
    sb_space_free(&s->space);
    return rc;
}

/* ------------------------------------------------------------------------------- all of them */

/* With --resume: is the winner there already? Then it is only told. */
static int settled(search *s, sb_error *error)
{
    sb_tune_winner winner;
    int found = s->all->request->resume ? sb_tunedb_get(s->all->db, &s->key, &winner, error) : 0;
    if (found <= 0)
        return found;
    if (!sb_tune_gains_has(&s->all->gains, &s->subject))
        sb_tune_gains_add(&s->all->gains,
                          &(sb_tune_gain) {
                              .subject = s->subject,
                              .technique = s->kernel->technique,
                              .strategy = winner.strategy,
                              .params = winner.params,
                              .default_ns = winner.default_ns,
                              .tuned_ns = winner.time_ns,
                              .ratio = { winner.default_ns / winner.time_ns, NAN, NAN },
                              .evaluations = (size_t)winner.evaluations,
                              .times = { NAN, NAN, NAN, NAN, NAN },
                          });
    sb_tune_winner_free(&winner);
    return 1;
}

int sb_tune_search_run(sb_tuning *t, const sb_layer *layer, int64_t threads,
                       const sb_candidate *candidate, sb_error *error)
{
    search s = {
        .all = t,
        .layer = layer,
        .candidate = candidate,
        .kernel = &candidate->plugin->kernels[candidate->kernel],
    };
    s.key = sb_winners_key(t->machine, candidate, layer, threads, &s.name);
    s.subject = (sb_tune_subject) { .layer = layer->name,
                                    .kernel = s.key.kernel,
                                    .operation = s.kernel->operation,
                                    .threads = threads };
    int rc = settled(&s, error);
    if (rc == 0)
        rc = tune_one(&s, error);
    if (sb_tune_log_flush(&t->log, t->dir, rc < 0 ? NULL : error) < 0 && rc >= 0)
        rc = SB_FAILED;
    free(s.trials);
    sb_text_free(&s.name);
    t->progress.done += rc >= 0;
    return rc < 0 ? rc : SB_OK;
}
