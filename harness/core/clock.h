/* SPDX-License-Identifier: Apache-2.0 */
/* The monotonic clock, the only one that durations are measured with, and processor time. */
#ifndef SB_CORE_CLOCK_H
#define SB_CORE_CLOCK_H

#include <stdint.h>
#include <sys/types.h>
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

/* The processor time of a process, of all its threads; 0 if there is no such process. */
static inline int64_t sb_cpu_time_ns(pid_t pid)
{
    clockid_t clock;
    struct timespec time;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
        return 0;
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#endif
