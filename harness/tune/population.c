/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/population.h"

#include "core/text.h"

#include <stdlib.h>

static bool join_member(sb_search *search, size_t index, sb_member *member)
{
    sb_space_digits(search->space, index, member->digits);
    return sb_try(search, index, &member->objective);
}

static int by_objective(const void *a, const void *b)
{
    double x = ((const sb_evaluated *)a)->objective, y = ((const sb_evaluated *)b)->objective;
    return (x > y) - (x < y);
}

/* Copies the best known parameter sets; returns how many. */
static size_t join_known(sb_search *search, sb_member *members, size_t most)
{
    size_t count = search->evaluated_count;
    sb_evaluated *sorted = sb_new(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = search->evaluated[i];
    qsort(sorted, count, sizeof *sorted, by_objective);
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++) {
        sb_space_digits(search->space, sorted[i].index, members[i].digits);
        members[i].objective = sorted[i].objective;
    }
    free(sorted);
    return count;
}

bool sb_population_start(sb_search *search, sb_member *members)
{
    uint32_t design[SB_POPULATION];
    size_t known = join_known(search, members, SB_POPULATION / 4);
    sb_search_design(search, SB_POPULATION, design);
    for (size_t i = known; i < SB_POPULATION; i++)
        if (!join_member(search, design[i], &members[i]))
            return false;
    return true;
}

bool sb_population_breed(sb_search *search, const uint32_t *digits, sb_member *child)
{
    size_t index = sb_space_repair(search->space, digits, &search->random);
    if (sb_seen(search, index)) {
        uint32_t *around = sb_new(sb_space_most_neighbours(search->space), sizeof *around);
        size_t count = sb_space_neighbours(search->space, index, SB_ANY_VALUE, around);
        sb_search_shuffle(search, around, count);
        for (size_t i = 0; i < count; i++)
            if (!sb_seen(search, around[i])) {
                index = around[i];
                break;
            }
        free(around);
    }
    if (sb_seen(search, index) && !sb_unseen(search, &index))
        return false;
    return join_member(search, index, child);
}
