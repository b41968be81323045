/* SPDX-License-Identifier: Apache-2.0 */
/* The scope of a campaign: layers, numbers of threads and candidates. */
#ifndef SB_CAMPAIGN_SCOPE_H
#define SB_CAMPAIGN_SCOPE_H

#include "campaign/candidates.h"
#include "campaign/shard.h"
#include "machine/machine.h"

typedef struct sb_scope {
    sb_config config;
    sb_plugin_list plugins;
    sb_candidates candidates;
    int64_t *threads; /* as in the configuration, with "max" resolved, each once */
    size_t thread_count;
    sb_shard shard;   /* count 0: the whole scope */
    int64_t *owners;  /* for each group, layer by layer: the shard that measures it; NULL: the whole
                         scope */
    int64_t share_ns; /* the shard's estimated time */
    char *weights;    /* how the deal was made, besides by the configuration: a hash, or NULL */
} sb_scope;

typedef struct sb_scope_options {
    const char *path; /* of a configuration, or of a run's run.json */
    const char *filter;
    const char *const *settings, *const *plugin_dirs; /* NULL-terminated */
    const char *shard;   /* NULL: all; else as sb_shard_parse() takes it */
    const char *weights; /* NULL, or the folder of a run whose times the deal is made by */
    const char *attach;  /* NULL, or a glob: the kernels that are attached to when they first run */
    bool spares_large;   /* a layer that memory does not hold is warned of, not refused */
} sb_scope_options;

/* Reads the configuration and the machine, whose cores the configuration chooses; finds the plugins
 * and selects the candidates, without measuring. After a failure there is nothing to close. */
int sb_scope_open(const sb_scope_options *options, sb_machine *machine, sb_scope *scope,
                  sb_error *error);
void sb_scope_close(sb_scope *scope);

/* A group is a layer with a number of threads; only groups of the scope's shard count. */
size_t sb_scope_count_groups(const sb_scope *scope);
bool sb_scope_holds(const sb_scope *scope, size_t layer, size_t thread);

int64_t sb_scope_most_threads(const sb_scope *scope);

/* A group's position among all of the sweep, from 1: the same in every shard. */
int64_t sb_scope_position(const sb_scope *scope, size_t layer, size_t thread);

#endif
