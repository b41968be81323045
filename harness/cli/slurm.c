/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench slurm: writes a job array for sbatch that runs a configuration in shards and merges
 * them. */
#include "campaign/estimate.h"
#include "campaign/sharing.h"
#include "cli/commands.h"
#include "core/text.h"
#include "machine/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct slurm_options {
    const char *out, *shards, *partition, *filter;
    sb_option_list settings, plugin_dirs;
} slurm_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(slurm_options, out), "DIR",
      "a folder that all nodes share" },
    { "shards", 0, SB_OPTION_TEXT, offsetof(slurm_options, shards), "N",
      "tasks of the array (default: so many that each takes about an hour)" },
    { "partition", 0, SB_OPTION_TEXT, offsetof(slurm_options, partition), "P",
      "where to run (default: the cluster's)" },
    { "filter", 0, SB_OPTION_TEXT, offsetof(slurm_options, filter), "GLOB",
      "only layers whose names match" },
    { "set", 0, SB_OPTION_LIST, offsetof(slurm_options, settings), "KEY=VALUE",
      "replaces what the file says" },
    { "plugin-dir", 0, SB_OPTION_LIST, offsetof(slurm_options, plugin_dirs), "DIR",
      "look for plugins here first" },
    { 0 },
};

#define HOUR_NS (INT64_C(3600) * 1000000000)

/* Slurm reads lines with "#SBATCH", and does not interpret the shell's quotes. */
static int check_plain(const char *what, const char *text, sb_error *error)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._/@+=:,-";
    if (*text && text[strspn(text, plain)] == '\0')
        return SB_OK;
    return sb_fail(error,
                   "%s %s: a script for Slurm takes letters, digits and ._/@+=:,- here; choose "
                   "another name",
                   what, text);
}

/* The common arguments of all tasks, as words of a shell. */
static void add_arguments(sb_text *line, const sb_invocation *invocation)
{
    const slurm_options *o = invocation->options;
    sb_text_add_word(line, invocation->operands[0]);
    if (o->filter) {
        sb_text_add(line, " --filter ");
        sb_text_add_word(line, o->filter);
    }
    for (size_t i = 0; i < o->settings.count; i++) {
        sb_text_add(line, " --set ");
        sb_text_add_word(line, o->settings.items[i]);
    }
    for (size_t i = 0; i < o->plugin_dirs.count; i++) {
        sb_text_add(line, " --plugin-dir ");
        sb_text_add_word(line, o->plugin_dirs.items[i]);
    }
}

static void add_program(sb_text *line)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    sb_text_add_word(line, length > 0 ? path : "sepbench");
}

/* Twice the estimate and ten minutes: an unfinished task is requeued, and resumes. */
static void add_time(sb_text *line, int64_t longest_ns)
{
    int64_t minutes = 2 * longest_ns / (HOUR_NS / 60) + 10;
    sb_text_add(line, "%" PRId64 "-%02" PRId64 ":%02" PRId64 ":00", minutes / 1440,
                minutes / 60 % 24, minutes % 60);
}

static void add_head(sb_text *s, const sb_scope *scope, const slurm_options *o, int64_t shards,
                     int64_t longest_ns)
{
    sb_text_add(s, "#!/bin/bash\n#SBATCH --job-name=sepbench\n#SBATCH --array=1-%" PRId64 "\n",
                shards);
    if (o->partition)
        sb_text_add(s, "#SBATCH --partition=%s\n", o->partition);
    sb_text_add(s, "#SBATCH --nodes=1\n#SBATCH --ntasks=1\n#SBATCH --exclusive\n#SBATCH --time=");
    add_time(s, longest_ns);
    sb_text_add(s,
                "\n#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH --signal=B:TERM@120\n"
                "#SBATCH --output=%s/slurm-%%A_%%a.log\n",
                o->out);
    sb_text_add(s,
                "# %zu groups in %" PRId64 " shards, the longest estimated at %" PRId64
                " s; docs/cluster.md explains each line.\n",
                sb_scope_count_groups(scope), shards, longest_ns / 1000000000);
}

