/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tune_replay.h"

#include "core/log.h"
#include "core/table.h"
#include "core/text.h"
#include "tune/replay.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MOST_REPEATS = 100000,
    MANY = 20 /* configurations, of which two lie side by side mostly */
};

/* An optimum that is alone by this factor may be a measurement error. */
static const double lone = 1.2;

static int parse_count(const char *option, const char *text, int64_t least, int64_t most,
                       int64_t *count, sb_error *error)
{
    if (!text || sb_parse_integer(text, least, most, count))
        return 0;
    return sb_fail(error, "--%s %s: expected a whole number from %" PRId64 " to %" PRId64, option,
                   text, least, most);
}

/* A number of evaluations, or a time with its unit. */
static int parse_budget(const char *text, int64_t *evaluations, int64_t *time_ns, sb_error *error)
{
    if (!text || sb_parse_integer(text, 1, SB_SPACE_SIZE, evaluations))
        return 0;
    bool unit = strpbrk(text, "smhun") != NULL;
    if (unit && sb_parse_duration(text, time_ns) && *time_ns > 0)
        return 0;
    return sb_fail(error,
                   "--budget %s: expected a number of evaluations from 1 to %d, or a time such as "
                   "30s or 2m",
                   text, SB_SPACE_SIZE);
}

static int parse_options(const sb_tune_replay *request, sb_replay_options *options, sb_error *error)
{
    int64_t budget = 0, time_ns = 0, repeat = 25, seed = 1;
    if (parse_budget(request->budget, &budget, &time_ns, error) < 0 ||
        parse_count("repeat", request->repeat, 1, MOST_REPEATS, &repeat, error) < 0 ||
        parse_count("seed", request->seed, 0, INT64_MAX, &seed, error) < 0)
        return SB_FAILED;
    *options = (sb_replay_options) { .evaluations = (size_t)budget,
                                     .time_ns = time_ns,
                                     .repeat = (size_t)repeat,
                                     .seed = (uint64_t)seed };
    return 0;
}

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

static void print_replays(const sb_recorded *recorded, const sb_strategy *chosen,
                          const sb_replay_options *options, bool csv)
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
        sb_table_print_csv(&table, stdout);
    else
        sb_table_print(&table, stdout);
    sb_table_free(&table);
}

int sb_tune_replay_run(const sb_tune_replay *request, sb_error *error)
{
    sb_replay_options options;
    sb_recorded recorded;
    const sb_strategy *chosen = NULL;
    if (parse_options(request, &options, error) < 0)
        return SB_FAILED;
    if (strcmp(request->strategy, "all") != 0) {
        chosen = sb_strategy_find(request->strategy, error);
        if (!chosen)
            return SB_FAILED;
    }
    if (sb_recorded_read(request->path, &recorded, error) < 0)
        return SB_FAILED;
    if (recorded.skipped)
        sb_warn("%s: %zu entries lack a parameter and are left out", request->path,
                recorded.skipped);
    if (recorded.cut)
        sb_warn("%s: ends before its last brackets; the %zu configurations before are read",
                request->path, recorded.space.size);
    if (recorded.space.size >= MANY && isfinite(recorded.next) &&
        recorded.next > lone * recorded.best)
        sb_warn(
            "%s: the optimum is alone: the next best configuration takes %.2f times as long; is "
            "it an outlier of the recording?",
            request->path, recorded.next / recorded.best);
    if (!request->csv)
        printf("%zu configurations, of which %zu failed; optimum %.6g\n"
               "Evaluations until a search comes near the optimum:\n\n",
               recorded.space.size, recorded.failures, recorded.best);
    print_replays(&recorded, chosen, &options, request->csv);
    sb_recorded_free(&recorded);
    return 0;
}
