/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/dimension.h"

#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Initial values of the relevances. */
static const double first_relevance[SB_WAYS] = { 1.0, 0.25, 0.25 };

uint8_t sb_dimension_level(const sb_dimension *d, uint32_t count, uint32_t digit)
{
    return (uint8_t)((uint64_t)digit * d->levels / count);
}

double sb_dimension_unlike(const sb_dimension *d, sb_way how, uint32_t i, uint32_t j)
{
    switch (how) {
    case SB_BY_POSITION:
        return fabs(d->position[i] - d->position[j]);
    case SB_BY_IDENTITY:
        return i != j;
    default:
        return d->power[i] != d->power[j];
    }
}

double sb_dimension_relevance(const sb_dimension *d)
{
    double sum = 0.0;
    for (sb_way how = 0; how < SB_WAYS; how++)
        sum += d->has[how] ? d->relevance[how] : 0.0;
    return sum;
}

void sb_dimension_tabulate(sb_dimension *d)
{
    for (uint32_t i = 0; i < d->levels; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double far = 0.0;
            for (sb_way how = 0; how < SB_WAYS; how++)
                if (d->has[how])
                    far += d->relevance[how] * sb_dimension_unlike(d, how, i, j);
            d->likeness[i * d->levels + j] = d->likeness[j * d->levels + i] = (float)exp(-far);
        }
}

/* The position is the mean of that on a linear scale of ranks and that on a logarithmic scale of
 * values: 16 and 32 differ more than 240 and 256, but not fifteen times as much. */
static void place_levels(sb_dimension *d, const sb_axis *axis)
{
    bool numbers = axis->ordered && !axis->names && axis->values[0] > 0;
    double last = (double)(axis->count - 1), least = (double)axis->values[0];
    double span = numbers ? log((double)axis->values[axis->count - 1] / least) : 1.0;
    size_t powers = 0;
    for (uint32_t digit = axis->count; digit-- > 0;) {
        uint8_t level = sb_dimension_level(d, axis->count, digit);
        double rank = digit / last;
        double value = numbers ? log((double)axis->values[digit] / least) / span : rank;
        d->position[level] = 0.5 * (rank + value);
        d->power[level] = numbers && (axis->values[digit] & (axis->values[digit] - 1)) == 0;
        powers += d->power[level];
    }
    d->has[SB_BY_POSITION] = axis->ordered;
    d->has[SB_BY_IDENTITY] = !axis->ordered || axis->count > 2;
    d->has[SB_BY_POWER] = powers > 1 && powers < axis->count;
}

void sb_dimension_start(sb_dimension *d, const sb_space *space, size_t axis)
{
    d->axis = axis;
    d->levels = space->axes[axis].count < SB_DIMENSION_LEVELS ? space->axes[axis].count
                                                              : SB_DIMENSION_LEVELS;
    d->likeness = sb_new((size_t)d->levels * d->levels, sizeof *d->likeness);
    place_levels(d, &space->axes[axis]);
    memcpy(d->relevance, first_relevance, sizeof d->relevance);
    if (!d->has[SB_BY_POSITION])
        d->relevance[SB_BY_IDENTITY] = first_relevance[SB_BY_POSITION];
    sb_dimension_tabulate(d);
}

void sb_dimension_free(sb_dimension *d)
{
    free(d->likeness);
}
