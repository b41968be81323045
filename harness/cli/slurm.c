/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench slurm: writes a job array for sbatch that runs a configuration in shards and merges
 * them. */
#include "campaign/slurm_script.h"
#include "cli/commands.h"
#include "cli/scope_arguments.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct slurm_options {
    const char *out, *shards, *partition;
    sb_scope_arguments scope;
} slurm_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(slurm_options, out), "DIR",
      "a folder that all nodes share" },
    { "shards", 0, SB_OPTION_TEXT, offsetof(slurm_options, shards), "N",
      "number of tasks (default: such that each takes about an hour)" },
    { "partition", 0, SB_OPTION_TEXT, offsetof(slurm_options, partition), "P",
      "partition to run in (default: the cluster's)" },
    SB_OPTION_FILTER(slurm_options),
    SB_OPTION_SET(slurm_options),
    SB_OPTION_PLUGIN_DIR(slurm_options),
    { 0 },
};

static int run(const sb_invocation *invocation, sb_error *error)
{
    const slurm_options *o = invocation->options;
    const sb_scope_options wanted = sb_scope_from_arguments(&o->scope, invocation->operands[0]);
    const sb_slurm_job job = { .out = o->out, .shards = o->shards, .partition = o->partition };
    sb_machine machine;
    sb_scope scope;
    if (!o->out)
        return sb_fail(error, "missing option -o DIR, a folder that all nodes share");
    if (sb_scope_open(&wanted, &machine, &scope, error) < 0)
        return SB_FAILED;
    char *script = sb_slurm_script(&scope, &wanted, &job, error);
    sb_scope_close(&scope);
    if (!script)
        return SB_FAILED;
    fputs(script, stdout);
    free(script);
    return SB_OK;
}

const sb_command sb_command_slurm = {
    .name = "slurm",
    .usage = "CONFIG -o DIR [OPTIONS]",
    .summary = "Print a Slurm job array that runs shards and merges them",
    .details = "Create DIR, then: sepbench slurm CONFIG -o DIR | sbatch",
    .options = options,
    .options_size = sizeof(slurm_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
