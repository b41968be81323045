/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The default: exhaustive search if the space is small and the budget allows it; otherwise the
 * surrogate, and after many evaluations (which shows that they are cheap, or the space is hard)
 * iterated hill climbing from its result, which computes less between two evaluations.
 */
#include "tune/strategies.h"

enum { FEW = 32, MANY = 500 };

static void search_auto(sb_search *search)
{
    size_t size = search->space->size;
    if (size <= FEW && search->budget >= size) {
        sb_strategy_exhaustive.search(search);
        return;
    }
    sb_surrogate_search(search, MANY);
    if (!search->stopped)
        sb_strategy_iterated.search(search);
}

const sb_strategy sb_strategy_auto = {
    .id = "auto",
    .summary = "chosen by the size of the space and the budget (default)",
    .search = search_auto,
};