static void add_body(sb_text *s, const sb_invocation *invocation)
{
    const slurm_options *o = invocation->options;
    sb_text_add(s, "out=");
    sb_text_add_word(s, o->out);
    sb_text_add(s, "\nsepbench=");
    add_program(s);
    sb_text_add(s, "\n\n"
                   "# The merge waits for all tasks, however they end; the first one asks for it.\n"
                   "if [ \"$SLURM_ARRAY_TASK_ID\" = \"$SLURM_ARRAY_TASK_MIN\" ] && mkdir "
                   "\"$out/.merge-asked\" 2>/dev/null; then\n"
                   "    sbatch --job-name=sepbench-merge --nodes=1 --ntasks=1 "
                   "--open-mode=append --output=\"$out/slurm-merge.log\" \\\n"
                   "        --dependency=\"afterany:$SLURM_ARRAY_JOB_ID\" "
                   "--export=ALL,SEPBENCH_OUT=\"$out\",SEPBENCH_PROGRAM=\"$sepbench\" \\\n"
                   "        --wrap='\"$SEPBENCH_PROGRAM\" merge -o \"$SEPBENCH_OUT/merged\" "
                   "\"$SEPBENCH_OUT\"; rmdir \"$SEPBENCH_OUT/.merge-asked\"'\n"
                   "fi\n\n"
                   "# Before the time is up, or the node is wanted by others, Slurm sends SIGTERM: "
                   "the run stops, and goes on\n# when the task is queued again.\n"
                   "\"$sepbench\" run ");
    add_arguments(s, invocation);
    sb_text_add(s, " --shard auto -o \"$out\" --quiet &\n"
                   "trap 'kill -TERM %%1' TERM\n"
                   "wait %%1\n"
                   "status=$?\n"
                   "while kill -0 %%1 2>/dev/null; do\n"
                   "    wait %%1\n"
                   "    status=$?\n"
                   "done\n"
                   "[ $status -ne 130 ] || scontrol requeue "
                   "\"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"\n"
                   "exit $status\n");
}

static int choose_shards(const char *text, const sb_scope *scope, int64_t *shards, sb_error *error)
{
    const int64_t groups = (int64_t)sb_scope_count_groups(scope);
    const int64_t hours = (sb_estimate_scope_ns(scope, NULL) + HOUR_NS - 1) / HOUR_NS;
    *shards = hours < 1 ? 1 : hours > groups ? groups : hours;
    if (!text)
        return SB_OK;
    if (!sb_parse_integer(text, 1, SB_MOST_SHARDS, shards))
        return sb_fail(error, "--shards %s: expected a number from 1 to %d", text, SB_MOST_SHARDS);
    if (*shards > groups)
        return sb_fail(error, "--shards %s: there are only %" PRId64 " groups to deal", text,
                       groups);
    return SB_OK;
}

static int print_script(const sb_invocation *invocation, const sb_scope *scope, sb_error *error)
{
    const slurm_options *o = invocation->options;
    int64_t shards;
    if (choose_shards(o->shards, scope, &shards, error) < 0)
        return SB_FAILED;
    sb_text script = { 0 };
    add_head(&script, scope, o, shards, sb_share_longest_ns(scope, shards));
    add_body(&script, invocation);
    fputs(script.data, stdout);
    sb_text_free(&script);
    return SB_OK;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const slurm_options *o = invocation->options;
    const sb_scope_options wanted = {
        .path = invocation->operands[0],
        .filter = o->filter,
        .settings = o->settings.items,
        .plugin_dirs = o->plugin_dirs.items,
    };
    sb_machine machine;
    sb_scope scope;
    if (!o->out)
        return sb_fail(error, "slurm needs the folder that all nodes share: -o DIR");
    if (check_plain("-o", o->out, error) < 0 ||
        (o->partition && check_plain("--partition", o->partition, error) < 0) ||
        sb_scope_open(&wanted, &machine, &scope, error) < 0)
        return SB_FAILED;
    int rc = print_script(invocation, &scope, error);
    sb_scope_close(&scope);
    return rc;
}

const sb_command sb_command_slurm = {
    .name = "slurm",
    .usage = "CONFIG -o DIR [OPTIONS]",
    .summary = "Print a job array for Slurm: shards, and their merge",
    .details = "Make DIR, then: sepbench slurm CONFIG -o DIR | sbatch",
    .options = options,
    .options_size = sizeof(slurm_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
