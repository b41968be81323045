/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_unit.h"

#include "campaign/tune_state.h"
#include "core/clock.h"
#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rounds of a race of kernels: by how much a kernel may be slower than the best after each, and
 * the part of the time that has passed by then. The less a kernel has been tuned, the more it may
 * still gain. Those that remain after the last one race: quick measurements of the same parameter
 * set differ by 2 %. */
static const struct {
    double behind, part;
} rounds[] = { { 2.0, 0.25 }, { 1.4, 0.5 }, { 1.05, 1.0 } };
enum { ROUNDS = sizeof rounds / sizeof *rounds };

static const double at_first = 3.0;   /* how much slower the defaults of a kernel may be */
enum { WORTH = 5 };                   /* times as long as beginning with a kernel, to continue it */
static const double searching = 0.75; /* of the time; the rest is for races */

typedef struct race {
    sb_tune_search *items;
    size_t count;
    const sb_tune_search *present; /* that the evaluator is set to */
    int64_t begin_ns;              /* the mean time to begin with a kernel */
} race;

static bool goes_on(const sb_tune_search *s)
{
    return !s->behind && !s->over;
}

/* Of those that are not too slow: faster times of others may be errors. */
static double best_of_all(const race *r)
{
    double best = INFINITY;
    for (size_t i = 0; i < r->count; i++)
        if (!r->items[i].behind)
            best = fmin(best, sb_tune_search_best(&r->items[i]));
    return best;
}

/* On a machine that others load, an estimate can be far too fast; what was measured cannot. */
static double best_seen(const race *r)
{
    double best = INFINITY;
    for (size_t i = 0; i < r->count; i++)
        if (!r->items[i].behind)
            best = fmin(best, r->items[i].seen);
    return best;
}

/* The fastest first, so that it gets the time if time is short. */
static int by_default(const void *a, const void *b)
{
    const sb_tune_search *x = a, *y = b;
    if (x->default_ns != y->default_ns)
        return x->default_ns < y->default_ns ? -1 : 1;
    return strcmp(x->key.kernel, y->key.kernel);
}

static size_t count_going(const race *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++)
        count += goes_on(&r->items[i]);
    return count;
}

/* Every kernel that continues gets an equal part of the time until `end`; what it does not use goes
 * to those after it. If the time is too short for all, only the fastest get any. */
static int run_round(race *r, size_t number, int64_t end, sb_error *error)
{
    size_t left = sb_tune_plan_takers(count_going(r), end - sb_now_ns(), WORTH * r->begin_ns);
    int rc = SB_OK;
    for (size_t i = 0; i < r->count && left && rc == SB_OK; i++) {
        sb_tune_search *s = &r->items[i];
        int64_t now = sb_now_ns();
        if (!goes_on(s))
            continue;
        if (now >= end)
            return SB_OK;
        sb_search_options limits = s->context->manner->limits;
        limits.evaluations = 0;
        limits.time_ns = 1 + (end - now) / (int64_t)left--; /* 0 is no limit */
        limits.seed += number;
        rc = sb_tune_search_go_on(s, &limits, r->present != s, error);
        r->present = s;
    }
    return rc;
}

static void leave_behind(race *r, double behind)
{
    double best = best_seen(r);
    for (size_t i = 0; i < r->count; i++)
        if (sb_tune_search_best(&r->items[i]) > behind * best)
            r->items[i].behind = true;
}

static int search_together(race *r, int64_t share_ns, sb_error *error)
{
    int64_t start = sb_now_ns();
    int rc = SB_OK;
    leave_behind(r, at_first);
    for (size_t i = 0; i < ROUNDS && rc == SB_OK; i++) {
        double part = searching * rounds[i].part;
        rc = run_round(r, i, start + (int64_t)(part * (double)share_ns), error);
        leave_behind(r, rounds[i].behind);
    }
    return rc;
}

/* Those that are not too slow share the remaining time. */
static int finish_together(race *r, int64_t end, sb_error *error)
{
    size_t left = 0;
    int rc = SB_OK;
    for (size_t i = 0; i < r->count; i++)
        left += !r->items[i].behind && r->items[i].evaluated_count;
    for (size_t i = 0; i < r->count && rc == SB_OK; i++) {
        sb_tune_search *s = &r->items[i];
        int64_t now = sb_now_ns();
        if (s->behind || !s->evaluated_count)
            rc = sb_tune_search_keep(s, error);
        else
            rc = sb_tune_search_finish(s, now < end ? (end - now) / (int64_t)left-- : 1, error);
    }
    return rc;
}

/* ------------------------------------------------------------------------------- one and all */

static sb_tune_target target_of(const sb_tune_unit *unit, const sb_candidate *candidate)
{
    return (sb_tune_target) { unit->layer, unit->threads, candidate };
}

