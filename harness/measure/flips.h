/* SPDX-License-Identifier: Apache-2.0 */
/* Another tensor of the same magnitudes: the signs of about half of the elements change, which ones
 * follows from a secret. The same secret changes them back. */
#ifndef SB_MEASURE_FLIPS_H
#define SB_MEASURE_FLIPS_H

#include "core/random.h"

#include <stddef.h>

static inline float sb_flip(uint64_t secret, uint64_t offset, float value)
{
    sb_random random = { secret + offset };
    return sb_random_next(&random) >> 63 ? -value : value;
}

static inline void sb_flip_signs(uint64_t secret, float *tensor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tensor[i] = sb_flip(secret, i, tensor[i]);
}

#endif
