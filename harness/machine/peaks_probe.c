/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/peaks_probe.h"

#include "machine/probe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A neighbour may take half of a core for milliseconds to seconds: each rate is measured several
 * times, spread over the whole of the probing, and the best window counts. */
#define PASSES        5
#define LEAST_NS      6000000
#define MOST_NS       25000000
#define MEMORY_NS     40000000 /* memory is shared with every neighbour: more windows */

#define LEAST_BUFFER  ((size_t)4096)
#define MOST_BUFFER   ((size_t)256 << 20)
#define SCAN_SIZES    16
#define BEYOND        4   /* times a cache's size, read in order, evict all that it held */
#define KNEE_CONTRAST 1.3 /* by which memory must be slower than L3 for a knee */

/* State shared by all probes of one machine. */
typedef struct prober {
    const sb_topology *topology;
    const sb_loops *loops;
    sb_peaks *peaks;
    sb_probe_memory memory;
} prober;

/* At least what one iteration of the loops reads: the cache size may be unknown. */
static size_t floor_power(uint64_t bytes)
{
    size_t power = LEAST_BUFFER;
    while (power * 2 <= bytes && power < MOST_BUFFER)
        power *= 2;
    return power;
}

static int run_probe(prober *p, sb_probe_kind kind, int threads, size_t bytes, double *best,
                     sb_error *error)
{
    const sb_probe probe = {
        .kind = kind,
        .loops = p->loops,
        .threads = threads,
        .cpus = p->topology->place,
        .memory = &p->memory,
        .bytes = bytes,
        .least_ns = LEAST_NS,
        .most_ns = bytes > p->peaks->level_bytes[SB_LEVEL_L2] ? MEMORY_NS : MOST_NS,
    };
    return sb_probe_run(&probe, best, error);
}

/*
 * Finds the largest buffer that still runs at L3's speed, from the bandwidth over doubling sizes:
 * the last one above the geometric mean of the first (surely L3) and the last (surely memory).
 * Returns the reported size if there is no such step.
 */
static uint64_t find_knee(const double *gbytes, int count, size_t first_bytes, uint64_t claimed)
{
    double threshold = sqrt(gbytes[0] * gbytes[count - 1]);
    int last = 0;
    if (count < 3 || gbytes[0] < gbytes[count - 1] * KNEE_CONTRAST)
        return claimed;
    while (last + 1 < count && gbytes[last + 1] >= threshold)
        last++;
    uint64_t found = (uint64_t)first_bytes << last;
    return found * 2 > claimed ? claimed : found; /* within the step: take it as exact */
}

static int measure_l3(prober *p, sb_error *error)
{
    double gbytes[SCAN_SIZES] = { 0 };
    uint64_t claimed = p->topology->l3_bytes;
    size_t first = 2 * floor_power(p->topology->l2_bytes);
    int count = 0;
    while (count < SCAN_SIZES && first << count <= p->memory.stride &&
           first << count <= BEYOND * claimed)
        count++;
    for (int pass = 0; claimed && pass < PASSES; pass++)
        for (int i = 0; i < count; i++)
            if (run_probe(p, SB_PROBE_LOADS, 1, first << i, &gbytes[i], error) < 0)
                return SB_FAILED;
    if (claimed && count > 0)
        p->peaks->level_bytes[SB_LEVEL_L3] = find_knee(gbytes, count, first, claimed);
    return SB_OK;
}

/* Each thread's buffer size for probing a level; 0 if there is no such level. */
static size_t buffer_for(const prober *p, int level, int threads)
{
    const uint64_t *bytes = p->peaks->level_bytes;
    int share = p->peaks->level_cores[level];
    uint64_t sharers = (uint64_t)(share > 0 && share < threads ? share : threads);
    size_t buffer, beyond_l2 = 2 * floor_power(bytes[SB_LEVEL_L2]);
    if (bytes[level] == 0)
        return 0;
    switch (level) {
    case SB_LEVEL_L1:
        buffer = floor_power(bytes[level] * 3 / 4);
        break;
    case SB_LEVEL_L2: /* larger than L1, but not all of L2: code and page tables are there as well
                       */
        buffer = floor_power(bytes[level] / 2 / sharers);
        break;
    case SB_LEVEL_L3:
        buffer = floor_power(bytes[level] / 4 / sharers);
        buffer = buffer > beyond_l2 ? buffer : beyond_l2;
        break;
    default: /* however the threads are spread over the L3s */
        buffer = bytes[SB_LEVEL_L3] ? floor_power(BEYOND * bytes[SB_LEVEL_L3]) : MOST_BUFFER;
        break;
    }
    return buffer < p->memory.stride ? buffer : p->memory.stride;
}

/* Which rates of a level are probed, and where they are stored. */
typedef struct traffic {
    sb_probe_kind kind;
    double *best;
    int first_level; /* the other levels are not probed this way */
} traffic;

/* L2 alone is not equally fast at every size (a Zen 5 loads 226 GB/s from half of it and 170 from a
 * quarter, with plain loops too), and which size is faster is not documented. */
static int probe_traffic(prober *p, const traffic *t, int level, int threads, size_t bytes,
                         sb_error *error)
{
    if (level < t->first_level)
        return SB_OK;
    int rc = run_probe(p, t->kind, threads, bytes, t->best, error);
    if (rc == SB_OK && level == SB_LEVEL_L2 && bytes / 2 >= 2 * p->peaks->level_bytes[SB_LEVEL_L1])
        rc = run_probe(p, t->kind, threads, bytes / 2, t->best, error);
    return rc;
}

