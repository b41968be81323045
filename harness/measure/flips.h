/* SPDX-License-Identifier: Apache-2.0 */
/* Another tensor of the same magnitudes: the signs of about half of the elements change, which ones
 * follows from a secret. The same secret changes them back. */
#ifndef SB_MEASURE_FLIPS_H
#define SB_MEASURE_FLIPS_H

#include "core/random.h"

#include <stddef.h>

/* Which of 64 elements change: those from offset 64 * block on. */
static inline uint64_t sb_flips_of(uint64_t secret, uint64_t block)
{
    sb_random random = { secret + block };
    return sb_random_next(&random);
}

static inline float sb_flip(uint64_t flips, uint64_t place, float value)
{
    return flips >> place & 1 ? -value : value;
}

static inline void sb_flip_signs(uint64_t secret, float *tensor, size_t count)
{
    for (size_t first = 0; first < count; first += 64) {
        const uint64_t flips = sb_flips_of(secret, first / 64);
        const size_t end = count - first < 64 ? count - first : 64;
        for (size_t i = 0; i < end; i++)
            tensor[first + i] = sb_flip(flips, i, tensor[first + i]);
    }
}

#endif
