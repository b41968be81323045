/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tune_gains.h"

#include "core/log.h"
#include "core/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sb_tune_gain *find(const sb_tune_gains *gains, const sb_tune_subject *subject)
{
    for (size_t i = 0; i < gains->count; i++) {
        const sb_tune_subject *s = &gains->items[i].subject;
        if (s->threads == subject->threads && s->operation == subject->operation &&
            strcmp(s->layer, subject->layer) == 0 && strcmp(s->kernel, subject->kernel) == 0)
            return &gains->items[i];
    }
    return NULL;
}

static void free_text(const char *text)
{
    free((char *)(uintptr_t)text);
}

static void free_texts(sb_tune_gain *gain)
{
    free_text(gain->subject.layer);
    free_text(gain->subject.kernel);
    free_text(gain->technique);
    free_text(gain->strategy);
    free_text(gain->params);
}

void sb_tune_gains_add(sb_tune_gains *gains, const sb_tune_gain *gain)
{
    sb_tune_gain *copy = find(gains, &gain->subject);
    if (copy) {
        free_texts(copy);
    } else {
        gains->items = sb_grow(gains->items, gains->count + 1, sizeof *gains->items);
        copy = &gains->items[gains->count++];
    }
    *copy = *gain;
    copy->subject.layer = sb_copy_text(gain->subject.layer);
    copy->subject.kernel = sb_copy_text(gain->subject.kernel);
    copy->technique = sb_copy_text(gain->technique);
    copy->strategy = sb_copy_text(gain->strategy);
    copy->params = sb_copy_text(gain->params);
}

bool sb_tune_gains_has(const sb_tune_gains *gains, const sb_tune_subject *subject)
{
    return find(gains, subject) != NULL;
}

void sb_tune_gains_free(sb_tune_gains *gains)
{
    for (size_t i = 0; i < gains->count; i++)
        free_texts(&gains->items[i]);
    free(gains->items);
    *gains = (sb_tune_gains) { 0 };
}

/* ------------------------------------------------------------------------------------ the table */

static void add_row(sb_table *table, const sb_tune_gain *gain)
{
    const sb_interval *r = &gain->ratio;
    sb_table_cell(table, "%s", gain->subject.layer);
    sb_table_cell(table, "%" PRId64, gain->subject.threads);
    sb_table_cell(table, "%s", gain->subject.kernel);
    sb_table_cell(table, isfinite(gain->default_ns) ? "%.0f" : "-", gain->default_ns);
    sb_table_cell(table, "%.0f", gain->tuned_ns);
    sb_table_cell(table, isfinite(r->value) ? "%.3f" : "-", r->value);
    if (isfinite(r->low))
        sb_table_cell(table, "[%.3f, %.3f]", r->low, r->high);
    else
        sb_table_cell(table, "-");
    sb_table_cell(table, "%zu", gain->evaluations);
    sb_table_cell(table, "%s", gain->params);
}

static void print_searches(const sb_tune_gains *gains)
{
    sb_table table;
    sb_table_start(&table, (const char *const[]) { "layer", ">threads", "kernel", ">default_ns",
                                                   ">tuned_ns", ">gain", "interval", ">evaluations",
                                                   "parameters", NULL });
    for (size_t i = 0; i < gains->count; i++)
        add_row(&table, &gains->items[i]);
    puts("Time of the defaults / time of the winner, measured after the search side by side:");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

/* ------------------------------------------------------------------------------------ the means */

typedef struct tally {
    double log_sum, variance; /* of the logarithms of ratios */
    size_t count;
    bool bounded; /* all ratios have an interval */
} tally;

static tally tally_of(const sb_tune_gains *gains, const char *technique)
{
    tally t = { .bounded = true };
    for (size_t i = 0; i < gains->count; i++) {
        const sb_interval *r = &gains->items[i].ratio;
        if (strcmp(gains->items[i].technique, technique) != 0 || !(r->value > 0))
            continue;
        double half = log(r->high / r->low) / 2; /* on the scale of logarithms */
        t.log_sum += log(r->value);
        t.variance += half * half;
        t.bounded = t.bounded && isfinite(half);
        t.count++;
    }
    return t;
}

static bool first_of_technique(const sb_tune_gains *gains, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(gains->items[i].technique, gains->items[at].technique) == 0)
            return false;
    return true;
}

static void add_mean(sb_table *table, const char *technique, tally t)
{
    double mean = t.log_sum / (double)t.count, half = sqrt(t.variance) / (double)t.count;
    sb_table_cell(table, "%s", technique);
    sb_table_cell(table, "%zu", t.count);
    sb_table_cell(table, "%.3f", exp(mean));
    if (t.bounded)
        sb_table_cell(table, "[%.3f, %.3f]", exp(mean - half), exp(mean + half));
    else
        sb_table_cell(table, "-");
}

static void print_means(const sb_tune_gains *gains)
{
    sb_table table;
    sb_table_start(&table,
                   (const char *const[]) { "technique", ">searches", ">gain", "interval", NULL });
    for (size_t i = 0; i < gains->count; i++) {
        tally t = tally_of(gains, gains->items[i].technique);
        if (t.count && first_of_technique(gains, i))
            add_mean(&table, gains->items[i].technique, t);
    }
    if (sb_table_rows(&table)) {
        puts("\nGeometric mean of the gains:");
        sb_table_print(&table, stdout);
    }
    sb_table_free(&table);
}

/* ------------------------------------------------------------------------------------- the time */

static void say_times(const sb_tune_gains *gains)
{
    sb_tune_times sum = { 0 };
    for (size_t i = 0; i < gains->count; i++) {
        const sb_tune_times *t = &gains->items[i].times;
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

void sb_tune_gains_print(const sb_tune_gains *gains)
{
    if (gains->count == 0)
        return;
    print_searches(gains);
    print_means(gains);
    putchar('\n');
    fflush(stdout);
    say_times(gains);
}
