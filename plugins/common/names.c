/* SPDX-License-Identifier: Apache-2.0 */
#include "common/names.h"

#include <string.h>

static bool is_ordered(const sb_parameter *parameter)
{
    return parameter->kind == SB_INTEGER || parameter->kind == SB_POWER_OF_TWO;
}

static int64_t next_lower(const sb_parameter *parameter, int64_t value)
{
    return parameter->kind == SB_POWER_OF_TWO ? value / 2
           : parameter->kind == SB_INTEGER    ? value - parameter->step
                                              : value - 1;
}

/* Does a lower value of parameter `i` give the same computation? Then changes `values` to it. For
 * ordered values the next lower one decides, for choices any may. */
static bool find_smaller_name(const naming *by, int i, int64_t *values)
{
    const sb_parameter *parameter = by->parameters[i];
    int64_t lowered[SB_MAX_PARAMETERS];
    memcpy(lowered, values, (size_t)by->count * sizeof *lowered);
    while (lowered[i] > parameter->min) {
        lowered[i] = next_lower(parameter, lowered[i]);
        if (by->same(by->context, values, lowered)) {
            values[i] = lowered[i];
            return true;
        }
        if (is_ordered(parameter))
            break;
    }
    return false;
}

bool is_smallest_name(const naming *by, const int64_t *values)
{
    int64_t own[SB_MAX_PARAMETERS];
    memcpy(own, values, (size_t)by->count * sizeof *own);
    for (int i = by->count - 1; i >= 0; i--)
        if (find_smaller_name(by, i, own))
            return false;
    return true;
}

void use_smallest_name(const naming *by, int64_t *values)
{
    use_smallest_name_with(by, 0, values);
}

void use_smallest_name_with(const naming *by, uint32_t given, int64_t *values)
{
    for (int i = 0; i < by->count;) {
        const bool changed = !(given & 1U << i) && find_smaller_name(by, i, values);
        i = changed ? 0 : i + 1; /* a change may have made others idle */
    }
}

void set_others(uint32_t given, int count, const int64_t *from, int64_t *values)
{
    for (int i = 0; i < count; i++)
        if (!(given & 1U << i))
            values[i] = from[i];
}
