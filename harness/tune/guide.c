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

static size_t drop_seen(sb_guide *g, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!sb_seen(g->search, g->pool[i]))
            g->pool[kept++] = g->pool[i];
    return kept;
}

size_t sb_guide_judge(sb_guide *g, size_t count, double than)
{
    count = drop_seen(g, count);
    sb_gaussian_forecast(g->model, g->pool, count, g->forecasts);
    for (size_t i = 0; i < count; i++)
        g->gains[i] = sb_gaussian_improvement(g->model, than, g->forecasts[i]);
    return count;
}

size_t sb_guide_choose(const sb_guide *g, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (g->gains[i] > g->gains[best])
            best = i;
    return best;
}
