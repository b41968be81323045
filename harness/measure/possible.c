/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/possible.h"

#include "conv/taps.h"
#include "machine/cpu.h"
#include "machine/peaks_probe.h"
#include "machine/roofline.h"

#include <math.h>
#include <stdio.h>

/*
 * No honest kernel may be refused, so the floor holds for any program (taps.h, roofline.h), and a
 * time is refused only below two thirds of it. The margin covers these: one level's bandwidth
 * depends on the size of the data, by up to a third (a second level that loads 226 GB/s or 170),
 * and the probe measures two sizes; stored peaks may be 3 % low, and the probe's loop 2 %; reading
 * the clock is up to 5 % of a sample; a level of Strassen more than declared saves another 1/8 of
 * the products. They do not all occur together. Noise needs no part of the margin: it only adds
 * time. So the estimate is compared with the floor, not the end of its interval, which a kernel
 * could widen.
 */
#define MARGIN 1.5

/* Peaks measured under load, or with a narrower instruction set than libraries use (SEPBENCH_ISA
 * restricts our kernels, not the libraries), would refuse the fastest kernels. */
static double look_again(sb_possible *m)
{
    if (m->faster > 0)
        return m->faster;
    m->faster = 1;
    if (m->topology && m->peaks->gflops[1] > 0) {
        const sb_cpu whole = { .size = sizeof whole, .features = sb_cpu_hardware() };
        m->faster = fmax(1, sb_peaks_probe_quickly(m->topology, &whole) / m->peaks->gflops[1]);
    }
    return m->faster;
}

static int count_decimals(double gflops)
{
    return gflops < 10 ? 2 : 0;
}

bool sb_possible_time(sb_possible *machine, const sb_problem *problem, sb_arithmetic arithmetic,
                      double ns, char *why, size_t size)
{
    if (!machine->peaks)
        return true;
    const sb_least least = sb_least_of(problem, arithmetic);
    const double floor_ns = sb_floor_ns(machine->peaks, &least, problem->threads);
    if (ns * MARGIN >= floor_ns || ns * MARGIN * look_again(machine) >= floor_ns)
        return true;
    const double operations = 2 * sb_least_of(problem, SB_DIRECT).multiplications;
    const double rate = operations / ns, bound = operations / floor_ns * machine->faster;
    snprintf(why, size, "%.*f GFLOP/s is impossible: this machine's bound is %.*f",
             count_decimals(rate), rate, count_decimals(bound), bound);
    return false;
}
