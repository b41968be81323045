/* SPDX-License-Identifier: Apache-2.0 */
/* The monotonic clock, the only one that durations are measured with. */
#ifndef SB_CORE_CLOCK_H
#define SB_CORE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds of CLOCK_MONOTONIC. */
static inline int64_t sb_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline double sb_seconds_since(int64_t start_ns)
{
    return (double)(sb_now_ns() - start_ns) * 1e-9;
}

#endif
