/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hill climbing over single-parameter neighbours. Greedy: from many starting points. Iterated
 * (Lourenco, Martin, Stuetzle 2003): from the best local optimum found, after changing a few
 * parameters at random.
 */
#include "core/text.h"
#include "tune/strategies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct point {
    size_t index;
    double objective;
} point;

/* Moves to the first better neighbour, and repeats until there is none. */
static bool climb_down(sb_search *search, point *at, uint32_t *around)
{
    for (bool better = true; better;) {
        better = false;
        size_t count = sb_space_neighbours(search->space, at->index, SB_ANY_VALUE, around);
        sb_search_shuffle(search, around, count);
        for (size_t i = 0; i < count && !better; i++) {
            double objective;
            if (!sb_try(search, around[i], &objective))
                return false;
            better = objective < at->objective;
            if (better)
                *at = (point) { .index = around[i], .objective = objective };
        }
    }
    return true;
}

/* Climbs from the parameter set. */
static bool climb_from(sb_search *search, size_t index, point *at, uint32_t *around)
{
    at->index = index;
    return sb_try(search, index, &at->objective) && climb_down(search, at, around);
}

/* From the best that is known, then from a Latin hypercube's points, then from unevaluated ones. */
static bool climb_first(sb_search *search, point *at, uint32_t *around)
{
    if (search->best < search->evaluated_count)
        return climb_from(search, search->evaluated[search->best].index, at, around);
    size_t index;
    return sb_unseen(search, &index) && climb_from(search, index, at, around);
}

static void search_greedy(sb_search *search)
{
    enum { STARTS = 16 };
    uint32_t starts[STARTS];
    uint32_t *around = sb_new(sb_space_most_neighbours(search->space), sizeof *around);
    point at;
    sb_search_design(search, STARTS, starts);
    bool going = search->evaluated_count == 0 || climb_first(search, &at, around);
    for (size_t i = 0; going && i < STARTS; i++)
        if (!sb_seen(search, starts[i]))
            going = climb_from(search, starts[i], &at, around);
    size_t index;
    while (going && sb_unseen(search, &index))
        going = climb_from(search, index, &at, around);
    free(around);
}

/* Changes a few parameters of the parameter set at random. */
static size_t kick_point(sb_search *search, size_t index, size_t changes)
{
    uint32_t digits[SB_SPACE_AXES];
    sb_space_digits(search->space, index, digits);
    for (size_t i = 0; i < changes && search->space->axis_count; i++) {
        size_t a = sb_search_pick(search, search->space->axis_count);
        digits[a] = (uint32_t)sb_search_pick(search, search->space->axes[a].count);
    }
    return sb_space_repair(search->space, digits, &search->random);
}

/* Changes more parameters as long as nothing new is found; a change that leads only to evaluated
 * parameter sets does not count. */
static void search_iterated(sb_search *search)
{
    enum { MILDEST = 2, PATIENCE = 20 };
    uint32_t *around = sb_new(sb_space_most_neighbours(search->space), sizeof *around);
    point home, at;
    bool going = climb_first(search, &home, around);
    for (size_t stale = 0; going;) {
        size_t before = search->evaluations;
        size_t changes = MILDEST + stale / 4, index = kick_point(search, home.index, changes);
        if (stale > PATIENCE && !sb_unseen(search, &index))
            break;
        going = climb_from(search, index, &at, around);
        stale = search->evaluations == before ? stale + 1 : 0;
        if (at.objective <= home.objective)
            home = at;
    }
    free(around);
}

const sb_strategy sb_strategy_greedy = {
    .id = "greedy",
    .summary = "hill climbing from the points of a Latin hypercube",
    .search = search_greedy,
};

const sb_strategy sb_strategy_iterated = {
    .id = "iterated",
    .summary = "hill climbing, started anew by kicks from the best hill",
    .search = search_iterated,
};
