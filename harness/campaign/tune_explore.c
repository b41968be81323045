/* SPDX-License-Identifier: Apache-2.0 */
/* The search itself: known results, starting points, and every evaluation. */
#include "campaign/tune_state.h"

#include "campaign/winners.h"
#include "core/clock.h"
#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double sb_tune_search_best(const sb_tune_search *s)
{
    double best = s->barred && s->evaluated_count ? INFINITY : s->default_ns;
    for (size_t i = 0; i < s->evaluated_count; i++)
        best = fmin(best, s->evaluated[i].objective);
    return best;
}

static void keep_evaluated(sb_tune_search *s, uint32_t index, double objective)
{
    s->evaluated = sb_grow(s->evaluated, s->evaluated_count + 1, sizeof *s->evaluated);
    s->evaluated[s->evaluated_count++] = (sb_evaluated) { .index = index, .objective = objective };
}

/* ---------------------------------------------------------------------------------- evaluating */

/* What matters most comes first: a terminal may cut the line. */
static void show_progress(sb_tune_search *s)
{
    sb_text text = { 0 };
    size_t count = s->evaluated_count, budget = s->context->manner->limits.evaluations;
    const sb_tune_tally *tally = s->context->tally;
    if (tally->default_ns > 0)
        sb_text_add(&text, "so far %.4g -> %.4g ms; ", tally->default_ns * 1e-6,
                    tally->tuned_ns * 1e-6);
    sb_text_add(&text, "%s: %.4g us after %zu %s", s->key.kernel, sb_tune_search_best(s) * 1e-3,
                count, count == 1 ? "evaluation" : "evaluations");
    sb_progress_tell(s->context->progress, text.data, budget ? (double)count / (double)budget : 0);
    sb_text_free(&text);
}

void sb_tune_search_see(sb_tune_search *s, const sb_evaluation *e)
{
    const bool timed = sb_tune_search_timed(s);
    if (e->verdict == SB_VERDICT_OK)
        s->seen = fmin(s->seen, timed ? e->seen : e->objective);
}

/* `known`: its objective before, or INFINITY. */
static sb_evaluation try_values(sb_tune_search *s, const int64_t *values, double known)
{
    const bool timed = sb_tune_search_timed(s);
    int64_t start = sb_now_ns();
    sb_evaluation e = sb_evaluator_glance(s->evaluator, values, timed ? known : INFINITY, INFINITY);
    s->times.evaluate += sb_seconds_since(start);
    sb_tune_search_see(s, &e);
    return e;
}

/* As sb_evaluate. A parameter set that fails is recorded, and does not end the search. */
static int evaluate(void *context, size_t index, const int64_t *values, double incumbent,
                    double *objective, sb_error *error)
{
    (void)incumbent; /* the evaluator keeps its own incumbent, whose plan exists for comparison */
    sb_tune_search *s = context;
    const sb_tune_context *t = s->context;
    const bool defaults =
        memcmp(values, s->defaults, s->kernel->parameter_count * sizeof *values) == 0;
    sb_evaluation e = try_values(s, values, defaults ? s->default_ns : INFINITY);
    char *params = sb_space_text(&s->space, index);
    *objective = e.objective;
    s->failed += e.verdict != SB_VERDICT_OK;
    if (defaults)
        s->default_ns = e.objective;
    keep_evaluated(s, (uint32_t)index, e.objective);
    int rc = sb_tune_records_add(
        t->records, &s->key, &s->id,
        &(sb_evaluation_row) { .strategy = t->manner->strategy->id,
                               .params = params,
                               .number = s->evaluated_count,
                               .evaluation = &e,
                               .predicted = sb_tune_search_timed(s) ? s->expected : NAN,
                               .best = sb_tune_search_best(s) },
        error);
    free(params);
    show_progress(s);
    return rc < 0 ? rc : sb_tune_is_stopped(t);
}

/* ------------------------------------------------------------------------------- what is known */

static int keep_known(void *context, const char *params, double objective, sb_error *error)
{
    (void)error;
    sb_tune_search *s = context;
    int64_t values[SB_MAX_PARAMETERS] = { 0 };
    if (!sb_winners_parse(s->kernel, params, values))
        return 0;
    ptrdiff_t index = sb_space_find_values(&s->space, values);
    if (index >= 0)
        keep_evaluated(s, (uint32_t)index, objective);
    return 0;
}

void sb_tune_time_best(sb_tune_search *s)
{
    size_t best = 0;
    for (size_t i = 1; i < s->evaluated_count; i++)
        if (s->evaluated[i].objective < s->evaluated[best].objective)
            best = i;
    if (s->evaluated_count == 0 || isinf(s->evaluated[best].objective))
        return;
    int64_t values[SB_MAX_PARAMETERS];
    sb_space_values(&s->space, s->evaluated[best].index, values);
    sb_evaluated *e = &s->evaluated[best];
    e->objective = try_values(s, values, e->objective).objective;
}

/* The evaluations of a resumed search. The best of them is timed again under present conditions. */
static int recall_evaluations(sb_tune_search *s, sb_error *error)
{
    if (sb_tunedb_evaluations(s->context->records->db, &s->key, keep_known, s, error) < 0)
        return SB_FAILED;
    s->known = s->evaluated_count;
    sb_tune_time_best(s);
    return SB_OK;
}

/* ---------------------------------------------------------------------------------- one search */

/* At first from the defaults and neighbours' winners, then from what was evaluated. */
int sb_tune_explore(sb_tune_search *s, const sb_search_options *limits, sb_error *error)
{
    const sb_tune_context *t = s->context;
    sb_search_options options = *limits;
    uint32_t *starts = NULL;
    if (!s->begun && t->manner->resume && recall_evaluations(s, error) < 0)
        return SB_FAILED;
    if (options.evaluations && options.evaluations <= s->evaluated_count)
        return SB_OK;
    if (options.evaluations)
        options.evaluations -= s->evaluated_count;
    options.expected = &s->expected;
    options.start_count = s->begun ? 0 : sb_tune_make_starts(s, &starts);
    options.starts = starts;
    s->begun = true;
    size_t known_count = s->evaluated_count;
    sb_evaluated *known = sb_new(known_count, sizeof *known); /* s->evaluated moves when it grows */
    if (known_count)
        memcpy(known, s->evaluated, known_count * sizeof *known);
    sb_evaluated *hints;
    options.hint_count = sb_tune_find_hints(s, &hints);
    options.hints = hints;
    options.known = known;
    options.known_count = known_count;
    sb_search_result result;
    int64_t start = sb_now_ns();
    double evaluating = s->times.evaluate;
    int rc = sb_search_run(t->manner->strategy, &s->space, &options, evaluate, s, &result, error);
    s->times.search += sb_seconds_since(start) - (s->times.evaluate - evaluating);
    s->over = result.over;
    free(result.evaluated);
    free(hints);
    free(known);
    free(starts);
    return rc;
}
