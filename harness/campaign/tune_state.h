/* SPDX-License-Identifier: Apache-2.0 */
/* A search on its way. For the files of a search (tune_*.c) alone. */
#ifndef SB_CAMPAIGN_TUNE_STATE_H
#define SB_CAMPAIGN_TUNE_STATE_H

#include "campaign/tune_search.h"

typedef struct sb_tune_search {
    const sb_tune_context *context;
    sb_evaluator *evaluator;
    const sb_tune_target *target;
    const sb_kernel_info *kernel;
    sb_tune_key key;
    sb_search_id id;
    sb_text name; /* "plugin/kernel" */
    sb_space space;
    int64_t defaults[SB_MAX_PARAMETERS];
    sb_evaluated *evaluated; /* known ones, then new ones */
    size_t evaluated_count, known, failed;
    size_t drawn; /* for the base line */
    double drawn_best;
    sb_search_times times;
} sb_tune_search;

/* Searches within the budget. */
int sb_tune_explore(sb_tune_search *search, sb_error *error);

/* Where the tuning draws base lines: as many configurations as the search took. */
int sb_tune_draw_base_line(sb_tune_search *search, sb_error *error);

/* Races the best and publishes the winner. */
int sb_tune_decide(sb_tune_search *search, sb_error *error);

#endif
