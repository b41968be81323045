/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench tuning: lists, exports, imports, merges and forgets entries of the tuning database, and
 * advises on defaults. */
#include "cli/commands.h"
#include "core/log.h"
#include "core/table.h"
#include "core/text.h"
#include "core/words.h"
#include "report/tuning_advice.h"
#include "tune/tunedb.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tuning_options {
    const char *filter, *path;
    bool csv;
} tuning_options;

static const sb_option options[] = {
    { "filter", 0, SB_OPTION_TEXT, offsetof(tuning_options, filter), "GLOB",
      "only kernels whose names match" },
    { "db", 0, SB_OPTION_TEXT, offsetof(tuning_options, path), "FILE",
      "the database (default: $XDG_CACHE_HOME/sepbench/tuning.db)" },
    { "csv", 0, SB_OPTION_FLAG, offsetof(tuning_options, csv), NULL, "print CSV (list, advise)" },
    { 0 },
};

/* The arguments of an action. */
typedef struct tuning_request {
    const char *path;            /* path of the database */
    const char *filter;          /* glob for kernels; NULL: not given */
    const char *operand;         /* NULL if not given */
    const char *const *operands; /* all; NULL-terminated */
    bool csv;
} tuning_request;

static const char *filter_of(const tuning_request *request)
{
    return request->filter ? request->filter : "*";
}

/* --------------------------------------------------------------------------------------- list */

static void add_number(sb_table *table, const char *format, double number)
{
    if (isfinite(number))
        sb_table_cell(table, format, number);
    else
        sb_table_cell(table, "%s", "");
}

/* The key has no layer, so a single step counts as a standard convolution. */
static const char *chain_name(const sb_problem *problem)
{
    return sb_operation_name(problem->step_count == 1   ? SB_STANDARD
                             : problem->step_count == 2 ? SB_SEPARABLE
                                                        : SB_BOTTLENECK);
}

static int add_winner(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                      sb_error *error)
{
    (void)error;
    sb_table *table = context;
    char problem[SB_PROBLEM_TEXT];
    sb_table_cell(table, "%s", key->kernel);
    sb_table_cell(table, "%s", chain_name(&key->problem));
    sb_table_cell(table, "%s", sb_problem_text(&key->problem, problem, sizeof problem));
    sb_table_cell(table, "%" PRId64, key->problem.threads);
    sb_table_cell(table, "%s", winner->params);
    sb_table_cell(table, "%.6g", winner->time_ns);
    add_number(table, "%.6g", winner->default_ns);
    sb_table_cell(table, "%" PRId64, winner->evaluations);
    sb_table_cell(table, "%s", winner->strategy);
    sb_table_cell(table, "%s", key->machine);
    sb_table_cell(table, "%016" PRIx64, key->build);
    return 0;
}

static int list_winners(sb_tunedb *db, const tuning_request *request, sb_error *error)
{
    static const char *const heads[] = { "kernel",   "operation", ">problem",    ">threads",
                                         "params",   ">time_ns",  ">default_ns", ">evaluations",
                                         "strategy", "machine",   "build",       NULL };
    sb_table table;
    sb_table_start(&table, heads);
    int rc = sb_tunedb_visit(db, filter_of(request), add_winner, &table, error);
    if (rc == 0 && request->csv)
        sb_table_print_csv(&table, stdout);
    else if (rc == 0)
        sb_table_print(&table, stdout);
    sb_table_free(&table);
    return rc;
}

/* ------------------------------------------------------------------------------------- others */

static int export_winners(sb_tunedb *db, const tuning_request *request, sb_error *error)
{
    if (!request->operand)
        return sb_fail(error, "tuning export: missing operand FILE");
    int count = sb_tunedb_export(db, filter_of(request), request->operand, error);
    if (count >= 0)
        sb_info("%d winner%s written to %s", count, sb_plural(count), request->operand);
    return count;
}

static int import_winners(sb_tunedb *db, const tuning_request *request, sb_error *error)
{
    if (!request->operand)
        return sb_fail(error, "tuning import: missing operand FILE");
    int count = sb_tunedb_import(db, request->operand, error);
    if (count >= 0)
        sb_info("%d winner%s imported from %s", count, sb_plural(count), request->operand);
    return count;
}

static int merge_databases(sb_tunedb *db, const tuning_request *request, sb_error *error)
{
    int sum = 0;
    if (!request->operand)
        return sb_fail(error, "tuning merge: missing operand FILE");
    for (const char *const *file = request->operands; *file; file++) {
        int count = sb_tunedb_merge(db, *file, error);
        if (count < 0)
            return count;
        sum += count;
    }
    sb_info("%d winner%s merged into %s", sum, sb_plural(sum), request->path);
    return sum;
}

/* Deleting everything requires an explicit request. */
static int forget_winners(sb_tunedb *db, const tuning_request *request, sb_error *error)
{
    if (!request->filter)
        return sb_fail(error, "tuning forget: missing --filter GLOB ('*' for all)");
    int count = sb_tunedb_forget(db, request->filter, error);
    if (count >= 0)
        sb_info("%d problem%s deleted", count, sb_plural(count));
    return count;
}

static int advise(sb_tunedb *db, const tuning_request *request, sb_error *error)
{
    if (!request->operand)
        return sb_fail(error, "tuning advise: missing operand PLUGIN");
    return sb_tuning_advice_print(db, request->operand, request->csv, error);
}

static const struct {
    const char *name;
    int (*run)(sb_tunedb *db, const tuning_request *request, sb_error *error);
    bool makes; /* creates the database if there is none */
} actions[] = {
    { "list", list_winners, false },     { "export", export_winners, false },
    { "import", import_winners, true },  { "merge", merge_databases, true },
    { "forget", forget_winners, false }, { "advise", advise, false },
};

#define ACTIONS (sizeof actions / sizeof *actions)

static int run_action(const char *name, const tuning_request *request, sb_error *error)
{
    const char *names[ACTIONS + 1] = { NULL };
    for (size_t i = 0; i < ACTIONS; i++) {
        names[i] = actions[i].name;
        if (strcmp(name, names[i]) != 0)
            continue;
        sb_tunedb *db = sb_tunedb_open(request->path, actions[i].makes, error);
        int rc = db ? actions[i].run(db, request, error) : SB_FAILED;
        sb_tunedb_close(db);
        return rc;
    }
    return sb_fail_unknown(error, "action", name, names, NULL);
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const tuning_options *o = invocation->options;
    char *path = o->path ? sb_copy_text(o->path) : sb_tunedb_default_path(error);
    if (!path)
        return SB_FAILED;
    const tuning_request request = {
        .path = path,
        .filter = o->filter,
        .operand = invocation->operand_count > 1 ? invocation->operands[1] : NULL,
        .operands = invocation->operands + 1,
        .csv = o->csv,
    };
    int rc = SB_FAILED;
    if (invocation->operand_count > 2 && strcmp(invocation->operands[0], "merge") != 0)
        sb_fail(error, "tuning %s: expected one operand, not %zu", invocation->operands[0],
                invocation->operand_count - 1);
    else
        rc = run_action(invocation->operands[0], &request, error);
    free(path);
    return rc < 0 ? rc : SB_OK;
}

const sb_command sb_command_tuning = {
    .name = "tuning",
    .usage = "list | export FILE | import FILE | merge FILE... | forget --filter GLOB | "
             "advise PLUGIN",
    .summary = "List and manage stored results of tuning",
    .options = options,
    .options_size = sizeof(tuning_options),
    .min_operands = 1,
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
