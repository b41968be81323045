/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hill climbing guided by a model (gaussian.h), with jumps.
 *
 * Multi-start hill climbing over single-parameter neighbours is hard to beat on tuning spaces, but
 * spends most evaluations on neighbours that are no better. Here each climb asks the model for the
 * neighbour with the largest expected improvement over the climb's present position, not over the
 * best of all, so that a new climb is not abandoned because an earlier one was lucky. Models are
 * wrong about what they have not seen, above all about a flag of which one value was only evaluated
 * together with bad values of others: before a climb ends, one neighbour along every parameter has
 * been evaluated. From the second climb on, every other evaluation of a climb goes to the
 * neighbours of the best of all, until all of them are evaluated, because a model does not resolve
 * differences of one per cent. Some of the evaluations are jumps (jump.c): few during the first
 * climb, half of them later, and more where few parameters can be changed alone.
 */
#include "core/text.h"
#include "tune/guide.h"
#include "tune/strategies.h"

#include <math.h>
#include <stdlib.h>

enum {
    DESIGN = 7,   /* parameter sets of the initial Latin hypercube */
    HINTED = 4,   /* the same with hints */
    POLISHED = 4, /* number of best evaluations whose neighbours are tried */
    BARREN = 60   /* unpromising jumps after which a search ends */
};

static const double worthwhile = 0.01; /* least expected improvement that is followed */
static const double slack = 0.05;      /* a new climb may start this much above the best */
static const double near_best = 0.02;  /* polishing stays within this much of the best */
static const double first_jumps = 0.2, later_jumps = 0.5, stuck_jumps = 0.8;

/* The neighbourhood of a parameter set. */
typedef struct view {
    size_t next;  /* the most promising one; if none is, the same along the least tried parameter */
    double gain;  /* of the most promising one; negative: there is none */
    size_t tried; /* along the least tried parameter */
} view;

/* The parameter in which two neighbours differ. */
static size_t axis_between(const sb_space *space, size_t a, size_t b)
{
    uint32_t x[SB_SPACE_AXES], y[SB_SPACE_AXES];
    size_t axis = 0;
    sb_space_digits(space, a, x);
    sb_space_digits(space, b, y);
    while (x[axis] == y[axis])
        axis++;
    return axis;
}

/* Keeps those of the pool along the parameters that were tried so often. */
static size_t keep_neglected(sb_guide *g, size_t from, const size_t *tries, size_t tried,
                             size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (tries[axis_between(g->search->space, from, g->pool[i])] == tried)
            g->pool[kept++] = g->pool[i];
    return kept;
}

static view look_around(sb_guide *g, size_t from, double than)
{
    const sb_space *space = g->search->space;
    size_t tries[SB_SPACE_AXES] = { 0 };
    size_t all = sb_space_neighbours(space, from, SB_ANY_VALUE, g->pool);
    for (size_t i = 0; i < all; i++)
        tries[axis_between(space, from, g->pool[i])] += sb_seen(g->search, g->pool[i]);
    size_t count = sb_guide_drop_seen(g, all);
    view found = { .gain = -1.0, .tried = SIZE_MAX };
    if (count == 0)
        return found;
    found.next = sb_guide_choose(g, count, than, &found.gain);
    for (size_t i = 0; i < count; i++) {
        size_t tried = tries[axis_between(space, from, g->pool[i])];
        found.tried = tried < found.tried ? tried : found.tried;
    }
    if (found.gain < worthwhile) {
        double gain;
        count = keep_neglected(g, from, tries, found.tried, count);
        found.next = sb_guide_choose(g, count, than, &gain);
    }
    return found;
}

/* A step of the climb; *ended if there is none left to take. False: stop. */
static bool climb(sb_guide *g, bool *ended)
{
    view around = look_around(g, g->at, g->now);
    *ended = around.gain < worthwhile && around.tried > 0;
    if (*ended)
        return true;
    double objective;
    if (!sb_guide_try(g, around.next, &objective))
        return false;
    if (objective < g->now) {
        g->at = around.next;
        g->now = objective;
    }
    return true;
}

