/* SPDX-License-Identifier: Apache-2.0 */
/* A genetic algorithm: tournaments, uniform crossover, mutation; a child replaces the worst of its
 * generation if it is better. */
#include "tune/population.h"
#include "tune/strategies.h"

/* The better of two random members. */
static const sb_member *select_parent(sb_search *search, const sb_member *members)
{
    const sb_member *a = &members[sb_search_pick(search, SB_POPULATION)];
    const sb_member *b = &members[sb_search_pick(search, SB_POPULATION)];
    return a->objective <= b->objective ? a : b;
}

static void cross_parents(sb_search *search, const sb_member *a, const sb_member *b,
                          uint32_t *digits)
{
    for (size_t i = 0; i < search->space->axis_count; i++)
        digits[i] = (sb_random_next(&search->random) & 1 ? a : b)->digits[i];
}

/* On average one parameter gets another value. */
static void mutate_digits(sb_search *search, uint32_t *digits)
{
    size_t axes = search->space->axis_count;
    for (size_t i = 0; i < axes; i++)
        if (sb_search_pick(search, axes) == 0)
            digits[i] = (uint32_t)sb_search_pick(search, search->space->axes[i].count);
}

static sb_member *find_worst(sb_member *members)
{
    sb_member *found = members;
    for (size_t i = 1; i < SB_POPULATION; i++)
        if (members[i].objective > found->objective)
            found = &members[i];
    return found;
}

static void search_genetic(sb_search *search)
{
    sb_member members[SB_POPULATION], child;
    if (!sb_population_start(search, members))
        return;
    for (;;) {
        uint32_t digits[SB_SPACE_AXES] = { 0 };
        cross_parents(search, select_parent(search, members), select_parent(search, members),
                      digits);
        mutate_digits(search, digits);
        if (!sb_population_breed(search, digits, &child))
            return;
        sb_member *victim = find_worst(members);
        if (child.objective < victim->objective)
            *victim = child;
    }
}

const sb_strategy sb_strategy_genetic = {
    .id = "genetic",
    .summary = "a population that is crossed and mutated",
    .search = search_genetic,
};
