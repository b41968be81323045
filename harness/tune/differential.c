/* SPDX-License-Identifier: Apache-2.0 */
/* Differential evolution (Storn, Price 1997; best/1/bin) on the digits, rounded. */
#include "tune/population.h"
#include "tune/strategies.h"

#include <math.h>

static const double weight = 0.7, crossing = 0.7;

static uint32_t clamp_digit(double digit, uint32_t count)
{
    double most = (double)count - 1.0;
    return (uint32_t)lround(digit < 0.0 ? 0.0 : digit > most ? most : digit);
}

static size_t best_of(const sb_member *members)
{
    size_t best = 0;
    for (size_t i = 1; i < SB_POPULATION; i++)
        if (members[i].objective < members[best].objective)
            best = i;
    return best;
}

/* The best, plus the difference of two others, crossed with the member `at`. */
static void propose_digits(sb_search *search, const sb_member *members, size_t at, uint32_t *digits)
{
    const sb_member *base = &members[best_of(members)];
    const sb_member *plus = &members[sb_search_pick(search, SB_POPULATION)];
    const sb_member *minus = &members[sb_search_pick(search, SB_POPULATION)];
    for (size_t a = 0; a < search->space->axis_count; a++) {
        double moved = base->digits[a] + weight * ((double)plus->digits[a] - minus->digits[a]);
        digits[a] = sb_random_unit(&search->random) < crossing
                        ? clamp_digit(moved, search->space->axes[a].count)
                        : members[at].digits[a];
    }
}

static void search_differential(sb_search *search)
{
    sb_member members[SB_POPULATION], child;
    if (!sb_population_start(search, members))
        return;
    for (size_t at = 0;; at = (at + 1) % SB_POPULATION) {
        uint32_t digits[SB_SPACE_AXES] = { 0 };
        propose_digits(search, members, at, digits);
        if (!sb_population_breed(search, digits, &child))
            return;
        if (child.objective <= members[at].objective)
            members[at] = child;
    }
}

const sb_strategy sb_strategy_differential = {
    .id = "differential",
    .summary = "differential evolution on the positions of the values",
    .search = search_differential,
};
