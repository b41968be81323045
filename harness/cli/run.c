/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench run: sweeps a configuration into a run folder. */
#include "campaign/estimate.h"
#include "campaign/run_folder.h"
#include "cli/commands.h"
#include "cli/progress_line.h"
#include "cli/stop.h"
#include "core/log.h"
#include "core/table.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct run_options {
    const char *out, *filter, *shard, *weights, *attach;
    sb_option_list settings, plugin_dirs;
    bool resume, dry_run, quiet, verbose;
} run_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(run_options, out), "DIR",
      "the run's folder (default results/NAME-DATE-TIME)" },
    { "resume", 0, SB_OPTION_FLAG, offsetof(run_options, resume), NULL,
      "go on with the run in DIR" },
    { "shard", 0, SB_OPTION_TEXT, offsetof(run_options, shard), "I/N|auto",
      "only the I-th of N parts; auto: as the scheduler's array says" },
    { "weights", 0, SB_OPTION_TEXT, offsetof(run_options, weights), "DIR",
      "deal the parts by the times of the run in DIR" },
    { "filter", 0, SB_OPTION_TEXT, offsetof(run_options, filter), "GLOB",
      "only layers whose names match" },
    { "set", 0, SB_OPTION_LIST, offsetof(run_options, settings), "KEY=VALUE",
      "replaces what the file says: measure.max_time=1s" },
    { "plugin-dir", 0, SB_OPTION_LIST, offsetof(run_options, plugin_dirs), "DIR",
      "look for plugins here first" },
    { "attach", 0, SB_OPTION_TEXT, offsetof(run_options, attach), "KERNEL",
      "wait for a debugger or profiler before KERNEL (a glob) first runs" },
    { "dry-run", 0, SB_OPTION_FLAG, offsetof(run_options, dry_run), NULL,
      "show what would be measured, and how long it would take" },
    { "quiet", 0, SB_OPTION_FLAG, offsetof(run_options, quiet), NULL,
      "no progress, warnings only" },
    { "verbose", 0, SB_OPTION_FLAG, offsetof(run_options, verbose), NULL,
      "also every speedup, all kernels by time, and the contest with peers" },
    { 0 },
};

/* "about 12 s", "about 3 min", "about 2.5 h" */
static void format_duration(double seconds, char *text, size_t size)
{
    if (seconds < 90)
        snprintf(text, size, "about %.*f s", seconds < 10, seconds);
    else if (seconds < 5400)
        snprintf(text, size, "about %.0f min", seconds / 60);
    else
        snprintf(text, size, "about %.1f h", seconds / 3600);
}

static void tell_plan(const sb_campaign *campaign, size_t measurements)
{
    sb_peaks peaks;
    char time[32];
    const bool known = sb_peaks_recall(&campaign->machine.topology, &peaks);
    const int64_t ns = sb_estimate_scope_ns(&campaign->scope, known ? &peaks : NULL);
    format_duration((double)ns / 1e9, time, sizeof time);
    sb_info("%zu groups, %zu measurements; nothing was run",
            sb_scope_count_groups(&campaign->scope), measurements);
    sb_info("a run would take %s at most: less where kernels do not apply, or are as precise as "
            "asked for before measure.max_time",
            time);
    if (!known)
        sb_info("the machine's peaks are not known yet, so that this is for a usual one; sepbench "
                "machine probes them");
}

static void show_plan(const sb_campaign *campaign)
{
    const sb_scope *scope = &campaign->scope;
    sb_table table = { 0 };
    sb_table_start(&table,
                   (const char *const[]) { "layer", ">threads", "operation", "kernel", NULL });
    for (size_t l = 0; l < scope->config.layer_count; l++)
        for (size_t t = 0; t < scope->thread_count; t++)
            for (size_t c = 0; c < scope->candidates.count; c++) {
                const sb_candidate *candidate = &scope->candidates.items[c];
                sb_operation op = candidate->operation;
                if (!scope->config.layers[l].operations[op] || !sb_scope_holds(scope, l, t))
                    continue;
                sb_table_cell(&table, "%s", scope->config.layers[l].name);
                sb_table_cell(&table, "%" PRId64, scope->threads[t]);
                sb_table_cell(&table, "%s", sb_operation_name(op));
                sb_table_cell(&table, "%s", candidate->label);
            }
    sb_table_print(&table, stdout);
    tell_plan(campaign, sb_table_rows(&table));
    sb_table_free(&table);
}

static int sweep_into(sb_campaign *campaign, const run_options *o, sb_error *error)
{
    sb_run_manner manner = { .resume = o->resume, .verbose = o->verbose };
    char *dir = sb_run_folder_choose(campaign, o->out, &manner.resume, error);
    bool faults = false;
    if (!dir)
        return SB_FAILED;
    int rc = sb_run_into(campaign, dir, &manner, &faults, error);
    free(dir);
    return rc == SB_OK && faults ? SB_FAULTS_FOUND : rc;
}

/* --attach, or the environment's; NULL: nobody. */
static const char *choose_attached(const run_options *o)
{
    const char *wanted = o->attach ? o->attach : getenv("SEPBENCH_ATTACH");
    return wanted && *wanted ? wanted : NULL;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const run_options *o = invocation->options;
    const sb_scope_options wanted = {
        .path = invocation->operands[0],
        .filter = o->filter,
        .shard = o->shard,
        .weights = o->weights,
        .spares_large = true,
        .settings = o->settings.items,
        .plugin_dirs = o->plugin_dirs.items,
    };
    const sb_account account = sb_account_start(invocation->argc, invocation->argv);
    const sb_watch watch = { .stop = sb_stop_listen(), .show = sb_progress_line(o->quiet) };
    sb_campaign campaign;
    int rc = SB_OK;
    sb_log_quiet(o->quiet);
    if (sb_campaign_open(&wanted, &account, &watch, &campaign, error) < 0)
        return SB_FAILED;
    const char *attached = choose_attached(o);
    if (attached)
        rc = sb_campaign_attach(&campaign, attached, error);
    if (rc == SB_OK && o->dry_run)
        show_plan(&campaign);
    else if (rc == SB_OK)
        rc = sweep_into(&campaign, o, error);
    sb_campaign_close(&campaign);
    return rc;
}

const sb_command sb_command_run = {
    .name = "run",
    .usage = "CONFIG|RUN.JSON [OPTIONS]",
    .summary = "Verify and measure every kernel on every layer of a configuration",
    .details = "Writes CSVs and figures into the run's folder, and the answer to standard output.",
    .options = options,
    .options_size = sizeof(run_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
