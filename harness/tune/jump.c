/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jumps of the surrogate: candidates that differ from good evaluations in more than one parameter.
 * In some spaces hardly any parameter set has a better neighbour. The candidates are random ones,
 * mixtures of two good evaluations, and sums of a good one and the difference of two others
 * (differential evolution; Storn, Price 1997). The model selects one, and climbs from it for a few
 * steps without evaluating.
 */
#include "tune/guide.h"

#include <math.h>

enum {
    RANDOM = 64,     /* candidates anywhere in the space */
    MIXED = 64,      /* candidates derived from good evaluations */
    PARENTS = 8,     /* evaluations to mix */
    POPULATION = 20, /* evaluations whose differences are used */
    ASCENT = 3       /* steps by the model's prediction only */
};

static const double difference_weight = 0.7, crossover = 0.7;

static uint32_t round_digit(double at, uint32_t count)
{
    return (uint32_t)lround(fmin(fmax(at, 0.0), count - 1.0));
}

/* The best plus a difference, crossed with another. */
static void add_difference(sb_guide *g, const sb_evaluated *elites, size_t count, uint32_t *digits)
{
    sb_search *search = g->search;
    const sb_space *space = search->space;
    uint32_t parents[4][SB_SPACE_AXES];
    for (size_t p = 0; p < 4; p++)
        sb_space_digits(space, elites[p ? sb_search_pick(search, count) : 0].index, parents[p]);
    for (size_t a = 0; a < space->axis_count; a++) {
        double difference = (double)parents[1][a] - (double)parents[2][a];
        digits[a] =
            sb_random_unit(&search->random) < crossover
                ? round_digit(parents[0][a] + difference_weight * difference, space->axes[a].count)
                : parents[3][a];
    }
}

static void mix_two(sb_guide *g, const sb_evaluated *elites, size_t count, uint32_t *digits)
{
    sb_search *search = g->search;
    uint32_t other[SB_SPACE_AXES];
    size_t parents = count < PARENTS ? count : PARENTS;
    sb_space_digits(search->space, elites[sb_search_pick(search, parents)].index, digits);
    sb_space_digits(search->space, elites[sb_search_pick(search, parents)].index, other);
    for (size_t a = 0; a < search->space->axis_count; a++)
        if (sb_search_pick(search, 2))
            digits[a] = other[a];
}

static size_t draw_candidates(sb_guide *g)
{
    sb_search *search = g->search;
    uint32_t digits[SB_SPACE_AXES];
    sb_evaluated elites[POPULATION];
    size_t elite_count = sb_guide_elites(g, elites, POPULATION), count = 0;
    while (count < RANDOM)
        g->pool[count++] = (uint32_t)sb_search_pick(search, search->space->size);
    for (size_t k = 0; k < MIXED && elite_count; k++) {
        (k % 2 ? add_difference : mix_two)(g, elites, elite_count, digits);
        g->pool[count++] = (uint32_t)sb_space_repair(search->space, digits, &search->random);
    }
    return count;
}

/* The most promising candidate, or a more promising parameter set reached by climbing on the model;
 * and its expected gain. */
static bool choose_target(sb_guide *g, size_t *target, double *promise)
{
    double than = sb_guide_best(g);
    size_t count = sb_guide_drop_seen(g, draw_candidates(g));
    if (count == 0)
        return sb_unseen(g->search, target);
    *target = sb_guide_choose(g, count, than, promise);
    for (int step = 0; step < ASCENT; step++) {
        double gain;
        count = sb_space_neighbours(g->search->space, *target, SB_ANY_VALUE, g->pool);
        count = sb_guide_drop_seen(g, count);
        size_t next = count ? sb_guide_choose(g, count, than, &gain) : 0;
        if (count == 0 || gain <= *promise)
            break;
        *promise = gain;
        *target = next;
    }
    return true;
}

bool sb_guide_jump(sb_guide *g)
{
    size_t target;
    double objective, promise = INFINITY;
    if (!choose_target(g, &target, &promise) || !sb_guide_try(g, target, &objective))
        return false;
    g->barren = promise >= 0.0 && promise < g->search->least_gain ? g->barren + 1 : 0;
    if (objective < g->now) {
        g->now = objective;
        g->at = target;
    }
    return true;
}
