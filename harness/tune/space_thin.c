/* SPDX-License-Identifier: Apache-2.0 */
/* Thins a product of which too many points are valid. A part of the list would lack values of the
 * first parameters; a coarser grid has some of all ranges. */
#include "core/text.h"
#include "tune/space_codes.h"
#include "tune/space_large.h"

#include <math.h>
#include <stdlib.h>

enum {
    DRAWN = 1 << 13,  /* random points that are checked, to estimate how many are valid */
    SMALL = 1 << 16,  /* products that are walked in less time than it takes to estimate */
    ENOUGH = 1 << 10, /* valid points for a search; with fewer, exploring finds more */
};

/* The longest axis of numbers with more than two values; the count of axes if there is none. */
static size_t longest_ordered(const sb_space *space)
{
    size_t longest = space->axis_count;
    for (size_t a = 0; a < space->axis_count; a++)
        if (space->axes[a].ordered && space->axes[a].count > 2 &&
            (longest == space->axis_count || space->axes[a].count > space->axes[longest].count))
            longest = a;
    return longest;
}

/* Keeps every other value, and so the one of the initial point. */
static int halve_axis(sb_space *space, size_t axis, uint64_t initial, sb_error *error)
{
    const uint32_t odd = sb_space_digit(space, initial, axis) % 2, count = space->axes[axis].count;
    bool *kept = sb_new(count, sizeof *kept);
    for (uint32_t d = odd; d < count; d += 2)
        kept[d] = true;
    sb_space_drop_values(&space->axes[axis], kept);
    free(kept);
    return sb_space_lay_out(space, error);
}

/* Up to what product the points are neither too many to list, nor to check in the time left. */
static int find_most(sb_builder *build, double *most, sb_error *error)
{
    uint64_t valid;
    if (sb_builder_count(build, DRAWN, true, &valid, error) < 0)
        return SB_FAILED;
    const double part = (double)valid / DRAWN, affords = sb_builder_affords(build);
    *most = part > 0 ? SB_SPACE_LISTED / part : INFINITY;
    if (affords * part >= ENOUGH)
        *most = fmin(*most, affords);
    return 0;
}

static bool is_small(const sb_builder *build)
{
    return build->space->product <= (build->listing.time_ns ? SMALL : SB_SPACE_LISTED);
}

/* The part that is valid changes with the values that are left, so that it is estimated again. */
int sb_space_thin(sb_builder *build, const sb_parameter_info *parameters, sb_error *error)
{
    sb_space *space = build->space;
    double most = INFINITY;
    while (!build->ended && !is_small(build)) {
        const size_t axis = longest_ordered(space);
        if ((double)space->product <= 2 * most && find_most(build, &most, error) < 0)
            return SB_FAILED;
        if ((double)space->product <= most || axis == space->axis_count)
            return 0;
        space->complete = false;
        if (halve_axis(space, axis, sb_space_initial(space, parameters), error) < 0)
            return SB_FAILED;
    }
    return 0;
}
