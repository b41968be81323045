/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench run: measures the sweep of a configuration into a run folder. */
#include "campaign/plan.h"
#include "campaign/run_states.h"
#include "cli/commands.h"
#include "cli/progress_line.h"
#include "cli/scope_arguments.h"
#include "cli/stop.h"
#include "core/log.h"

#include <stdlib.h>

typedef struct run_options {
    const char *out, *attach;
    sb_scope_arguments scope;
    bool resume, dry_run, quiet, verbose;
} run_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(run_options, out), "DIR",
      "the run's folder (default: results/NAME-DATE-TIME)" },
    { "resume", 0, SB_OPTION_FLAG, offsetof(run_options, resume), NULL, "continue the run in DIR" },
    SB_OPTION_SHARD(run_options),
    SB_OPTION_WEIGHTS(run_options),
    SB_OPTION_FILTER(run_options),
    SB_OPTION_SET(run_options),
    SB_OPTION_PLUGIN_DIR(run_options),
    { "attach", 0, SB_OPTION_TEXT, offsetof(run_options, attach), "KERNEL",
      "wait for a debugger or profiler before KERNEL (a glob) first runs" },
    { "dry-run", 0, SB_OPTION_FLAG, offsetof(run_options, dry_run), NULL,
      "show what would be measured, and how long it would take" },
    { "quiet", 0, SB_OPTION_FLAG, offsetof(run_options, quiet), NULL, "print warnings only" },
    { "verbose", 0, SB_OPTION_FLAG, offsetof(run_options, verbose), NULL,
      "also print every speedup, all kernels by time, and the contest with peers" },
    { 0 },
};

/* --attach, or the environment's; NULL: none. */
static const char *choose_attached(const run_options *o)
{
    const char *wanted = o->attach ? o->attach : getenv("SEPBENCH_ATTACH");
    return wanted && *wanted ? wanted : NULL;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const run_options *o = invocation->options;
    const sb_account account = sb_account_start(invocation->argc, invocation->argv);
    const sb_watch watch = { .stop = sb_stop_listen(), .show = sb_progress_line(o->quiet) };
    sb_scope_options scope = sb_scope_from_arguments(&o->scope, invocation->operands[0]);
    scope.attach = choose_attached(o);
    scope.spares_large = true;
    const sb_run_request request = {
        .scope = &scope, .out = o->out, .resume = o->resume, .verbose = o->verbose
    };
    sb_campaign campaign;
    bool faults = false;
    int rc = SB_OK;
    sb_log_quiet(o->quiet);
    if (sb_campaign_open(&scope, &account, &watch, &campaign, error) < 0)
        return SB_FAILED;
    if (o->dry_run)
        sb_plan_show(&campaign);
    else
        rc = sb_run_states(&campaign, &request, &faults, error);
    sb_campaign_close(&campaign);
    return rc == SB_OK && faults ? SB_FAULTS_FOUND : rc;
}

const sb_command sb_command_run = {
    .name = "run",
    .usage = "CONFIG|RUN.JSON [OPTIONS]",
    .summary = "Verify and measure every kernel on every layer of a configuration",
    .details =
        "Writes CSV files and figures to the run's folder, and the answer to standard output.",
    .options = options,
    .options_size = sizeof(run_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