/* One after the other, so that only one space is in memory at a time. */
static int tune_each(const sb_tune_context *context, const sb_tune_unit *unit,
                     const sb_candidates *candidates, sb_evaluator *evaluator, sb_error *error)
{
    int rc = SB_OK;
    for (size_t c = 0; c < candidates->count && rc == SB_OK; c++) {
        if (!sb_tune_plan_takes(unit->layer, &candidates->items[c], unit->operation))
            continue;
        sb_tune_search s;
        const sb_tune_target target = target_of(unit, &candidates->items[c]);
        int begun = sb_tune_search_begin(&s, context, evaluator, &target, error);
        rc = begun < 0 ? begun : SB_OK;
        if (begun > 0)
            rc = sb_tune_search_go_on(&s, &context->manner->limits, false, error);
        if (begun > 0 && rc == SB_OK)
            rc = sb_tune_search_finish(&s, 0, error);
        sb_tune_search_end(&s);
    }
    return rc;
}

/* Adds the unit to the network's time in the progress line. */
static void tally_unit(const race *r, const sb_tune_unit *unit, sb_tune_tally *tally)
{
    double defaults = INFINITY, best = best_of_all(r);
    for (size_t i = 0; i < r->count; i++)
        defaults = fmin(defaults, r->items[i].default_ns);
    if (!isfinite(defaults) || !isfinite(best))
        return;
    tally->default_ns += unit->uses * defaults;
    tally->tuned_ns += unit->uses * fmin(best, defaults);
}

/* Was there an evaluation, or nothing to evaluate? */
static bool is_reached(const race *r)
{
    bool reached = r->count == 0;
    for (size_t i = 0; i < r->count; i++)
        reached |= r->items[i].over || r->items[i].evaluated_count > 0;
    return reached;
}

static int begin_all(race *r, const sb_tune_context *context, const sb_tune_unit *unit,
                     const sb_candidates *candidates, sb_evaluator *evaluator, sb_error *error)
{
    int rc = SB_OK;
    for (size_t c = 0; c < candidates->count && rc == SB_OK; c++) {
        if (!sb_tune_plan_takes(unit->layer, &candidates->items[c], unit->operation))
            continue;
        sb_tune_search *s = &r->items[r->count];
        const sb_tune_target target = target_of(unit, &candidates->items[c]);
        int begun = sb_tune_search_begin(s, context, evaluator, &target, error);
        rc = begun < 0 ? begun : SB_OK;
        if (begun > 0) {
            sb_tune_search_glance(s, best_of_all(r));
            r->count++;
        } else {
            sb_tune_search_end(s);
        }
    }
    if (r->count)
        qsort(r->items, r->count, sizeof *r->items, by_default);
    return rc;
}

/* The end of a problem's time, or later: the time to begin with it would be wasted without as much
 * for searching. At most the end of the budget. */
static int64_t extend_end(int64_t end, int64_t start, int64_t budget_end)
{
    const int64_t now = sb_now_ns(), as_much = now + (now - start);
    const int64_t wanted = as_much < budget_end ? as_much : budget_end;
    return wanted > end ? wanted : end;
}

static int tune_together(const sb_tune_context *context, const sb_tune_unit *unit,
                         const sb_candidates *candidates, sb_evaluator *evaluator, int64_t share_ns,
                         sb_error *error)
{
    race r = { .items = sb_new(unit->searches, sizeof *r.items) };
    const int64_t start = sb_now_ns();
    int rc = begin_all(&r, context, unit, candidates, evaluator, error);
    r.begin_ns = r.count ? (sb_now_ns() - start) / (int64_t)r.count : 0;
    const int64_t end = extend_end(start + share_ns, start, context->progress->end_ns);
    if (rc == SB_OK)
        rc = search_together(&r, end - sb_now_ns(), error);
    if (rc == SB_OK)
        rc = finish_together(&r, end, error);
    for (size_t i = 0; rc == SB_INTERRUPTED && i < r.count; i++)
        if (sb_tune_search_keep(&r.items[i], error) < 0)
            rc = SB_FAILED;
    tally_unit(&r, unit, context->tally);
    context->tally->unreached += !is_reached(&r);
    for (size_t i = 0; i < r.count; i++)
        sb_tune_search_end(&r.items[i]);
    free(r.items);
    return rc;
}

int sb_tune_unit_run(const sb_tune_context *context, const sb_tune_unit *unit,
                     const sb_candidates *candidates, sb_evaluator *evaluator, int64_t share_ns,
                     sb_error *error)
{
    return share_ns ? tune_together(context, unit, candidates, evaluator, share_ns, error)
                    : tune_each(context, unit, candidates, evaluator, error);
}
