/* SPDX-License-Identifier: Apache-2.0 */
/* Neighbours of a parameter set. */
#include "tune/space.h"

#include "tune/space_codes.h"

size_t sb_space_most_neighbours(const sb_space *space)
{
    size_t most = 1;
    for (size_t a = 0; a < space->axis_count; a++)
        most += space->axes[a].count - 1;
    return most;
}

/* The nearest valid digit from `digit` in direction `step`, along one axis. */
static size_t next_along(const sb_space *space, size_t index, size_t axis, int step, uint32_t *out)
{
    uint64_t code = space->codes[index];
    int64_t digit = sb_space_digit(space, code, axis), count = space->axes[axis].count;
    for (int64_t d = digit + step; d >= 0 && d < count; d += step) {
        ptrdiff_t found =
            sb_space_find_code(space, code + (uint64_t)(d - digit) * space->strides[axis]);
        if (found < 0)
            continue;
        *out = (uint32_t)found;
        return 1;
    }
    return 0;
}

static size_t all_along(const sb_space *space, size_t index, size_t axis, uint32_t *out)
{
    uint64_t code = space->codes[index], stride = space->strides[axis];
    uint32_t digit = sb_space_digit(space, code, axis);
    size_t count = 0;
    for (uint32_t d = 0; d < space->axes[axis].count; d++) {
        if (d == digit)
            continue;
        ptrdiff_t found = sb_space_find_code(space, code - digit * stride + d * stride);
        if (found >= 0)
            out[count++] = (uint32_t)found;
    }
    return count;
}

size_t sb_space_neighbours(const sb_space *space, size_t index, sb_reach reach, uint32_t *out)
{
    size_t count = 0;
    for (size_t a = 0; a < space->axis_count; a++) {
        if (reach == SB_ADJACENT && space->axes[a].ordered) {
            count += next_along(space, index, a, -1, out + count);
            count += next_along(space, index, a, +1, out + count);
        } else {
            count += all_along(space, index, a, out + count);
        }
    }
    return count;
}

/* The nearest valid parameter set that differs from the code in this axis only, if there is one. */
static ptrdiff_t nearest_along(const sb_space *space, uint64_t code, size_t axis)
{
    int64_t digit = sb_space_digit(space, code, axis), count = space->axes[axis].count;
    for (int64_t distance = 1; distance < count; distance++) {
        for (int64_t d = digit - distance; d <= digit + distance; d += 2 * distance) {
            if (d < 0 || d >= count)
                continue;
            ptrdiff_t found =
                sb_space_find_code(space, code + (uint64_t)(d - digit) * space->strides[axis]);
            if (found >= 0)
                return found;
        }
    }
    return -1;
}

static void shuffle_axes(size_t *order, size_t count, sb_random *random)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = (size_t)sb_random_below(random, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

/* If no single change leads to a valid point: the parameter sets whose codes are nearest from above
 * and below share the leading digits, and so are similar. */
static size_t nearest_code(const sb_space *space, uint64_t code)
{
    size_t low = 0, high = space->size - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (space->codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t sb_space_repair(const sb_space *space, const uint32_t *digits, sb_random *random)
{
    uint64_t code = 0;
    for (size_t a = 0; a < space->axis_count; a++)
        code += digits[a] * space->strides[a];
    ptrdiff_t found = sb_space_find_code(space, code);
    if (found >= 0)
        return (size_t)found;
    size_t order[SB_SPACE_AXES] = { 0 };
    shuffle_axes(order, space->axis_count, random);
    for (size_t i = 0; i < space->axis_count; i++) {
        found = nearest_along(space, code, order[i]);
        if (found >= 0)
            return (size_t)found;
    }
    return nearest_code(space, code);
}
