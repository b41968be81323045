/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/strategies.h"

#include "core/words.h"

#include <string.h>

const sb_strategy *const sb_strategies[] = {
    &sb_strategy_auto,      &sb_strategy_exhaustive,
    &sb_strategy_random,    &sb_strategy_greedy,
    &sb_strategy_iterated,  &sb_strategy_annealing,
    &sb_strategy_genetic,   &sb_strategy_differential,
    &sb_strategy_surrogate, NULL,
};

const sb_strategy *sb_strategy_find(const char *id, sb_error *error)
{
    const char *ids[sizeof sb_strategies / sizeof *sb_strategies] = { NULL };
    for (size_t i = 0; sb_strategies[i]; i++) {
        if (strcmp(sb_strategies[i]->id, id) == 0)
            return sb_strategies[i];
        ids[i] = sb_strategies[i]->id;
    }
    sb_fail_unknown(error, "strategy", id, ids, "see sepbench list strategies");
    return NULL;
}
