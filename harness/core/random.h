/* SPDX-License-Identifier: Apache-2.0 */
/* Seeded random numbers, the same on every machine: splitmix64 (Steele, Lea, Flood 2014). */
#ifndef SB_CORE_RANDOM_H
#define SB_CORE_RANDOM_H

#include <stdint.h>

typedef struct sb_random {
    uint64_t state;
} sb_random;

static inline uint64_t sb_random_next(sb_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniform in [0, bound), bound > 0 (Lemire's multiply; the bias is below 2^-32 for bound < 2^32).
 */
static inline uint64_t sb_random_below(sb_random *random, uint64_t bound)
{
    return (uint64_t)(((unsigned __int128)sb_random_next(random) * bound) >> 64);
}

/* Uniform in [0, 1). */
static inline double sb_random_unit(sb_random *random)
{
    return (double)(sb_random_next(random) >> 11) * 0x1.0p-53;
}

#endif
