/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) on the ratio of the objectives. */
#include "core/text.h"
#include "tune/strategies.h"

#include <math.h>
#include <stdlib.h>

/* Temperatures are relative slowdowns: at first one of 2 is often accepted, at last one of 1 %
 * hardly ever. */
static const double hottest = 0.5, coldest = 0.005;

static bool accepts_step(sb_search *search, double now, double next, double temperature)
{
    if (next <= now)
        return true;
    double slower = (next - now) / fabs(now);
    return isfinite(slower) && sb_random_unit(&search->random) < exp(-slower / temperature);
}

/* One cooling schedule, from a parameter set that was not evaluated. `steps` evaluations. */
static bool cool_down(sb_search *search, size_t steps, uint32_t *around)
{
    size_t at, moves = 0, first = search->evaluations;
    double now;
    if (!sb_unseen(search, &at) || !sb_try(search, at, &now))
        return false;
    while (search->evaluations - first < steps && moves++ < 20 * steps) {
        double part = (double)(search->evaluations - first) / (double)steps;
        size_t count = sb_space_neighbours(search->space, at, SB_ANY_VALUE, around);
        if (count == 0)
            break;
        size_t next = around[sb_search_pick(search, count)];
        double objective;
        if (!sb_try(search, next, &objective))
            return false;
        if (accepts_step(search, now, objective, hottest * pow(coldest / hottest, part))) {
            at = next;
            now = objective;
        }
    }
    return true;
}

static void search_annealing(sb_search *search)
{
    enum { LONGEST = 200, SHORTEST = 20 };
    size_t steps = search->budget / 2;
    steps = steps > LONGEST ? LONGEST : steps < SHORTEST ? SHORTEST : steps;
    uint32_t *around = sb_new(sb_space_most_neighbours(search->space), sizeof *around);
    while (cool_down(search, steps, around))
        ;
    free(around);
}

const sb_strategy sb_strategy_annealing = {
    .id = "annealing",
    .summary = "simulated annealing over single-parameter neighbours, restarted when cold",
    .search = search_annealing,
};
