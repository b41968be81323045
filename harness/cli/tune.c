/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench tune: searches for the fastest parameter set of kernels, or replays a recorded search.
 */
#include "campaign/tuning.h"
#include "cli/commands.h"
#include "cli/progress_line.h"
#include "cli/scope_arguments.h"
#include "cli/stop.h"
#include "cli/tune_replay.h"
#include "core/log.h"

typedef struct tune_options {
    const char *out, *strategy, *budget, *seed, *replay, *repeat;
    sb_scope_arguments scope;
    bool resume, base_line, dry_run, quiet, csv;
} tune_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(tune_options, out), "DIR",
      "the folder (default: results/NAME-DATE-TIME)" },
    { "strategy", 0, SB_OPTION_TEXT, offsetof(tune_options, strategy), "S",
      "how to search, or all with --replay (default: auto; see sepbench list strategies)" },
    { "budget", 0, SB_OPTION_TEXT, offsetof(tune_options, budget), "N|TIME",
      "evaluations of each search, or a time for all: 10m (default: the configuration's, or 200)" },
    { "seed", 0, SB_OPTION_TEXT, offsetof(tune_options, seed), "N",
      "seed of the (first) search (default: 1)" },
    { "resume", 0, SB_OPTION_FLAG, offsetof(tune_options, resume), NULL,
      "continue the tuning in DIR" },
    { "base-line", 0, SB_OPTION_FLAG, offsetof(tune_options, base_line), NULL,
      "also measure as many random parameter sets, for the convergence figure" },
    SB_OPTION_SHARD(tune_options),
    SB_OPTION_WEIGHTS(tune_options),
    SB_OPTION_FILTER(tune_options),
    SB_OPTION_SET(tune_options),
    SB_OPTION_PLUGIN_DIR(tune_options),
    { "dry-run", 0, SB_OPTION_FLAG, offsetof(tune_options, dry_run), NULL,
      "show what would be searched, and each search's share of the budget" },
    { "quiet", 0, SB_OPTION_FLAG, offsetof(tune_options, quiet), NULL, "print warnings only" },
    { "replay", 0, SB_OPTION_TEXT, offsetof(tune_options, replay), "FILE",
      "search a recorded space instead (JSON, gzip); the default budget is unlimited" },
    { "repeat", 0, SB_OPTION_TEXT, offsetof(tune_options, repeat), "N",
      "replay: number of searches, each with its own seed (default: 25)" },
    { "csv", 0, SB_OPTION_FLAG, offsetof(tune_options, csv), NULL,
      "replay: CSV instead of a table" },
    { 0 },
};

/* Options of the other mode would be ignored silently. */
static const char *find_misplaced(const tune_options *o)
{
    if (o->replay)
        return o->out             ? "--output"
               : o->scope.filter  ? "--filter"
               : o->scope.shard   ? "--shard"
               : o->scope.weights ? "--weights"
               : o->resume        ? "--resume"
               : o->base_line     ? "--base-line"
               : o->dry_run       ? "--dry-run"
                                  : NULL;
    return o->repeat ? "--repeat" : o->csv ? "--csv" : NULL;
}

static int check_options(const tune_options *o, const char *config, sb_error *error)
{
    const char *wrong = find_misplaced(o);
    if (wrong)
        return sb_fail(error, "%s %s --replay", wrong,
                       o->replay ? "cannot be used with" : "requires");
    if (o->replay && config)
        return sb_fail(error, "CONFIG and --replay FILE exclude each other");
    if (!o->replay && !config)
        return sb_fail(error, "missing CONFIG or --replay FILE");
    return SB_OK;
}

static int tune_config(const sb_invocation *invocation, sb_error *error)
{
    const tune_options *o = invocation->options;
    const sb_scope_options wanted = sb_scope_from_arguments(&o->scope, invocation->operands[0]);
    const sb_tuning_options tuning = {
        .out = o->out,
        .strategy = o->strategy,
        .budget = o->budget,
        .seed = o->seed,
        .resume = o->resume,
        .base_line = o->base_line,
    };
    const sb_account account = sb_account_start(invocation->argc, invocation->argv);
    const sb_watch watch = { .stop = sb_stop_listen(), .show = sb_progress_line(o->quiet) };
    sb_campaign campaign;
    bool faults = false;
    if (sb_campaign_open(&wanted, &account, &watch, &campaign, error) < 0)
        return SB_FAILED;
    int rc = o->dry_run ? sb_tuning_show(&campaign, &tuning, error)
                        : sb_tuning_run(&campaign, &tuning, &faults, error);
    sb_campaign_close(&campaign);
    return rc == SB_OK && faults ? SB_FAULTS_FOUND : rc;
}

static int replay_file(const tune_options *o, sb_error *error)
{
    const sb_tune_replay replay = {
        .path = o->replay,
        .strategy = o->strategy ? o->strategy : "auto",
        .budget = o->budget,
        .repeat = o->repeat,
        .seed = o->seed,
        .csv = o->csv,
    };
    return sb_tune_replay_run(&replay, error);
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const tune_options *o = invocation->options;
    sb_log_quiet(o->quiet);
    if (check_options(o, invocation->operands[0], error) < 0)
        return SB_FAILED;
    return o->replay ? replay_file(o, error) : tune_config(invocation, error);
}

const sb_command sb_command_tune = {
    .name = "tune",
    .usage = "CONFIG [OPTIONS] | --replay FILE [OPTIONS]",
    .summary = "Search for the fastest parameter sets, or replay a recorded search",
    .details = "Winners are stored; later runs measure them beside the defaults.",
    .options = options,
    .options_size = sizeof(tune_options),
    .max_operands = 1,
    .run = run,
};
