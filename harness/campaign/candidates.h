/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels and parameter sets that a sweep measures: matches the `kernels` of a configuration
 * with the available plugins. */
#ifndef SB_CAMPAIGN_CANDIDATES_H
#define SB_CAMPAIGN_CANDIDATES_H

#include "config/config.h"
#include "measure/group.h"

typedef struct sb_candidates {
    sb_candidate *items; /* plugin: borrowed from the list; label: owned */
    size_t count;
} sb_candidates;

/*
 * A pattern selects every kernel whose "plugin/kernel" it matches, with default parameters, once.
 * An entry with `params` or `as` adds one candidate; without `as` it replaces the kernel's plain
 * one. Errors name the position in the configuration: a pattern that matches nothing, an unknown
 * parameter, an illegal value, a duplicate label, a constraint or starting point that concerns no
 * kernel.
 */
int sb_candidates_make(const sb_config *config, const sb_plugin_list *plugins,
                       sb_candidates *candidates, sb_error *error);

/* Gives the candidates the constraints and starting points of `config` that concern them; made so
 * by sb_candidates_make(). */
int sb_candidates_restrict(const sb_config *config, const sb_plugin_list *plugins,
                           sb_candidates *candidates, sb_error *error);

/* Adds, for each candidate with a parameter that is open to tuning, another that keeps its
 * defaults, called "LABEL@default". */
void sb_candidates_add_plain(sb_candidates *candidates);
void sb_candidates_free(sb_candidates *candidates);

#endif
