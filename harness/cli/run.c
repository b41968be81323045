/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench run: measures the sweep of a configuration into a run folder. */
#include "campaign/estimate.h"
#include "campaign/run_folder.h"
#include "cli/commands.h"
#include "cli/progress_line.h"
#include "cli/stop.h"
#include "core/file.h"
#include "core/log.h"
#include "core/table.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    const size_t states = campaign->scope.config.measure.cache_count;
    sb_peaks peaks;
    char time[32];
    const bool known = sb_peaks_recall(&campaign->machine.topology, &peaks);
    const int64_t ns =
        sb_estimate_scope_ns(&campaign->scope, known ? &peaks : NULL) * (int64_t)states;
    format_duration((double)ns / 1e9, time, sizeof time);
    sb_info("%zu groups, %zu measurements%s; nothing was run",
            sb_scope_count_groups(&campaign->scope), measurements,
            states > 1 ? ", in each state of the caches" : "");
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

/* What all runs of a command have in common. */
typedef struct runs {
    const run_options *options;
    sb_scope_options wanted;
    sb_account account;
    sb_watch watch;
    bool faults;
} runs;

static int sweep_into(runs *r, sb_campaign *campaign, const char *dir, bool resume,
                      const char *told, sb_error *error)
{
    const sb_run_manner manner = { .resume = resume, .told = told, .verbose = r->options->verbose };
    bool faults = false;
    int rc = sb_run_into(campaign, dir, &manner, &faults, error);
    r->faults |= faults;
    return rc;
}

/* As the configuration says, but with the caches in this state alone. */
static int run_state(runs *r, const char *dir, sb_cache_mode state, sb_error *error)
{
    const char *const *settings = r->options->settings.items;
    const char *with[sizeof r->options->settings.items / sizeof *settings + 2] = { NULL };
    const char *name = sb_cache_mode_name(state);
    sb_text setting = { 0 };
    sb_campaign campaign;
    size_t count = 0;
    for (; settings[count]; count++)
        with[count] = settings[count];
    sb_text_add(&setting, "measure.cache=%s", name);
    with[count] = setting.data;
    sb_scope_options wanted = r->wanted;
    wanted.settings = with;
    char *path = sb_path_join(dir, name);
    const sb_account account = sb_account_start(r->account.argc, r->account.argv);
    int rc = sb_campaign_open(&wanted, &account, &r->watch, &campaign, error);
    if (rc == SB_OK) {
        sb_info("caches: %s", name);
        printf("Caches: %s\n\n", name);
        rc = sweep_into(r, &campaign, path, r->options->resume && sb_run_folder_holds(path), dir,
                        error);
        sb_campaign_close(&campaign);
    }
    sb_text_free(&setting);
    free(path);
    return rc;
}

/* Several states are several runs, in folders of the one that is named: whatever a report computes,
 * it computes of one state. */
static int run_states(runs *r, const sb_config *config, const char *dir, sb_error *error)
{
    sb_cache_mode states[SB_CACHE_MODES];
    const size_t count = config->measure.cache_count;
    int rc = SB_OK;
    memcpy(states, config->measure.caches, sizeof states);
    for (size_t i = 0; i < count && rc == SB_OK; i++) {
        if (i)
            printf("\n");
        rc = run_state(r, dir, states[i], error);
    }
    return rc;
}

static int run_campaign(runs *r, sb_campaign *campaign, sb_error *error)
{
    bool resume = r->options->resume;
    const bool several = campaign->scope.config.measure.cache_count > 1;
    if (several && r->options->shard)
        return sb_fail(error, "shards are of one cache state: --set measure.cache=%s",
                       sb_cache_mode_name(campaign->scope.config.measure.cache));
    char *dir = sb_run_folder_choose(campaign, r->options->out, &resume, error);
    if (!dir)
        return SB_FAILED;
    int rc = several ? run_states(r, &campaign->scope.config, dir, error)
                     : sweep_into(r, campaign, dir, resume, NULL, error);
    free(dir);
    return rc;
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
    runs r = {
        .options = o,
        .wanted = {
            .path = invocation->operands[0],
            .filter = o->filter,
            .shard = o->shard,
            .weights = o->weights,
            .settings = o->settings.items,
            .plugin_dirs = o->plugin_dirs.items,
            .attach = choose_attached(o),
            .spares_large = true,
        },
        .account = sb_account_start(invocation->argc, invocation->argv),
        .watch = { .stop = sb_stop_listen(), .show = sb_progress_line(o->quiet) },
    };
    sb_campaign campaign;
    int rc = SB_OK;
    sb_log_quiet(o->quiet);
    if (sb_campaign_open(&r.wanted, &r.account, &r.watch, &campaign, error) < 0)
        return SB_FAILED;
    if (o->dry_run)
        show_plan(&campaign);
    else
        rc = run_campaign(&r, &campaign, error);
    sb_campaign_close(&campaign);
    return rc == SB_OK && r.faults ? SB_FAULTS_FOUND : rc;
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
