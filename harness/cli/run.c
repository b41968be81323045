/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench run: sweeps a configuration into a run folder. */
#include "cli/cli.h"
#include "cli/contests.h"
#include "cli/options.h"
#include "cli/summary.h"
#include "cli/sweep.h"
#include "core/file.h"
#include "core/log.h"
#include "core/table.h"
#include "core/text.h"
#include "report/figures.h"
#include "store/csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct run_options {
    const char *out;
    bool resume, dry_run, quiet;
} run_options;

/* results/NAME-DATE-TIME, the name reduced to what is harmless in a path. */
static char *default_folder(const sb_sweep *sweep)
{
    sb_text text = { 0 };
    char stamp[32];
    struct tm when;
    gmtime_r(&sweep->started, &when);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &when);
    sb_text_add(&text, "results/%s-%s", sweep->config.name, stamp);
    for (char *c = text.data + strlen("results/"); *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *c))
            *c = '_';
    return text.data;
}

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

static sb_rundb *open_database(const sb_sweep *sweep, const char *dir, bool resume, sb_error *error)
{
    char *identity = sb_sweep_identity(sweep);
    sb_rundb *db = NULL;
    if (resume) {
        db = sb_rundb_open(dir, true, error);
        if (db && sb_rundb_same_identity(db, identity, error) < 0) {
            sb_rundb_close(db);
            db = NULL;
        }
    } else {
        char *provenance = sb_sweep_provenance(sweep, false);
        db = sb_rundb_create(dir, identity, provenance, error);
        free(provenance);
    }
    free(identity);
    return db;
}

static int write_figures(const sb_sweep *sweep, sb_rundb *db, const char *dir, sb_error *error)
{
    sb_figure_formats formats = {
        .svg = sweep->config.report.svg,
        .pdf = sweep->config.report.pdf,
        .png = sweep->config.report.png,
    };
    if (!formats.svg && !formats.pdf && !formats.png)
        return SB_OK;
    char *out = sb_path_join(dir, "figures");
    int rc = sb_folder_make(out, error);
    if (rc == SB_OK)
        rc = sb_figures_write(db, out, formats, error);
    free(out);
    return rc < 0 ? rc : SB_OK;
}

/* Everything that is made from the database. */
static int write_outputs(const sb_sweep *sweep, sb_rundb *db, const char *dir, bool complete,
                         sb_error *error)
{
    char *provenance = sb_sweep_provenance(sweep, complete);
    int rc = sb_rundb_set_provenance(db, provenance, error);
    if (rc == SB_OK)
        rc = sb_provenance_write(provenance, dir, error);
    free(provenance);
    if (rc == SB_OK)
        rc = sb_csv_write(db, dir, error);
    return rc == SB_OK ? write_figures(sweep, db, dir, error) : rc;
}

static int run_into(sb_sweep *sweep, const char *dir, const run_options *o, sb_error *error)
{
    sb_rundb *db = open_database(sweep, dir, o->resume, error);
    sb_summary_counts counts = { 0 };
    if (!db)
        return 2;
    int swept = sb_sweep_run(sweep, db, o->quiet, error);
    sb_error late = *error; /* what was measured is written even after a failure */
    int rc = write_outputs(sweep, db, dir, swept == SB_OK, error);
    if (rc == SB_OK)
        rc = sb_summary_print(db, &counts, error);
    if (rc == SB_OK)
        rc = sb_contests_print(db, sweep->config.measure.confidence, sweep->config.measure.seed,
                               error);
    sb_rundb_close(db);
    if (rc < 0)
        return 2;
    if (swept == SB_INTERRUPTED) {
        sb_info("interrupted; go on with: sepbench run %s -o %s --resume", sweep->config.path, dir);
        return 130;
    }
    if (swept < 0) {
        *error = late;
        return 2;
    }
    sb_info("%zu of %zu measurements are ok; see %s", counts.ok, counts.results, dir);
    return counts.failed ? 1 : 0;
}

static int run(sb_sweep *sweep, const run_options *o, sb_error *error)
{
    if (o->dry_run)
        return show_plan(sweep);
    if (o->resume && !o->out) {
        sb_fail(error, "--resume needs the folder of the run to go on with: -o DIR");
        return 2;
    }
    char *dir = o->out ? sb_copy_text(o->out) : default_folder(sweep);
    int status = run_into(sweep, dir, o, error);
    free(dir);
    return status;
}

int sb_cli_run(int argc, char **argv)
{
    run_options o = { 0 };
    sb_option_list settings = { 0 }, dirs = { 0 };
    sb_sweep_options wanted = { .argc = argc, .argv = argv };
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
