/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_plan.h"

#include "campaign/winners.h"
#include "conv/cost.h"
#include "conv/problem.h"
#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double least_part = 0.2; /* fraction of the mean share */

bool sb_tune_plan_takes(const sb_layer *layer, const sb_candidate *candidate,
                        sb_operation operation)
{
    return candidate->operation == operation && layer->operations[operation] &&
           sb_winners_open(candidate);
}

static size_t count_kernels(const sb_scope *scope, const sb_layer *layer, sb_operation operation)
{
    size_t count = 0;
    for (size_t c = 0; c < scope->candidates.count; c++)
        count += sb_tune_plan_takes(layer, &scope->candidates.items[c], operation);
    return count;
}

/* The unit with the same problem and number of threads, or NULL. */
static sb_tune_unit *find_unit(const sb_tune_plan *plan, const sb_tune_unit *like)
{
    char wanted[SB_PROBLEM_TEXT], text[SB_PROBLEM_TEXT];
    sb_problem problem = sb_layer_problem(like->layer, like->operation, like->threads);
    sb_problem_text(&problem, wanted, sizeof wanted);
    for (size_t i = 0; i < plan->count; i++) {
        sb_tune_unit *unit = &plan->units[i];
        if (unit->operation != like->operation || unit->threads != like->threads)
            continue;
        problem = sb_layer_problem(unit->layer, unit->operation, unit->threads);
        if (strcmp(sb_problem_text(&problem, text, sizeof text), wanted) == 0)
            return unit;
    }
    return NULL;
}

/* Ten multiplications a nanosecond and thread, and ten bytes a nanosecond: only used for shares. */
static double rough_ns(const sb_tune_unit *unit)
{
    const sb_problem problem = sb_layer_problem(unit->layer, unit->operation, unit->threads);
    const sb_cost cost = sb_cost_of(&problem);
    return (double)cost.total / 10.0 / (double)unit->threads + (double)cost.bytes / 10.0;
}

static void add_unit(const sb_scope *scope, sb_tune_plan *plan, sb_tune_unit unit)
{
    unit.uses = (double)unit.layer->repeat;
    unit.layers = 1;
    unit.searches = count_kernels(scope, unit.layer, unit.operation);
    if (unit.searches == 0)
        return;
    unit.weight = unit.uses * rough_ns(&unit);
    sb_tune_unit *same = find_unit(plan, &unit);
    if (same) {
        same->uses += unit.uses;
        same->weight += unit.weight;
        same->layers++;
        plan->spared += unit.searches;
        return;
    }
    plan->units = sb_grow(plan->units, plan->count + 1, sizeof *plan->units);
    plan->units[plan->count++] = unit;
    plan->searches += unit.searches;
}

/* Equal ones keep the order of the configuration. */
static int by_weight(const void *a, const void *b)
{
    const sb_tune_unit *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    if (x->layer != y->layer)
        return x->layer < y->layer ? -1 : 1;
    return (int)x->operation - (int)y->operation;
}

void sb_tune_plan_make(const sb_scope *scope, bool heaviest_first, sb_tune_plan *plan)
{
    *plan = (sb_tune_plan) { 0 };
    for (size_t l = 0; l < scope->config.layer_count; l++)
        for (size_t t = 0; t < scope->thread_count; t++)
            for (int op = 0; op < SB_OPERATIONS && sb_scope_holds(scope, l, t); op++)
                add_unit(scope, plan,
                         (sb_tune_unit) { .layer = &scope->config.layers[l],
                                          .threads = scope->threads[t],
                                          .operation = (sb_operation)op });
    if (heaviest_first && plan->count)
        qsort(plan->units, plan->count, sizeof *plan->units, by_weight);
}

void sb_tune_plan_free(sb_tune_plan *plan)
{
    free(plan->units);
    *plan = (sb_tune_plan) { 0 };
}

int64_t sb_tune_plan_share(const sb_tune_plan *plan, size_t at, int64_t left_ns)
{
    double all = 0.0, shares = 0.0, own = 0.0;
    for (size_t i = 0; i < plan->count; i++)
        all += plan->units[i].weight;
    double least = least_part * all / (double)plan->count;
    for (size_t i = at; i < plan->count; i++) {
        double share = fmax(plan->units[i].weight, least);
        shares += share;
        own = i == at ? share : own;
    }
    return left_ns > 0 && shares > 0 ? (int64_t)((double)left_ns * own / shares) : 0;
}

int64_t sb_tune_plan_part(const sb_tune_plan *plan, size_t at, int64_t budget_ns)
{
    for (size_t i = 0; i < at; i++)
        budget_ns -= sb_tune_plan_share(plan, i, budget_ns);
    return sb_tune_plan_share(plan, at, budget_ns);
}

size_t sb_tune_plan_takers(size_t going, int64_t left_ns, int64_t least_ns)
{
    const size_t most = least_ns > 0 && left_ns > least_ns ? (size_t)(left_ns / least_ns) : 1;
    return least_ns > 0 && most < going ? most : going;
}
