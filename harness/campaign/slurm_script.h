/* SPDX-License-Identifier: Apache-2.0 */
/* A job array for Slurm that runs a scope in shards, and merges them. */
#ifndef SB_CAMPAIGN_SLURM_SCRIPT_H
#define SB_CAMPAIGN_SLURM_SCRIPT_H

#include "campaign/scope.h"

typedef struct sb_slurm_job {
    const char *out;       /* a folder that all nodes share */
    const char *shards;    /* number of tasks; NULL: so that each takes about an hour */
    const char *partition; /* NULL: the cluster's default */
} sb_slurm_job;

/* The script, whose tasks get the options that the scope was opened with; free() it. NULL with an
 * error if an option has a wrong value. */
char *sb_slurm_script(const sb_scope *scope, const sb_scope_options *options,
                      const sb_slurm_job *job, sb_error *error);

#endif
