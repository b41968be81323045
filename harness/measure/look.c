/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/look.h"

#include "measure/quantile.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    ALONE = 12,    /* turns if there is no incumbent to compare with */
    SOME = 3,      /* turns that suffice if that would not change anything */
    CLEAN = 2,     /* clean turns that suffice */
    DISTURBED = 7, /* turns that suffice for a parameter set that is no better */
};
static const double cut_off = 1.25;      /* times the incumbent: not worth more turns */
static const double beyond_bursts = 2.2; /* times the incumbent: more than a burst explains */
static const double better = 0.97;       /* times the incumbent: worth more turns */
static const double hopeless = 1.5;      /* times the rival */
static const double again = 1.02;        /* times its own time before */
static const double calm = 1.08; /* most that a clean turn of the incumbent takes, over its least */

void sb_look_add(sb_look *look, double own, double beside)
{
    assert(look->turns < SB_LOOK_MOST);
    look->own[look->turns] = own;
    look->beside[look->turns++] = beside;
    if (!isinf(look->incumbent))
        look->incumbent = fmin(look->incumbent, beside);
}

static int clean_turns(const sb_look *look)
{
    int count = 0;
    double most = calm * look->incumbent;
    for (int i = 0; i < look->turns; i++)
        count += look->beside[i] <= most && (i == 0 || look->beside[i - 1] <= most);
    return count;
}

double sb_look_least(const sb_look *look)
{
    double ns = INFINITY;
    for (int i = 0; i < look->turns; i++)
        ns = fmin(ns, look->own[i]);
    return ns;
}

static double median_ratio(const sb_look *look)
{
    double ratios[SB_LOOK_MOST];
    for (int i = 0; i < look->turns; i++)
        ratios[i] = look->own[i] / look->beside[i];
    sb_sort_values(ratios, (size_t)look->turns);
    return sb_quantile_sorted(ratios, (size_t)look->turns, 0.5);
}

/* For turns of which few were clean. */
static bool enough_disturbed(const sb_look *look, bool *cut)
{
    if (look->turns < DISTURBED)
        return false;
    double ratio = median_ratio(look);
    *cut = ratio > cut_off;
    return ratio >= better || look->turns == SB_LOOK_MOST;
}

static bool enough_alone(const sb_look *look)
{
    const double ns = sb_look_least(look);
    const bool clear =
        ns <= again * look->known || (look->rival > 0 && ns > hopeless * look->rival);
    return look->turns >= (clear ? SOME : ALONE);
}

bool sb_look_enough(const sb_look *look, bool *cut)
{
    *cut = false;
    if (isinf(look->incumbent))
        return enough_alone(look);
    double ns = sb_look_least(look);
    int clean = clean_turns(look);
    *cut = ns > beyond_bursts * look->incumbent ||
           (clean > 0 && look->turns >= 2 && ns > cut_off * look->incumbent);
    return *cut || clean >= CLEAN || enough_disturbed(look, cut);
}

double sb_look_time(const sb_look *look)
{
    assert(look->turns > 0);
    if (isinf(look->incumbent) || clean_turns(look) >= CLEAN)
        return sb_look_least(look);
    return fmin(sb_look_least(look), look->incumbent * median_ratio(look));
}
