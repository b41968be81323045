/* SPDX-License-Identifier: Apache-2.0 */
/* Determines the winner of a search. */
#include "campaign/tune_state.h"

#include "campaign/tune_race.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "machine/noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRANTS = 5 };                   /* and what the nearest problem uses */
static const double worth_a_race = 1.10; /* times the best of the search */

static int by_objective(const void *a, const void *b)
{
    const sb_evaluated *x = a, *y = b;
    if (x->objective != y->objective)
        return x->objective < y->objective ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static bool is_among(const uint32_t *indices, size_t count, uint32_t index)
{
    size_t at = 0;
    while (at < count && indices[at] != index)
        at++;
    return at < count;
}

/* Most that an entrant may have taken. If time is short, it must have been faster than the
 * defaults: an equal one would not replace them. */
static double most_ns(const sb_tune_search *s, double best, int64_t race_ns)
{
    const double near = worth_a_race * best;
    return race_ns && !s->barred ? fmin(near, s->default_ns) : near;
}

/* The best, and the one that the nearest problem uses, if it is worth a race. */
static size_t pick_entrants(const sb_tune_search *s, const uint32_t *near, size_t near_count,
                            int64_t race_ns, uint32_t entrants[ENTRANTS + 1])
{
    ptrdiff_t defaults = sb_space_find_values(&s->space, s->defaults);
    sb_evaluated *sorted = sb_new(s->evaluated_count, sizeof *sorted);
    size_t count = 0;
    if (s->evaluated_count)
        memcpy(sorted, s->evaluated, s->evaluated_count * sizeof *sorted);
    qsort(sorted, s->evaluated_count, sizeof *sorted, by_objective);
    const double best = isfinite(s->seen) ? s->seen : sb_tune_search_best(s);
    const double most = most_ns(s, best, race_ns);
    for (size_t i = 0; i < s->evaluated_count; i++)
        if (isfinite(sorted[i].objective) && sorted[i].objective <= most &&
            (ptrdiff_t)sorted[i].index != defaults &&
            (count < ENTRANTS || (near_count && sorted[i].index == near[0])) &&
            !is_among(entrants, count, sorted[i].index))
            entrants[count++] = sorted[i].index;
    free(sorted);
    return count;
}

static int publish_winner(const sb_tune_search *s, const sb_race_result *race, sb_error *error)
{
    const sb_tune_context *t = s->context;
    char *defaults = isfinite(race->default_ns) ? sb_params_text(s->kernel, s->defaults) : NULL;
    const sb_tune_winner winner = {
        .params = race->params,
        .time_ns = race->time_ns,
        .default_ns = race->default_ns,
        .evaluations = (int64_t)s->evaluated_count,
        .strategy = (char *)(uintptr_t)t->manner->strategy->id,
        .ties = race->ties,
        .defaults = defaults,
    };
    const sb_search_row row = {
        .id = s->id,
        .technique = s->kernel->technique,
        .strategy = t->manner->strategy->id,
        .params = race->params,
        .default_ns = race->default_ns,
        .tuned_ns = race->time_ns,
        .ratio = race->gain,
        .evaluations = s->evaluated_count,
        .failed = s->failed,
        .times = s->times,
    };
    int rc = sb_tune_records_finish(t->records, &s->key, &winner, &row, error);
    free(defaults);
    return rc;
}

/* A winner that no race decided: nothing was faster than the defaults. */
static int keep_defaults(const sb_tune_search *s, sb_error *error)
{
    sb_race_result result = {
        .defaults = true,
        .params = sb_params_text(s->kernel, s->defaults),
        .ties = sb_copy_text(""),
        .time_ns = s->default_ns,
        .default_ns = s->default_ns,
        .gain = { 1, 1, 1 },
    };
    int rc = publish_winner(s, &result, error);
    sb_race_result_free(&result);
    return rc;
}

/* Could it have another result than the defaults, or are these times not known? */
static bool needs_race(const sb_tune_search *s, size_t entrants, int64_t race_ns)
{
    return entrants || !race_ns || s->barred || !isfinite(s->default_ns) ||
           !sb_tune_search_timed(s);
}

int sb_tune_decide(sb_tune_search *s, int64_t race_ns, sb_error *error)
{
    const sb_tune_context *t = s->context;
    uint32_t entrants[ENTRANTS + 1], near[SB_TUNE_NEAREST];
    size_t near_count = sb_tune_find_near(s, near);
    size_t count = pick_entrants(s, near, near_count, race_ns, entrants);
    if (!needs_race(s, count, race_ns))
        return keep_defaults(s, error);
    const sb_race race = {
        .measuring = t->measuring,
        .session = t->session,
        .most_ns = race_ns,
        .layer = s->target.layer,
        .threads = s->id.threads,
        .kernel = s->target.candidate,
        .evaluator = s->evaluator,
        .space = &s->space,
        .near = near,
        .near_count = near_count,
        .barred = s->barred,
        .floor = sb_noise_floor_get(t->session->topology, (int)s->id.threads, SB_NOISE_USUAL_FLOOR),
    };
    sb_race_result result;
    int64_t start = sb_now_ns();
    int rc = sb_race_run(&race, entrants, count, &result, error);
    s->times.race = sb_seconds_since(start);
    if (rc < 0)
        return rc;
    if (result.params)
        rc = publish_winner(s, &result, error);
    else
        sb_warn("%s on %s: no parameter set passed", s->key.kernel, s->target.layer->name);
    sb_race_result_free(&result);
    return rc;
}
