/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench tune: searches for the fastest configuration of kernels, or replays a recorded search.
 */
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/tune_replay.h"
#include "core/text.h"

#include <stdio.h>

static int fail(const sb_error *error)
{
    fprintf(stderr, "sepbench: %s\n", error->text);
    return 2;
}

int sb_cli_tune(int argc, char **argv)
{
    const char *replay = NULL, *strategy = "auto", *budget = NULL, *repeat = NULL, *seed = NULL;
    bool csv = false;
    const sb_option options[] = {
        { "replay", 0, SB_OPTION_TEXT, &replay, "FILE", "search a recorded space (JSON, gzip)" },
        { "strategy", 0, SB_OPTION_TEXT, &strategy, "S",
          "how to search, or all (default auto; see sepbench list strategies)" },
        { "budget", 0, SB_OPTION_TEXT, &budget, "N",
          "evaluations of one search (default: no limit)" },
        { "repeat", 0, SB_OPTION_TEXT, &repeat, "N",
          "searches, each with its own seed (default 25)" },
        { "seed", 0, SB_OPTION_TEXT, &seed, "N", "of the first search (default 1)" },
        { "csv", 0, SB_OPTION_FLAG, &csv, NULL, "CSV instead of a table" },
        { 0 },
    };
    const sb_command command = {
        .name = "tune",
        .usage = "--replay FILE [OPTIONS]",
        .summary = "Searches a recorded tuning space, and tells how many evaluations it took.",
        .options = options,
    };
    int status;
    if (sb_options_parse(&command, argc, argv, &status) < 0)
        return status;
    sb_error error;
    if (!replay) {
        sb_fail(&error, "tune: which recorded space? sepbench tune --replay FILE");
        return fail(&error);
    }
    const sb_tune_replay request = { .path = replay,
                                     .strategy = strategy,
                                     .budget = budget,
                                     .repeat = repeat,
                                     .seed = seed,
                                     .csv = csv };
    return sb_tune_replay_run(&request, &error) < 0 ? fail(&error) : 0;
}
