/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/estimate.h"

#include "conv/cost.h"
#include "conv/taps.h"
#include "machine/roofline.h"

#include <math.h>
#include <string.h>

#define TURN_NS    4e6   /* least duration of a turn */
#define START_NS   30e6  /* starting a worker and planning */
#define PROCESSES  6     /* processes for a group if the number is not given */
#define GATE_CALLS 6     /* calls of a kernel in both gates, and in proving its samples */
#define TRUTHS     2     /* references for an operation: on integers and on reals */
#define TRUTH_RATE 0.4e9 /* the reference's multiplications a second, on one core */

/* The assumed fraction of the roofline that kernels of a technique reach; all others, ours and
 * peers', are within a factor of two of each other, which max_time evens out. */
static const struct {
    const char *technique;
    double share;
} shares[] = { { "naive", 0.01 }, { "openmp", 0.03 }, { "tiled", 0.05 } };
#define USUAL_SHARE 0.4

static const sb_peaks nobodys = {
    .threads = 1,
    .gflops = { 0, 100 },
    .gbytes = { { 0, 200 }, { 0, 100 }, { 0, 40 }, { 0, 12 } },
    .level_bytes = { 32 << 10, 1 << 20, 16 << 20, UINT64_MAX },
    .level_cores = { 1, 1, 1, 1 },
    .cores = 1,
};

static double share_of(const char *technique)
{
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        if (strcmp(shares[i].technique, technique) == 0)
            return shares[i].share;
    return USUAL_SHARE;
}

/* One candidate on one problem: planned, verified, timed. */
static double candidate_ns(const sb_config *config, const sb_kernel_info *kernel,
                           const sb_problem *problem, const sb_peaks *peaks)
{
    const bool many = kernel->flags & SB_KERNEL_THREADED;
    const sb_least least = sb_least_of(problem, SB_DIRECT);
    const sb_bound bound = sb_bound_of(peaks, &least, many ? problem->threads : 1,
                                       config->measure.cache == SB_CACHE_COLD);
    const double call = bound.ns / share_of(kernel->technique);
    const double samples = (double)config->measure.min_samples * fmax(call, TURN_NS);
    const double timed = fmax((double)config->measure.max_time_ns, samples);
    const int64_t wanted = config->measure.processes ? config->measure.processes : PROCESSES;
    /* If starting several would take longer than measuring, there is one. */
    const double starts = fmin((double)wanted * START_NS, fmax(timed, START_NS));
    return timed + starts + GATE_CALLS * call;
}

int64_t sb_estimate_group_ns(const sb_scope *scope, const sb_layer *layer, int64_t threads,
                             const sb_peaks *peaks)
{
    const sb_peaks *known = peaks ? peaks : &nobodys;
    bool verified[SB_OPERATIONS] = { false };
    double sum = 0;
    for (size_t i = 0; i < scope->candidates.count; i++) {
        const sb_candidate *candidate = &scope->candidates.items[i];
        const sb_kernel_info *kernel = &candidate->plugin->kernels[candidate->kernel];
        if (!layer->operations[candidate->operation])
            continue;
        const sb_problem problem = sb_layer_problem(layer, candidate->operation, threads);
        if (problem.needs & ~kernel->handles)
            continue;
        sum += candidate_ns(&scope->config, kernel, &problem, known);
        if (!verified[candidate->operation])
            sum += TRUTHS * (double)sb_cost_of(&problem).total / TRUTH_RATE * 1e9;
        verified[candidate->operation] = true;
    }
    return (int64_t)ceil(sum / 1e6) * 1000000;
}

int64_t sb_estimate_scope_ns(const sb_scope *scope, const sb_peaks *peaks)
{
    int64_t sum = 0;
    for (size_t l = 0; l < scope->config.layer_count; l++)
        for (size_t t = 0; t < scope->thread_count; t++)
            if (sb_scope_holds(scope, l, t))
                sum +=
                    sb_estimate_group_ns(scope, &scope->config.layers[l], scope->threads[t], peaks);
    return sum;
}
