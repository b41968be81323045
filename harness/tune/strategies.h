/* SPDX-License-Identifier: Apache-2.0 */
/* The strategies, one in each file; strategies.c lists them. */
#ifndef SB_TUNE_STRATEGIES_H
#define SB_TUNE_STRATEGIES_H

#include "tune/search.h"

extern const sb_strategy sb_strategy_auto;
extern const sb_strategy sb_strategy_exhaustive;
extern const sb_strategy sb_strategy_random;
extern const sb_strategy sb_strategy_greedy;
extern const sb_strategy sb_strategy_iterated;
extern const sb_strategy sb_strategy_annealing;
extern const sb_strategy sb_strategy_genetic;
extern const sb_strategy sb_strategy_differential;
extern const sb_strategy sb_strategy_surrogate;

/* The surrogate, until this many evaluations are spent. */
void sb_surrogate_search(sb_search *search, size_t most);

#endif
