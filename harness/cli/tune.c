/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench tune: searches for the fastest configuration of kernels, or replays a recorded search.
 */
#include "campaign/tune_live.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/stop.h"
#include "cli/tune_replay.h"
#include "core/log.h"

#include <stdio.h>

static int fail(const sb_error *error)
{
    fprintf(stderr, "sepbench: %s\n", error->text);
    return 2;
}

static int replay_file(const sb_tune_replay *replay)
{
    sb_error error;
    return sb_tune_replay_run(replay, &error) < 0 ? fail(&error) : 0;
}

/* Options of the other way to tune would be passed over in silence. */
static const char *misplaced(const sb_tune_replay *replay, const sb_tune_live *live)
{
    if (replay->path)
        return live->out         ? "--output"
               : live->filter    ? "--filter"
               : live->resume    ? "--resume"
               : live->base_line ? "--base-line"
                                 : NULL;
    return replay->repeat ? "--repeat" : replay->csv ? "--csv" : NULL;
}

static int tune(sb_tune_replay *replay, sb_tune_live *live)
{
    sb_error error = { "" };
    const char *wrong = misplaced(replay, live);
    if (wrong)
        sb_fail(&error, "tune: %s goes %s --replay", wrong,
                replay->path ? "not with" : "only with");
    else if (replay->path && live->config)
        sb_fail(&error, "tune: a configuration, or --replay FILE, not both");
    else if (!replay->path && !live->config)
        sb_fail(&error, "tune: what? sepbench tune CONFIG, or sepbench tune --replay FILE");
    if (error.text[0])
        return fail(&error);
    if (replay->path)
        return replay_file(replay);
    int status = sb_tune_live_run(live, &error);
    return status == 2 ? fail(&error) : status;
}

int sb_cli_tune(int argc, char **argv)
{
    const char *strategy = NULL, *budget = NULL, *seed = NULL;
    sb_tune_replay replay = { 0 };
    sb_tune_live live = { .argc = argc, .argv = argv, .stop = sb_stop_listen() };
    sb_option_list settings = { 0 }, dirs = { 0 };
    const sb_option options[] = {
        { "output", 'o', SB_OPTION_TEXT, &live.out, "DIR",
          "the folder (default results/NAME-DATE-TIME)" },
        { "strategy", 0, SB_OPTION_TEXT, &strategy, "S",
          "how to search, or all with --replay (default auto; see sepbench list strategies)" },
        { "budget", 0, SB_OPTION_TEXT, &budget, "N|TIME",
          "of one search: evaluations, or 30s (default: the configuration's, or 200)" },
        { "seed", 0, SB_OPTION_TEXT, &seed, "N", "of the (first) search (default 1)" },
        { "resume", 0, SB_OPTION_FLAG, &live.resume, NULL, "go on with the tuning in DIR" },
        { "base-line", 0, SB_OPTION_FLAG, &live.base_line, NULL,
          "also measure as many configurations at random, for the figure of convergence" },
        { "filter", 0, SB_OPTION_TEXT, &live.filter, "GLOB", "only layers whose names match" },
        { "set", 0, SB_OPTION_LIST, &settings, "KEY=VALUE", "replaces what the file says" },
        { "plugin-dir", 0, SB_OPTION_LIST, &dirs, "DIR", "look for plugins here first" },
        { "quiet", 0, SB_OPTION_FLAG, &live.quiet, NULL, "no progress, warnings only" },
        { "replay", 0, SB_OPTION_TEXT, &replay.path, "FILE",
          "search a recorded space instead (JSON, gzip); no limit is the default budget" },
        { "repeat", 0, SB_OPTION_TEXT, &replay.repeat, "N",
          "replay: searches, each with its own seed (default 25)" },
        { "csv", 0, SB_OPTION_FLAG, &replay.csv, NULL, "replay: CSV instead of a table" },
        { 0 },
    };
    const sb_command command = {
        .name = "tune",
        .usage = "CONFIG [OPTIONS] | --replay FILE [OPTIONS]",
        .summary =
            "Searches for each kernel's fastest parameters on each layer, remembers them for "
            "later runs,\nand measures them beside the defaults.",
        .options = options,
        .max_operands = 1,
    };
    int status, operands = sb_options_parse(&command, argc, argv, &status);
    if (operands < 0)
        return status;
    sb_log_quiet(live.quiet);
    live.config = operands ? argv[1] : NULL;
    live.settings = settings.items;
    live.plugin_dirs = dirs.items;
    replay.strategy = strategy ? strategy : "auto";
    live.strategy = strategy;
    replay.budget = live.budget = budget;
    replay.seed = live.seed = seed;
    return tune(&replay, &live);
}
