/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/limits.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>

/* Reads a number from a file of the system; 0 if there is none. */
static double read_number(const char *root, const char *path)
{
    sb_text whole = { 0 };
    double number = 0;
    sb_text_add(&whole, "%s%s", root, path);
    FILE *file = fopen(whole.data, "re");
    if (file && fscanf(file, "%lf", &number) != 1)
        number = 0;
    if (file)
        fclose(file);
    sb_text_free(&whole);
    return number;
}

static double read_clock(const char *root, int cpu, const char *name)
{
    char path[96];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/%s", cpu, name);
    return read_number(root, path) / 1000; /* kHz */
}

/* intel_pstate has its own limit, in per cent of the full clock. */
static void read_clocks(const char *root, int cpu, sb_limits *l)
{
    const double percent = read_number(root, "/sys/devices/system/cpu/intel_pstate/max_perf_pct");
    l->full_mhz = read_clock(root, cpu, "cpuinfo_max_freq");
    l->clock_mhz = read_clock(root, cpu, "scaling_max_freq");
    if (percent > 0 && percent / 100 * l->full_mhz < l->clock_mhz)
        l->clock_mhz = percent / 100 * l->full_mhz;
}

/* Slurm does not say whether a job has its node exclusively; but a job with an exclusive node has
 * all of its processors. */
static int read_granted(void)
{
    const char *job = getenv("SLURM_JOB_ID"), *cpus = getenv("SLURM_CPUS_ON_NODE");
    int64_t granted = 0;
    return job && cpus && sb_parse_integer(cpus, 1, INT32_MAX, &granted) ? (int)granted : 0;
}

void sb_limits_read(const char *root, int cpu, sb_limits *limits)
{
    *limits = (sb_limits) { .granted = read_granted() };
    read_clocks(root, cpu, limits);
}
