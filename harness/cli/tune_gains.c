/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tune_gains.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sb_gain_tally *tally_of(sb_tune_gains *gains, const char *technique)
{
    for (size_t i = 0; i < gains->tally_count; i++)
        if (strcmp(gains->tallies[i].technique, technique) == 0)
            return &gains->tallies[i];
    gains->tallies = sb_grow(gains->tallies, gains->tally_count + 1, sizeof *gains->tallies);
    sb_gain_tally *tally = &gains->tallies[gains->tally_count++];
    *tally = (sb_gain_tally) { .technique = sb_copy_text(technique) };
    return tally;
}

/* Half of the interval's width on the scale of logarithms. */
static double half_width(sb_interval ratio)
{
    return isfinite(ratio.low) && ratio.low > 0 ? log(ratio.high / ratio.low) / 2 : 0;
}

static void count(sb_tune_gains *gains, const sb_tune_gain *gain)
{
    if (!(gain->ratio.value > 0))
        return;
    sb_gain_tally *tally = tally_of(gains, gain->technique);
    tally->log_sum += log(gain->ratio.value);
    tally->variance += half_width(gain->ratio) * half_width(gain->ratio);
    tally->count++;
}

void sb_tune_gains_add(sb_tune_gains *gains, const sb_tune_gain *gain)
{
    sb_table *table = &gains->table;
    const sb_interval *r = &gain->ratio;
    if (table->columns == 0)
        sb_table_start(table, (const char *const[]) { "layer", ">threads", "kernel", ">default_ns",
                                                      ">tuned_ns", ">gain", "interval",
                                                      ">evaluations", "parameters", NULL });
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
    count(gains, gain);
}

static void print_means(const sb_tune_gains *gains)
{
    sb_table table;
    sb_table_start(&table,
                   (const char *const[]) { "technique", ">searches", ">gain", "interval", NULL });
    for (size_t i = 0; i < gains->tally_count; i++) {
        const sb_gain_tally *t = &gains->tallies[i];
        double mean = t->log_sum / (double)t->count, half = sqrt(t->variance) / (double)t->count;
        sb_table_cell(&table, "%s", t->technique);
        sb_table_cell(&table, "%zu", t->count);
        sb_table_cell(&table, "%.3f", exp(mean));
        sb_table_cell(&table, "[%.3f, %.3f]", exp(mean - half), exp(mean + half));
    }
    puts("\nGeometric mean of the gains:");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

void sb_tune_gains_print(const sb_tune_gains *gains)
{
    if (gains->table.columns == 0)
        return;
    puts("Time of the defaults / time of the winner, measured after the search side by side:");
    sb_table_print(&gains->table, stdout);
    if (gains->tally_count)
        print_means(gains);
    putchar('\n');
}

void sb_tune_gains_free(sb_tune_gains *gains)
{
    for (size_t i = 0; i < gains->tally_count; i++)
        free(gains->tallies[i].technique);
    free(gains->tallies);
    sb_table_free(&gains->table);
    *gains = (sb_tune_gains) { 0 };
}
