/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/roofline.h"

#include <math.h>

/*
 * The peak for a number of threads. Threads beyond the machine's cores add nothing. If the machine
 * has more cores than were probed, the others are assumed to scale, so that the bound remains a
 * bound.
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

/* Threads are placed on neighbouring cores: the capacity of private caches grows with every thread,
 * that of shared caches with every group of cores that shares one. */
static double level_capacity(const sb_peaks *peaks, int level, int64_t threads)
{
    int64_t share = peaks->level_cores[level];
    if (peaks->cores > 0 && threads > peaks->cores)
        threads = peaks->cores;
    int64_t caches = share > 0 && threads > 1 ? (threads + share - 1) / share : 1;
    return (double)peaks->level_bytes[level] * (double)caches;
}

/* Nanoseconds for a byte loaded, stored, and both in equal amounts; 0: not known. */
typedef struct costs {
    double load, store, both;
} costs;

static double cost_of(double rate)
{
    return rate > 0 ? 1 / rate : 0;
}

/* A mix costs at least as much as the more expensive of the two, and at most as much as both in
 * turn. */
static costs costs_at(const sb_peaks *peaks, int level, int64_t threads)
{
    costs c = {
        .load = cost_of(at_threads(peaks, peaks->gbytes[level], threads)),
        .store = cost_of(at_threads(peaks, peaks->stores[level], threads)),
        .both = 2 * cost_of(at_threads(peaks, peaks->copies[level], threads)),
    };
    c.both = fmin(fmax(c.both, fmax(c.load, c.store)), c.load + c.store);
    return c;
}

/* The least time to move the bytes that the caches do not hold, whichever bytes they hold. */
static double line_ns(double load, double store, const sb_least *work, double held)
{
    const double ns = load * work->read + store * work->written - fmax(load, store) * held;
    return fmax(ns, 0);
}

/* A line bounds the mixes on one side of equal amounts; what the caches hold may lead to either
 * side. */
static double mix_ns(const costs *c, const sb_least *work, double held)
{
    double least = INFINITY;
    if (work->read >= work->written - held)
        least = fmin(least, line_ns(c->both - c->store, c->store, work, held));
    if (work->written >= work->read - held)
        least = fmin(least, line_ns(c->load, c->both - c->load, work, held));
    return least;
}

static double traffic_ns(const costs *c, const sb_least *work, double held)
{
    const double loads = line_ns(c->load, 0, work, held), stores = line_ns(0, c->store, work, held);
    return fmax(fmax(loads, stores), mix_ns(c, work, held));
}

static void raise_bound(sb_bound *bound, double ns, sb_limit limit)
{
    if (ns > bound->ns)
        *bound = (sb_bound) { ns, limit };
}

sb_bound sb_bound_of(const sb_peaks *peaks, const sb_least *work, int64_t threads, bool cold)
{
    sb_bound bound = { 0, SB_LIMIT_UNKNOWN };
    double held = 0;
    const double gflops = at_threads(peaks, peaks->gflops, threads);
    raise_bound(&bound, 2 * work->multiplications * cost_of(gflops), SB_LIMIT_ARITHMETIC);
    for (int level = SB_LEVEL_L1; level < SB_LEVELS; level++) {
        const costs c = costs_at(peaks, level, threads);
        const sb_limit limit = (sb_limit)(SB_LIMIT_LEVEL + level);
        raise_bound(&bound, traffic_ns(&c, work, held), limit);
        if (level == SB_LEVEL_DRAM && cold)
            raise_bound(&bound, c.load * work->read, limit);
        held += level_capacity(peaks, level, threads);
    }
    return bound;
}

const char *sb_limit_name(sb_limit limit)
{
    if (limit >= SB_LIMIT_LEVEL)
        return sb_level_name((sb_level)(limit - SB_LIMIT_LEVEL));
    return limit == SB_LIMIT_ARITHMETIC ? "arithmetic" : "";
}

static double most_at(const sb_peaks *peaks, const double *values, int64_t threads)
{
    const int64_t cores = peaks->cores > 0 && threads > peaks->cores ? peaks->cores : threads;
    const double probed = at_threads(peaks, values, threads);
    const double scaled = values[1] * (double)(cores < 1 ? 1 : cores);
    return probed > scaled ? probed : scaled;
}

double sb_floor_ns(const sb_peaks *peaks, const sb_least *work, int64_t threads)
{
    const double gflops = most_at(peaks, peaks->gflops, threads);
    double least = 2 * work->multiplications * cost_of(gflops);
    double bytes = fmax(work->read, work->written);
    for (int level = SB_LEVEL_L1; level < SB_LEVEL_L3 && bytes > 0; level++) {
        const double rate = most_at(peaks, peaks->gbytes[level], threads);
        if (rate > 0 && bytes / rate > least)
            least = bytes / rate;
        bytes -= level_capacity(peaks, level, threads);
    }
    return least;
}
