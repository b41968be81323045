/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench run: sweeps a configuration into a run folder. */
#include "campaign/run_folder.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/stop.h"
#include "core/log.h"
#include "core/table.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct run_options {
    const char *out;
    bool resume, dry_run, quiet;
} run_options;

static int show_plan(const sb_sweep *sweep)
{
    sb_table table = { 0 };
    sb_table_start(&table,
                   (const char *const[]) { "layer", ">threads", "operation", "kernel", NULL });
    for (size_t l = 0; l < sweep->config.layer_count; l++)
        for (size_t t = 0; t < sweep->thread_count; t++)
            for (size_t c = 0; c < sweep->candidates.count; c++) {
                const sb_candidate *candidate = &sweep->candidates.items[c];
                sb_operation op = candidate->plugin->kernels[candidate->kernel].operation;
                if (!sweep->config.layers[l].operations[op])
                    continue;
                sb_table_cell(&table, "%s", sweep->config.layers[l].name);
                sb_table_cell(&table, "%" PRId64, sweep->threads[t]);
                sb_table_cell(&table, "%s", sb_operation_name(op));
                sb_table_cell(&table, "%s", candidate->label);
            }
    sb_table_print(&table, stdout);
    sb_info("%zu groups, %zu measurements; nothing was run", sb_sweep_groups(sweep),
            sb_table_rows(&table));
    sb_table_free(&table);
    return 0;
}

static int run(sb_sweep *sweep, const run_options *o, sb_error *error)
{
    if (o->dry_run)
        return show_plan(sweep);
    if (o->resume && !o->out) {
        sb_fail(error, "--resume needs the folder of the run to go on with: -o DIR");
        return 2;
    }
    const sb_run_manner manner = { .command = "run", .resume = o->resume, .quiet = o->quiet };
    char *dir = o->out ? sb_copy_text(o->out) : sb_run_folder_default(sweep);
    int status = sb_run_into(sweep, dir, &manner, error);
    free(dir);
    return status;
}

int sb_cli_run(int argc, char **argv)
{
    run_options o = { 0 };
    sb_option_list settings = { 0 }, dirs = { 0 };
    sb_sweep_options wanted = { .argc = argc, .argv = argv, .stop = sb_stop_listen() };
    const sb_option options[] = {
        { "output", 'o', SB_OPTION_TEXT, &o.out, "DIR",
          "the run's folder (default results/NAME-DATE-TIME)" },
        { "resume", 0, SB_OPTION_FLAG, &o.resume, NULL, "go on with the run in DIR" },
        { "filter", 0, SB_OPTION_TEXT, &wanted.filter, "GLOB", "only layers whose names match" },
        { "set", 0, SB_OPTION_LIST, &settings, "KEY=VALUE",
          "replaces what the file says: measure.max_time=1s" },
        { "plugin-dir", 0, SB_OPTION_LIST, &dirs, "DIR", "look for plugins here first" },
        { "dry-run", 0, SB_OPTION_FLAG, &o.dry_run, NULL, "show what would be measured" },
        { "quiet", 0, SB_OPTION_FLAG, &o.quiet, NULL, "no progress, warnings only" },
        { 0 },
    };
    const sb_command command = {
        .name = "run",
        .usage = "CONFIG|RUN.JSON [OPTIONS]",
        .summary =
            "Verifies and measures every kernel on every layer, and writes CSVs and figures.",
        .options = options,
        .min_operands = 1,
        .max_operands = 1,
    };
    int status;
    if (sb_options_parse(&command, argc, argv, &status) < 0)
        return status;
    sb_log_quiet(o.quiet);
    wanted.path = argv[1];
    wanted.settings = settings.items;
    wanted.plugin_dirs = dirs.items;
    sb_sweep sweep;
    sb_error error = { "" };
    if (sb_sweep_open(&wanted, &sweep, &error) < 0) {
        fprintf(stderr, "sepbench: %s\n", error.text);
        return 2;
    }
    status = run(&sweep, &o, &error);
    if (status == 2)
        fprintf(stderr, "sepbench: %s\n", error.text);
    sb_sweep_close(&sweep);
    return status;
}
