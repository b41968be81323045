/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/roofline.h"

/*
 * The value for a number of threads: threads beyond the machine's cores add nothing; on a machine
 * with more cores than were probed the rest is assumed to scale, so that the bound stays a bound.
 */
static double at_threads(const sb_peaks *peaks, const double *values, int64_t threads)
{
    if (threads < 1)
        threads = 1;
    if (peaks->cores > 0 && threads > peaks->cores)
        threads = peaks->cores;
    if (threads <= peaks->threads)
        return values[threads];
    double beyond = peaks->cores > 0 ? (double)threads / peaks->threads : 1;
    return values[peaks->threads] * beyond;
}

/* Threads are placed on neighbouring cores: private caches add up with every thread, shared ones
 * with every group of cores that shares one. */
static double level_capacity(const sb_peaks *peaks, int level, int64_t threads)
{
    int64_t share = peaks->level_cores[level];
    if (peaks->cores > 0 && threads > peaks->cores)
        threads = peaks->cores;
    int64_t caches = share > 0 && threads > 1 ? (threads + share - 1) / share : 1;
    return (double)peaks->level_bytes[level] * (double)caches;
}

static int smallest_level(const sb_peaks *peaks, int64_t bytes, int64_t threads)
{
    int level = SB_LEVEL_L1;
    while (level < SB_LEVEL_DRAM &&
           ((double)bytes > level_capacity(peaks, level, threads) || peaks->gbytes[level][1] <= 0))
        level++;
    return level;
}

double sb_roofline_ns(const sb_peaks *peaks, int64_t multiplications, int64_t bytes,
                      int64_t threads, bool cold)
{
    int level = cold ? SB_LEVEL_DRAM : smallest_level(peaks, bytes, threads);
    double gflops = at_threads(peaks, peaks->gflops, threads);
    double gbytes = at_threads(peaks, peaks->gbytes[level], threads);
    double arithmetic = gflops > 0 ? 2.0 * (double)multiplications / gflops : 0;
    double traffic = gbytes > 0 ? (double)bytes / gbytes : 0;
    return arithmetic > traffic ? arithmetic : traffic;
}

static double most_at(const sb_peaks *peaks, const double *values, int64_t threads)
{
    const int64_t cores = peaks->cores > 0 && threads > peaks->cores ? peaks->cores : threads;
    const double probed = at_threads(peaks, values, threads);
    const double scaled = values[1] * (double)(cores < 1 ? 1 : cores);
    return probed > scaled ? probed : scaled;
}

double sb_floor_ns(const sb_peaks *peaks, double multiplications, double read, double written,
                   int64_t threads)
{
    const double gflops = most_at(peaks, peaks->gflops, threads);
    double least = gflops > 0 ? 2 * multiplications / gflops : 0;
    double bytes = read > written ? read : written;
    for (int level = SB_LEVEL_L1; level < SB_LEVEL_L3 && bytes > 0; level++) {
        const double rate = most_at(peaks, peaks->gbytes[level], threads);
        if (rate > 0 && bytes / rate > least)
            least = bytes / rate;
        bytes -= level_capacity(peaks, level, threads);
    }
    return least;
}
