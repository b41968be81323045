/* SPDX-License-Identifier: Apache-2.0 */
/* Thins a product of which too many points are valid. A part of the list would lack values of the
 * first parameters; a coarser grid has some of all ranges. */
#include "core/text.h"
#include "tune/space_codes.h"
#include "tune/space_large.h"

#include <stdlib.h>

enum { DRAWN = 1 << 13 }; /* random points that are checked, to estimate how many are valid */

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

static int seem_too_many(sb_builder *build, bool *too_many, sb_error *error)
{
    const double product = (double)build->space->product;
    uint64_t valid;
    if (product <= SB_SPACE_LISTED)
        return 0;
    if (sb_builder_count(build, DRAWN, true, &valid, error) < 0)
        return SB_FAILED;
    *too_many = product / DRAWN * (double)valid > SB_SPACE_LISTED;
    return 0;
}

int sb_space_thin(sb_builder *build, const sb_parameter_info *parameters, sb_error *error)
{
    sb_space *space = build->space;
    for (;;) {
        bool too_many = false;
        const size_t axis = longest_ordered(space);
        if (seem_too_many(build, &too_many, error) < 0)
            return SB_FAILED;
        if (!too_many || axis == space->axis_count)
            return 0;
        space->complete = false;
        if (halve_axis(space, axis, sb_space_initial(space, parameters), error) < 0)
            return SB_FAILED;
    }
}
