/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/slurm_script.h"

#include "campaign/estimate.h"
#include "campaign/sharing.h"
#include "core/text.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define HOUR_NS (INT64_C(3600) * 1000000000)

/* Slurm reads lines with "#SBATCH", and does not interpret the shell's quotes. */
static int check_plain(const char *what, const char *text, sb_error *error)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._/@+=:,-";
    if (*text && text[strspn(text, plain)] == '\0')
        return SB_OK;
    return sb_fail(error,
                   "%s %s: a script for Slurm allows letters, digits and ._/@+=:,- here; choose "
                   "another name",
                   what, text);
}

/* A word of a shell. */
static void add_option(sb_text *line, const char *name, const char *value)
{
    sb_text_add(line, " --%s ", name);
    sb_text_add_word(line, value);
}

/* The common arguments of all tasks. */
static void add_arguments(sb_text *line, const sb_scope_options *o)
{
    sb_text_add_word(line, o->path);
    if (o->filter)
        add_option(line, "filter", o->filter);
    for (size_t i = 0; o->settings[i]; i++)
        add_option(line, "set", o->settings[i]);
    for (size_t i = 0; o->plugin_dirs[i]; i++)
        add_option(line, "plugin-dir", o->plugin_dirs[i]);
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

static void add_head(sb_text *s, const sb_scope *scope, const sb_slurm_job *job, int64_t shards,
                     int64_t longest_ns)
{
    sb_text_add(s, "#!/bin/bash\n#SBATCH --job-name=sepbench\n#SBATCH --array=1-%" PRId64 "\n",
                shards);
    if (job->partition)
        sb_text_add(s, "#SBATCH --partition=%s\n", job->partition);
    sb_text_add(s, "#SBATCH --nodes=1\n#SBATCH --ntasks=1\n#SBATCH --exclusive\n#SBATCH --time=");
    add_time(s, longest_ns);
    sb_text_add(s,
                "\n#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH --signal=B:TERM@120\n"
                "#SBATCH --output=%s/slurm-%%A_%%a.log\n",
                job->out);
    sb_text_add(s,
                "# Groups: %zu, shards: %" PRId64 ", the longest estimated at %" PRId64
                " s; docs/cluster.md explains each line.\n",
                sb_scope_count_groups(scope), shards, longest_ns / 1000000000);
}

static void add_body(sb_text *s, const sb_scope_options *options, const char *out)
{
    sb_text_add(s, "out=");
    sb_text_add_word(s, out);
    sb_text_add(s, "\nsepbench=");
    add_program(s);
    sb_text_add(s,
                "\n\n"
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
                "# Before the time limit, and before the node is given to another job, Slurm sends "
                "SIGTERM: the run stops,\n# and is resumed when the task is queued again.\n"
                "\"$sepbench\" run ");
    add_arguments(s, options);
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

char *sb_slurm_script(const sb_scope *scope, const sb_scope_options *options,
                      const sb_slurm_job *job, sb_error *error)
{
    int64_t shards;
    if (check_plain("-o", job->out, error) < 0 ||
        (job->partition && check_plain("--partition", job->partition, error) < 0) ||
        choose_shards(job->shards, scope, &shards, error) < 0)
        return NULL;
    sb_text script = { 0 };
    add_head(&script, scope, job, shards, sb_share_longest_ns(scope, shards));
    add_body(&script, options, job->out);
    return script.data;
}