/* Evaluates one neighbour of the best of all, or, if all of these are evaluated, of one hardly
 * slower; *done if none is left. False: stop. */
static bool polish(sb_guide *g, bool *done)
{
    sb_evaluated elites[POLISHED];
    size_t count = sb_guide_elites(g, elites, POLISHED);
    double best = sb_guide_best(g);
    for (size_t i = 0; i < count && elites[i].objective <= best * (1.0 + near_best); i++) {
        view around = look_around(g, elites[i].index, best);
        if (around.gain >= 0.0)
            return sb_guide_try(g, around.next, NULL);
    }
    *done = true;
    return true;
}

/* Usually the random candidate with the largest expected improvement; one time in four any. */
static bool choose_start(sb_guide *g, size_t *start)
{
    if (sb_search_pick(g->search, 4) == 0)
        return sb_unseen(g->search, start);
    for (size_t i = 0; i < SB_GUIDE_DRAWS; i++)
        g->pool[i] = (uint32_t)sb_search_pick(g->search, g->search->space->size);
    size_t count = sb_guide_drop_seen(g, SB_GUIDE_DRAWS);
    double gain;
    if (count == 0)
        return sb_unseen(g->search, start);
    *start = sb_guide_choose(g, count, sb_guide_best(g) * (1.0 + slack), &gain);
    return true;
}

/* The share of jumps. Where most parameters cannot be changed alone, a climb leads nowhere. */
static double share_of_jumps(const sb_guide *g)
{
    const sb_space *space = g->search->space;
    size_t around = sb_space_neighbours(space, g->at, SB_ANY_VALUE, g->pool), open = 0;
    for (size_t a = 0; a < space->axis_count; a++)
        open += space->axes[a].count > 1;
    double stuck = around < open ? 1.0 - (double)around / (double)open : 0.0;
    return g->climbed ? fmax(later_jumps, stuck_jumps * stuck)
                      : first_jumps + (stuck_jumps - first_jumps) * stuck;
}

static bool take_step(sb_guide *g)
{
    bool over = true;
    sb_gaussian_learn(g->model, g->search->evaluated, g->search->evaluated_count);
    if (sb_random_unit(&g->search->random) < share_of_jumps(g))
        return sb_guide_jump(g);
    if (g->climbed && g->turn++ % 2 == 0) {
        over = false;
        if (!polish(g, &over))
            return false;
    }
    if (!over)
        return true;
    if (!climb(g, &over))
        return false;
    if (!over)
        return true;
    g->climbed = true;
    return choose_start(g, &g->at) && sb_guide_try(g, g->at, &g->now);
}

/* A resumed search has its initial design already. */
static bool begin(sb_search *search)
{
    if (search->evaluated_count >= 2 * DESIGN)
        return true;
    uint32_t design[DESIGN];
    size_t count = search->hint_count ? HINTED : DESIGN;
    sb_search_design(search, count, design);
    for (size_t i = 0; i < count; i++)
        if (!sb_try(search, design[i], NULL))
            return false;
    return true;
}

void sb_surrogate_search(sb_search *search, size_t most)
{
    if (!begin(search))
        return;
    size_t around = sb_space_most_neighbours(search->space);
    size_t capacity = around > SB_GUIDE_DRAWS ? around : SB_GUIDE_DRAWS;
    sb_guide g = {
        .search = search,
        .model = sb_gaussian_new(search->space, search->hints, search->hint_count),
        .at = search->evaluated[search->best < search->evaluated_count ? search->best : 0].index,
        .pool = sb_new(capacity, sizeof *g.pool),
    };
    g.now = sb_guide_best(&g);
    while (search->evaluations < most && !search->hopeless && take_step(&g))
        search->hopeless = g.climbed && g.barren >= BARREN;
    search->stopped = search->stopped || search->hopeless;
    free(g.pool);
    sb_gaussian_free(g.model);
}

static void search_surrogate(sb_search *search)
{
    sb_surrogate_search(search, SIZE_MAX);
}

const sb_strategy sb_strategy_surrogate = {
    .id = "surrogate",
    .summary = "hill climbing and jumps that a model of the space guides, by expected improvement",
    .search = search_surrogate,
};
