/* SPDX-License-Identifier: Apache-2.0 */
#include "report/replay_table.h"

#include "core/table.h"

#include <math.h>

/* A statistic that belongs to failed searches is left out. */
static void add_number(sb_table *table, double number, const char *format, bool csv)
{
    if (isinf(number))
        sb_table_cell(table, "%s", csv ? "" : "-");
    else
        sb_table_cell(table, format, number);
}

/* The results of the searches, whatever the goal. */
static void add_summary(sb_table *table, const sb_replay_result *result, bool csv)
{
    sb_table_cell(table, "%.3f", result->score);
    for (size_t m = 0; m < SB_REPLAY_MARKS; m++)
        add_number(table, result->best[m], csv ? "%.6g" : "%.3f", csv);
}

static void add_row(sb_table *table, const sb_recorded *recorded, const char *strategy,
                    const sb_replay_row *row, size_t repeat, bool csv)
{
    double size = (double)recorded->space.size;
    sb_table_cell(table, "%s", strategy);
    sb_table_cell(table, csv ? "%g" : "%g %%", 100.0 * row->goal);
    add_number(table, row->quartile1, "%.6g", csv);
    add_number(table, row->median, "%.6g", csv);
    add_number(table, row->quartile3, "%.6g", csv);
    add_number(table, row->decile9, "%.6g", csv);
    if (csv)
        add_number(table, row->median / size, "%.6g", csv);
    else
        add_number(table, 100.0 * row->median / size, "%.2f %%", csv);
    sb_table_cell(table, "%zu", row->failures);
    sb_table_cell(table, "%zu", repeat);
    if (csv)
        sb_table_cell(table, "%zu", recorded->space.size);
}

static void add_strategy(sb_table *table, const sb_recorded *recorded, const sb_strategy *strategy,
                         const sb_replay_options *options, bool csv)
{
    sb_replay_result result;
    sb_replay(recorded, strategy, options, &result);
    for (size_t g = 0; g < SB_REPLAY_GOALS; g++) {
        add_row(table, recorded, strategy->id, &result.rows[g], options->repeat, csv);
        add_summary(table, &result, csv);
    }
}

void sb_replay_print(const sb_recorded *recorded, const sb_strategy *chosen,
                     const sb_replay_options *options, bool csv, FILE *stream)
{
    static const char *const heads[] = { "strategy",    ">within", ">quartile 1",   ">median",
                                         ">quartile 3", ">90 %",   ">of the space", ">failed",
                                         ">of",         ">score",  ">best at 20",   ">at 50",
                                         ">at 200",     NULL };
    static const char *const csv_heads[] = { "strategy",  "within_percent", "quartile1", "median",
                                             "quartile3", "percentile90",   "fraction",  "failed",
                                             "searches",  "space_size",     "score",     "best20",
                                             "best50",    "best200",        NULL };
    sb_table table;
    sb_table_start(&table, csv ? csv_heads : heads);
    for (size_t i = 0; sb_strategies[i]; i++)
        if (!chosen || chosen == sb_strategies[i])
            add_strategy(&table, recorded, sb_strategies[i], options, csv);
    if (csv)
        sb_table_print_csv(&table, stream);
    else
        sb_table_print(&table, stream);
    sb_table_free(&table);
}
