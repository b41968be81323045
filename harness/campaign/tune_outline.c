/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_outline.h"

#include "campaign/estimate.h"
#include "campaign/tune_allowed.h"
#include "core/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* Combinations of parameters that are counted one by one, in all: about two seconds. */
enum { COUNTED = 1 << 23 };

/* What is outlined, and how. */
typedef struct outline {
    const sb_scope *scope;
    const sb_tune_plan *plan;
    const sb_tune_manner *manner;
    sb_session *session;
    const sb_peaks *peaks;
    uint64_t *left; /* combinations of parameters that may still be counted */
} outline;

/* What the searches of a problem amount to, or those of all. */
typedef struct amount {
    size_t searches, spared;
    double evaluations;
    int64_t ns;
    sb_space_count count;
} amount;

static void add_search(const outline *o, const sb_candidate *candidate, const sb_problem *problem,
                       amount *sum)
{
    sb_space_count count;
    if (!sb_tune_count(o->session, candidate, problem, o->left, &count))
        return;
    double evaluations = fmin((double)o->manner->limits.evaluations, count.number);
    sum->searches++;
    sum->count.number += count.number;
    if (count.counting > sum->count.counting)
        sum->count.counting = count.counting;
    sum->evaluations += evaluations;
    sum->ns += sb_estimate_search_ns(candidate, problem, evaluations, o->peaks);
}

static amount add_up(const outline *o, const sb_tune_unit *unit)
{
    const sb_problem problem = sb_layer_problem(unit->layer, unit->operation, unit->threads);
    const sb_candidates *candidates = &o->scope->candidates;
    amount sum = { 0 };
    for (size_t c = 0; c < candidates->count; c++)
        if (sb_tune_plan_takes(unit->layer, &candidates->items[c], unit->operation))
            add_search(o, &candidates->items[c], &problem, &sum);
    sum.spared = (unit->layers - 1) * sum.searches;
    return sum;
}

static void print_count(sb_table *table, const sb_space_count *count)
{
    if (count->counting == SB_COUNT_EXACT)
        sb_table_cell(table, "%.0f", count->number);
    else
        sb_table_cell(table, "%s %.2g", count->counting == SB_COUNT_ESTIMATE ? "about" : "at most",
                      count->number);
}

static void print_unit(const outline *o, sb_table *table, size_t at, const amount *sum)
{
    const sb_tune_unit *unit = &o->plan->units[at];
    char time[SB_ESTIMATE_TEXT];
    sb_table_cell(table, "%s", unit->layer->name);
    sb_table_cell(table, "%s", sb_operation_name(unit->operation));
    sb_table_cell(table, "%" PRId64, unit->threads);
    sb_table_cell(table, "%.0f", unit->uses);
    sb_table_cell(table, "%zu", sum->searches);
    print_count(table, &sum->count);
    if (o->manner->budget_ns) {
        sb_table_cell(table, "%.1f s",
                      (double)sb_tune_plan_part(o->plan, at, o->manner->budget_ns) * 1e-9);
        return;
    }
    sb_estimate_text(sum->ns, time);
    sb_table_cell(table, "%.0f %s, %s", sum->evaluations,
                  sum->evaluations == 1.0 ? "evaluation" : "evaluations", time);
}

/* The winners are measured beside the defaults, so that there are up to twice as many candidates
 * as in a run. */
static void print_sums(const outline *o, const amount *all)
{
    char time[SB_ESTIMATE_TEXT];
    printf("\n%zu %s", all->searches, all->searches == 1 ? "search" : "searches");
    if (all->spared)
        printf("; layers of the same shape save %zu more", all->spared);
    sb_estimate_text(all->ns, time);
    if (o->manner->budget_ns)
        printf("; %.0f s for all of them", ceil((double)o->manner->budget_ns * 1e-9));
    else
        printf("; %s for all of them", time);
    sb_estimate_text(2 * sb_estimate_scope_ns(o->scope, o->peaks), time);
    printf(", then %s at most to measure the winners\n", time);
}

static void print_units(const outline *o)
{
    sb_table table;
    amount all = { 0 };
    sb_table_start(&table,
                   (const char *const[]) { "layer", "operation", ">threads", ">times", ">kernels",
                                           ">parameter sets", ">at most", NULL });
    for (size_t i = 0; i < o->plan->count; i++) {
        const amount sum = add_up(o, &o->plan->units[i]);
        print_unit(o, &table, i, &sum);
        all.searches += sum.searches;
        all.spared += sum.spared;
        all.ns += sum.ns;
    }
    sb_table_print(&table, stdout);
    sb_table_free(&table);
    print_sums(o, &all);
}

void sb_tune_outline_print(const sb_scope *scope, const sb_tune_plan *plan,
                           const sb_tune_manner *manner, const sb_session_options *session,
                           const sb_peaks *peaks)
{
    uint64_t left = COUNTED;
    const outline o = { scope, plan, manner, sb_session_open(session), peaks, &left };
    print_units(&o);
    sb_session_close(o.session);
}
