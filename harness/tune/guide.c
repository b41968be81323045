/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/guide.h"

#include <math.h>

double sb_guide_best(const sb_guide *g)
{
    const sb_search *search = g->search;
    return search->best < search->evaluated_count ? search->evaluated[search->best].objective
                                                  : INFINITY;
}

/* Keeps the best in order, by insertion. */
size_t sb_guide_elites(const sb_guide *g, sb_evaluated *elites, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < g->search->evaluated_count; i++) {
        sb_evaluated one = g->search->evaluated[i];
        if (!isfinite(one.objective) ||
            (count == most && one.objective >= elites[most - 1].objective))
            continue;
        size_t place = count < most ? count++ : most - 1;
        for (; place > 0 && elites[place - 1].objective > one.objective; place--)
            elites[place] = elites[place - 1];
        elites[place] = one;
    }
    return count;
}

size_t sb_guide_drop_seen(sb_guide *g, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!sb_seen(g->search, g->pool[i]))
            g->pool[kept++] = g->pool[i];
    return kept;
}

size_t sb_guide_choose(sb_guide *g, size_t count, double than, double *gain)
{
    return g->pool[sb_gaussian_choose(g->model, g->pool, count, than, gain)];
}

bool sb_guide_try(sb_guide *g, size_t index, double *objective)
{
    if (!sb_seen(g->search, index))
        g->search->expected =
            sb_gaussian_objective(g->model, sb_gaussian_forecast(g->model, (uint32_t)index));
    return sb_try(g->search, index, objective);
}
