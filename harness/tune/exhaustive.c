/* SPDX-License-Identifier: Apache-2.0 */
/* Every parameter set, or as many as the budget allows: in order, or at random. */
#include "tune/strategies.h"

static void search_exhaustive(sb_search *search)
{
    for (size_t i = 0; i < search->space->size; i++)
        if (!sb_try(search, i, NULL))
            return;
}

static void search_random(sb_search *search)
{
    size_t index;
    while (sb_unseen(search, &index) && sb_try(search, index, NULL))
        ;
}

const sb_strategy sb_strategy_exhaustive = {
    .id = "exhaustive",
    .summary = "every parameter set, in order",
    .search = search_exhaustive,
};

const sb_strategy sb_strategy_random = {
    .id = "random",
    .summary = "parameter sets drawn at random: the base line",
    .search = search_random,
};
