/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/peaks.h"

#include "core/log.h"
#include "machine/cache.h"
#include "machine/peaks_file.h"
#include "machine/peaks_probe.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define TOO_LOW 0.97 /* of what a short check reaches: such peaks are not believed */
#define BUSY    1.0  /* load average: others ran, too */

/* Held while probing: two processes that probe at the same time would halve each other's peaks. If
 * the lock cannot be taken, probing continues without it. */
static int lock_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        flock(fd, LOCK_EX);
    return fd;
}

/* Whether others used the machine while it was probed, and far fewer do now. */
static bool was_busier(const sb_peaks *peaks)
{
    double load;
    return peaks->load >= BUSY && getloadavg(&load, 1) == 1 && load < peaks->load / 2;
}

/* The peaks that were kept, unless the machine can visibly or probably do more. */
static bool load_believable(const sb_topology *topology, const sb_cpu *cpu, const char *path,
                            const char *key, sb_peaks *peaks)
{
    if (!sb_peaks_load(path, key, peaks))
        return false;
    if (was_busier(peaks)) {
        sb_info("the saved peaks were probed at a load of %.1f", peaks->load);
        return false;
    }
    double now = sb_peaks_probe_quickly(topology, cpu);
    if (peaks->gflops[1] >= now * TOO_LOW)
        return true;
    sb_info("the saved peaks are too low: %.0f GFLOP/s with one thread, %.0f now", peaks->gflops[1],
            now);
    return false;
}

static void keep_best(double *values, const double *old, int threads)
{
    for (int n = 1; n <= threads; n++)
        values[n] = fmax(values[n], old[n]);
}

/* A higher rate that the same machine reached earlier is still its peak. */
static void keep_better(sb_peaks *peaks, const sb_peaks *old)
{
    keep_best(peaks->gflops, old->gflops, peaks->threads);
    for (int level = 0; level < SB_LEVELS; level++) {
        keep_best(peaks->gbytes[level], old->gbytes[level], peaks->threads);
        keep_best(peaks->stores[level], old->stores[level], peaks->threads);
        keep_best(peaks->copies[level], old->copies[level], peaks->threads);
    }
    peaks->clock_ghz = fmax(peaks->clock_ghz, old->clock_ghz);
}

/* Called with the lock held: another process may have probed while this one waited. */
static int probe_and_keep(const sb_topology *topology, const char *path, const char *key,
                          bool refresh, sb_peaks *peaks, sb_error *error)
{
    sb_error why;
    sb_peaks old;
    const int64_t seen = peaks->probed_at; /* 0: nothing was loaded */
    bool known = !refresh && sb_peaks_load(path, key, &old);
    if (known && old.probed_at != seen) {
        *peaks = old;
        return SB_OK;
    }
    sb_info("probing the machine's peaks");
    int rc = sb_peaks_probe(topology, peaks, error);
    if (rc == SB_OK && known)
        keep_better(peaks, &old);
    if (rc == SB_OK && sb_peaks_store(path, key, peaks, &why) < 0)
        sb_warn("the measured peaks cannot be saved: %s", why.text);
    return rc;
}

int sb_peaks_get(const sb_topology *topology, bool refresh, sb_peaks *peaks, sb_error *error)
{
    sb_cpu cpu;
    sb_error why;
    int rc = sb_cpu_from(topology, &cpu, error);
    if (rc < 0)
        return rc;
    char *folder = sb_cache_folder(&why);
    if (!folder) {
        sb_warn("the measured peaks cannot be saved: %s", why.text);
        return sb_peaks_probe(topology, peaks, error);
    }
    char *key = sb_cache_key(topology, &cpu), *path = sb_cache_file(folder, SB_PEAKS_SORT, key);
    peaks->probed_at = 0;
    if (refresh || !load_believable(topology, &cpu, path, key, peaks)) {
        int lock = lock_folder(folder);
        rc = probe_and_keep(topology, path, key, refresh, peaks, error);
        if (lock >= 0)
            close(lock);
    }
    free(path);
    free(key);
    free(folder);
    return rc;
}

bool sb_peaks_recall(const sb_topology *topology, sb_peaks *peaks)
{
    sb_error ignored;
    sb_cache_place place;
    const bool known = sb_cache_find(topology, SB_PEAKS_SORT, NULL, &place, &ignored) == SB_OK &&
                       sb_peaks_load(place.path, place.key, peaks);
    sb_cache_place_free(&place);
    return known;
}