/* Non-temporal stores go to memory: afterwards no cache holds what they wrote. */
static int probe_level(prober *p, int level, int threads, sb_error *error)
{
    sb_peaks *peaks = p->peaks;
    const traffic all[] = {
        { SB_PROBE_LOADS, &peaks->gbytes[level][threads], SB_LEVEL_L1 },
        { SB_PROBE_STORES, &peaks->stores[level][threads], SB_LEVEL_L1 },
        { SB_PROBE_COPIES, &peaks->copies[level][threads], SB_LEVEL_L1 },
        { SB_PROBE_STREAMS, &peaks->stores[level][threads], SB_LEVEL_DRAM },
        { SB_PROBE_STREAM_COPIES, &peaks->copies[level][threads], SB_LEVEL_DRAM },
    };
    size_t bytes = buffer_for(p, level, threads);
    int rc = SB_OK;
    for (size_t i = 0; bytes && rc == SB_OK && i < sizeof all / sizeof *all; i++)
        rc = probe_traffic(p, &all[i], level, threads, bytes, error);
    return rc;
}

static int probe_threads(prober *p, int threads, sb_error *error)
{
    int rc = run_probe(p, SB_PROBE_ARITHMETIC, threads, 0, &p->peaks->gflops[threads], error);
    for (int level = 0; rc == SB_OK && level < SB_LEVELS; level++)
        rc = probe_level(p, level, threads, error);
    return rc;
}

/* All numbers of threads up to 4, then powers of two, and the largest; the others are
 * interpolated. */
static int next_count(int threads, int last)
{
    int next = threads < 4 ? threads + 1 : threads * 2;
    return next < last || threads == last ? next : last;
}

/* Interpolates linearly between the probed counts; more threads are never taken to be slower than
 * fewer. */
static void fill_between(double *values, int last)
{
    for (int from = 1; from < last;) {
        int to = next_count(from, last);
        values[to] = values[to] > values[from] ? values[to] : values[from];
        for (int n = from + 1; n < to; n++)
            values[n] = values[from] + (values[to] - values[from]) * (n - from) / (to - from);
        from = to;
    }
}

static void set_levels(const sb_topology *t, sb_peaks *peaks)
{
    const uint64_t bytes[SB_LEVELS] = { t->l1d_bytes, t->l2_bytes, t->l3_bytes, UINT64_MAX };
    const int cores[SB_LEVELS] = { 1, t->l2_cores, t->l3_cores, 0 };
    memcpy(peaks->level_bytes, bytes, sizeof bytes);
    memcpy(peaks->level_cores, cores, sizeof cores);
}

static int probe_all(prober *p, sb_error *error)
{
    sb_peaks *peaks = p->peaks;
    int rc = measure_l3(p, error);
    for (int pass = 0; rc == SB_OK && pass < PASSES; pass++) {
        rc = run_probe(p, SB_PROBE_CLOCK, 1, 0, &peaks->clock_ghz, error);
        for (int n = 1; rc == SB_OK && n <= peaks->threads; n = next_count(n, peaks->threads))
            rc = probe_threads(p, n, error);
    }
    fill_between(peaks->gflops, peaks->threads);
    for (int level = 0; level < SB_LEVELS; level++) {
        fill_between(peaks->gbytes[level], peaks->threads);
        fill_between(peaks->stores[level], peaks->threads);
        fill_between(peaks->copies[level], peaks->threads);
    }
    return rc;
}

int sb_peaks_probe(const sb_topology *topology, sb_peaks *peaks, sb_error *error)
{
    sb_cpu cpu;
    int rc = sb_cpu_from(topology, &cpu, error);
    if (rc < 0)
        return rc;
    int cores = sb_max_threads(topology);
    *peaks = (sb_peaks) {
        .cores = cores,
        .threads = cores < SB_MAX_PROBED_THREADS ? cores : SB_MAX_PROBED_THREADS,
        .probed_at = (int64_t)time(NULL),
        .load = -1,
    };
    getloadavg(&peaks->load, 1);
    prober p = {
        .topology = topology,
        .loops = sb_loops_for(cpu.features),
        .peaks = peaks,
    };
    set_levels(topology, peaks);
    snprintf(peaks->loops, sizeof peaks->loops, "%s", p.loops->name);
    /* At most an eighth of memory, so that no other program is forced to swap. */
    uint64_t memory = topology->memory_bytes ? topology->memory_bytes / 8 : MOST_BUFFER;
    size_t stride = floor_power(memory / (uint64_t)peaks->threads);
    rc = sb_probe_memory_open(&p.memory, peaks->threads, stride, error);
    if (rc == SB_OK)
        rc = probe_all(&p, error);
    sb_probe_memory_close(&p.memory);
    return rc;
}

double sb_peaks_probe_quickly(const sb_topology *topology, const sb_cpu *cpu)
{
    double gflops = 0;
    const sb_probe probe = {
        .kind = SB_PROBE_ARITHMETIC,
        .loops = sb_loops_for(cpu->features),
        .threads = 1,
        .cpus = topology->place,
        .least_ns = LEAST_NS,
        .most_ns = MOST_NS,
    };
    return sb_probe_run(&probe, &gflops, NULL) == SB_OK ? gflops : 0;
}
