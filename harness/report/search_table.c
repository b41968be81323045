/* SPDX-License-Identifier: Apache-2.0 */
#include "report/search_table.h"

#include "core/log.h"
#include "core/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------------------ the table */

static void add_row(sb_table *table, const sb_search_row *row)
{
    const sb_interval *r = &row->ratio;
    sb_table_cell(table, "%s", row->id.layer);
    sb_table_cell(table, "%" PRId64, row->id.threads);
    sb_table_cell(table, "%s", row->id.kernel);
    sb_table_cell(table, isfinite(row->default_ns) ? "%.0f" : "-", row->default_ns);
    sb_table_cell(table, "%.0f", row->tuned_ns);
    sb_table_cell(table, isfinite(r->value) ? "%.3f" : "-", r->value);
    if (isfinite(r->low))
        sb_table_cell(table, "[%.3f, %.3f]", r->low, r->high);
    else
        sb_table_cell(table, "-");
    sb_table_cell(table, "%zu", row->evaluations);
    sb_table_cell(table, "%s", row->params);
}

static void print_searches(const sb_search_log *searches)
{
    sb_table table;
    sb_table_start(&table, (const char *const[]) { "layer", ">threads", "kernel", ">default_ns",
                                                   ">tuned_ns", ">gain", "interval", ">evaluations",
                                                   "parameters", NULL });
    for (size_t i = 0; i < searches->count; i++)
        add_row(&table, &searches->items[i]);
    puts(
        "Time of the defaults / time of the winner, measured side by side after the search, unless "
        "nothing was faster than the defaults:");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

/* ------------------------------------------------------------------------------------ the means */

typedef struct tally {
    double log_sum, variance; /* sums of the logarithms of ratios */
    size_t count;
    bool bounded; /* all ratios have an interval */
} tally;

/* A stored search has no interval; if there is one, it must determine its ratio. */
static bool says_something(const sb_interval *ratio)
{
    return ratio->value > 0 && (!isfinite(ratio->low) || sb_determined(ratio->low, ratio->high));
}

static bool is_like(const sb_search_log *searches, size_t i, size_t other)
{
    return searches->items[i].id.threads == searches->items[other].id.threads &&
           strcmp(searches->items[i].technique, searches->items[other].technique) == 0;
}

/* Those with the same technique and number of threads as this one. */
static tally add_up_gains(const sb_search_log *searches, size_t like)
{
    tally t = { .bounded = true };
    for (size_t i = 0; i < searches->count; i++) {
        const sb_interval *r = &searches->items[i].ratio;
        if (!is_like(searches, i, like) || !says_something(r))
            continue;
        double half = log(r->high / r->low) / 2; /* on a logarithmic scale */
        t.log_sum += log(r->value);
        t.variance += half * half;
        t.bounded = t.bounded && isfinite(half);
        t.count++;
    }
    return t;
}

static bool is_first(const sb_search_log *searches, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (is_like(searches, i, at))
            return false;
    return true;
}

static void add_mean(sb_table *table, const char *technique, int64_t threads, tally t)
{
    double mean = t.log_sum / (double)t.count, half = sqrt(t.variance) / (double)t.count;
    sb_table_cell(table, "%s", technique);
    sb_table_cell(table, "%" PRId64, threads);
    sb_table_cell(table, "%zu", t.count);
    sb_table_cell(table, "%.3f", exp(mean));
    if (t.bounded)
        sb_table_cell(table, "[%.3f, %.3f]", exp(mean - half), exp(mean + half));
    else
        sb_table_cell(table, "-");
}

static void print_means(const sb_search_log *searches)
{
    sb_table table;
    sb_table_start(&table, (const char *const[]) { "technique", ">threads", ">searches", ">gain",
                                                   "interval", NULL });
    for (size_t i = 0; i < searches->count; i++) {
        tally t = add_up_gains(searches, i);
        if (t.count && is_first(searches, i))
            add_mean(&table, searches->items[i].technique, searches->items[i].id.threads, t);
    }
    if (sb_table_rows(&table)) {
        puts("\nGeometric mean of the gains:");
        sb_table_print(&table, stdout);
    }
    sb_table_free(&table);
}

/* ------------------------------------------------------------------------------------- the time */

static void tell_times(const sb_search_log *searches)
{
    sb_search_times sum = { 0 };
    for (size_t i = 0; i < searches->count; i++) {
        const sb_search_times *t = &searches->items[i].times;
        if (!isfinite(t->search))
            continue;
        sum.space += t->space;
        sum.evaluate += t->evaluate;
        sum.search += t->search;
        sum.race += t->race;
        sum.base += t->base;
    }
    double all = sum.space + sum.evaluate + sum.search + sum.race + sum.base;
    if (!(all > 0))
        return;
    sb_info("%.1f s for these searches: evaluations %.1f %%, races %.1f %%, base lines %.1f %%, "
            "spaces %.1f %%, the search itself %.2f %%",
            all, 100 * sum.evaluate / all, 100 * sum.race / all, 100 * sum.base / all,
            100 * sum.space / all, 100 * sum.search / all);
}

void sb_search_table_print(const sb_search_log *searches)
{
    if (searches->count == 0)
        return;
    print_searches(searches);
    print_means(searches);
    putchar('\n');
    fflush(stdout);
    tell_times(searches);
}
