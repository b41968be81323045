/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/energy.h"

#include "core/file.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *sb_energy_folder(void)
{
    const char *named = getenv("SEPBENCH_POWERCAP");
    return named && *named ? named : "/sys/class/powercap";
}

static int read_number(const char *path, uint64_t *number, sb_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return sb_fail_errno(error, "%s", path);
    int found = fscanf(file, "%" SCNu64, number);
    fclose(file);
    return found == 1 ? SB_OK : sb_fail(error, "%s: not a number", path);
}

/* Is it a package's folder? Its parts (cores, memory) and the whole platform have others. */
static bool is_package(const char *zone)
{
    char name[64], *path = sb_path_join(zone, "name");
    sb_file_first_line(path, name, sizeof name);
    free(path);
    return strncmp(name, "package-", 8) == 0;
}

static int add_package(sb_energy *energy, const char *zone, sb_error *error)
{
    char *range = sb_path_join(zone, "max_energy_range_uj");
    size_t at = energy->count++;
    energy->paths[at] = sb_path_join(zone, "energy_uj");
    int rc = read_number(range, &energy->ranges[at], error);
    free(range);
    return rc;
}

static int add_packages(const char *folder, sb_energy *energy, sb_error *error)
{
    char *pattern = sb_path_join(folder, "intel-rapl:*");
    glob_t zones;
    int rc = SB_OK, found = glob(pattern, 0, NULL, &zones);
    for (size_t i = 0; found == 0 && i < zones.gl_pathc && rc == SB_OK; i++)
        if (is_package(zones.gl_pathv[i]) && energy->count < SB_ENERGY_PACKAGES)
            rc = add_package(energy, zones.gl_pathv[i], error);
    if (found == 0)
        globfree(&zones);
    free(pattern);
    if (rc == SB_OK && energy->count == 0)
        rc = sb_fail(error, "this system has no energy counters (%s/intel-rapl:*)", folder);
    return rc;
}

/* Virtual machines may show counters that stand still. */
static int check_counting(const sb_energy *energy, sb_error *error)
{
    enum { CHECKS = 50 };
    const struct timespec pause = { .tv_nsec = 5000000 };
    sb_energy_reading before, after;
    int rc = sb_energy_read(energy, &before, error);
    for (int i = 0; i < CHECKS && rc == SB_OK; i++) {
        nanosleep(&pause, NULL);
        rc = sb_energy_read(energy, &after, error);
        if (rc == SB_OK && sb_energy_between(energy, &before, &after) > 0)
            return SB_OK;
    }
    return rc < 0 ? rc : sb_fail(error, "%s: the energy counter stands still", energy->paths[0]);
}

int sb_energy_open(const char *folder, sb_energy *energy, sb_error *error)
{
    *energy = (sb_energy) { 0 };
    if (add_packages(folder, energy, error) == SB_OK && check_counting(energy, error) == SB_OK)
        return SB_OK;
    sb_energy_close(energy);
    return SB_FAILED;
}

void sb_energy_close(sb_energy *energy)
{
    for (size_t i = 0; i < energy->count; i++)
        free(energy->paths[i]);
    *energy = (sb_energy) { 0 };
}

int sb_energy_read(const sb_energy *energy, sb_energy_reading *reading, sb_error *error)
{
    int rc = SB_OK;
    for (size_t i = 0; i < energy->count && rc == SB_OK; i++)
        rc = read_number(energy->paths[i], &reading->uj[i], error);
    return rc;
}

double sb_energy_between(const sb_energy *energy, const sb_energy_reading *before,
                         const sb_energy_reading *after)
{
    double sum = 0;
    for (size_t i = 0; i < energy->count; i++) {
        uint64_t used = after->uj[i] - before->uj[i];
        if (after->uj[i] < before->uj[i])
            used += energy->ranges[i];
        sum += (double)used * 1e-6;
    }
    return sum;
}
