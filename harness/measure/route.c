/* SPDX-License-Identifier: Apache-2.0 */
/* R. Bellman, "Dynamic Programming" (1957): the shortest way to an option is the shortest way to
 * one at the place before, plus the step from there. */
#include "measure/route.h"

#include "core/text.h"

#include <math.h>
#include <stdlib.h>

/* The shortest way to an option, including its own time, and the option that it comes from. */
typedef struct way {
    double ns;
    size_t from;
} way;

/* The cost of the option if its input is in the layout `lies`. */
static double step_ns(const sb_route_place *place, const sb_route_option *option, sb_layout lies)
{
    double ns = place->reorders.ns[lies][option->input] + option->ns;
    if (place->residual && option->output != lies && option->output != option->input)
        ns += place->reorders.ns[option->input][option->output];
    return ns;
}

static way find_way(const sb_route_place *before, const way *ways, const sb_route_place *place,
                    const sb_route_option *option)
{
    way best = { INFINITY, 0 };
    for (size_t i = 0; i < before->count; i++) {
        const double ns = ways[i].ns + step_ns(place, option, before->options[i].output);
        if (ns < best.ns)
            best = (way) { ns, i };
    }
    return best;
}

static size_t find_end(const sb_route_place *place, const way *ways, const sb_route_reorders *last,
                       double *ns)
{
    size_t end = 0;
    *ns = INFINITY;
    for (size_t i = 0; i < place->count; i++) {
        const sb_layout lies = place->options[i].output;
        const double whole = ways[i].ns + (lies == SB_NHWC ? 0 : last->ns[lies][SB_NHWC]);
        if (whole < *ns) {
            *ns = whole;
            end = i;
        }
    }
    return end;
}

double sb_route_choose(const sb_route_place *places, size_t count, const sb_route_reorders *last,
                       size_t *choice)
{
    way **ways = sb_new(count, sizeof *ways);
    double ns = 0;
    for (size_t p = 0; p < count; p++) {
        const sb_route_place *place = &places[p];
        ways[p] = sb_new(place->count, sizeof **ways);
        for (size_t i = 0; i < place->count; i++)
            ways[p][i] = p ? find_way(&places[p - 1], ways[p - 1], place, &place->options[i])
                           : (way) { step_ns(place, &place->options[i], SB_NHWC), 0 };
    }
    if (count)
        choice[count - 1] = find_end(&places[count - 1], ways[count - 1], last, &ns);
    for (size_t p = count; p-- > 1;)
        choice[p - 1] = ways[p][choice[p]].from;
    for (size_t p = 0; p < count; p++)
        free(ways[p]);
    free(ways);
    return ns;
}
