/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/estimate.h"

#include "conv/cost.h"
#include "conv/taps.h"
#include "machine/roofline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* As in results/mobilenet_v1, where groups took 0.95 to 1.1 times their estimates. */
#define TURN_NS    4e6 /* least duration of a turn */
#define START_NS   8e6 /* starting a worker and planning */
#define PROCESSES  6   /* processes for a group if the number is not given */
#define ROUNDS     4   /* rounds of a slow kernel, the warm-up among them */
#define GATE_CALLS 3   /* calls of a kernel in both gates, and in proving its samples */
#define TRUTHS     2   /* references for an operation: on integers and on reals */
#define TRUTH_RATE 2e9 /* the reference's multiplications a second, on one core */

/* Of a search. */
#define PROOF_CALLS  6     /* calls of each evaluation that are not timed */
#define LOOK_TURNS   6     /* turns of an evaluation */
#define LOOK_TURN_NS 1e6   /* of one of them */
#define RACE_NS      4.2e9 /* six parameter sets, then the winner and the defaults */

/* The assumed fraction of the roofline that kernels of a technique reach; all others, ours and
 * peers', are within a factor of two of each other, which max_time evens out. */
static const struct {
    const char *technique;
    double share;
} shares[] = { { "naive", 0.012 }, { "openmp", 0.2 }, { "tiled", 0.2 } };
#define USUAL_SHARE 0.4

static const sb_peaks fictitious = {
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

/* A call of the kernel. */
static double call_ns(const sb_kernel_info *kernel, const sb_problem *problem,
                      const sb_peaks *peaks, bool cold)
{
    const bool many = kernel->flags & SB_KERNEL_THREADED;
    const sb_least least = sb_least_of(problem, SB_DIRECT);
    const sb_bound bound = sb_bound_of(peaks, &least, many ? problem->threads : 1, cold);
    return bound.ns / share_of(kernel->technique);
}

/* Winograd's arithmetic is of dense filters, and with strides it seldom saves time; Strassen's
 * product is of filters as small as their stride. */
static bool may_serve(sb_arithmetic arithmetic, const sb_step *s)
{
    const bool pointwise = s->r == 1 && s->s == 1;
    const bool strided = s->stride_h > 1 || s->stride_w > 1;
    if (s->groups != 1)
        return false;
    return sb_strassen_levels(arithmetic) > 0 ? s->r <= s->stride_h && s->s <= s->stride_w
                                              : !pointwise && !strided;
}

/* What else a kernel refuses is known only when it is asked, in the run. */
static bool may_apply(const sb_kernel_info *kernel, const sb_problem *problem)
{
    if (kernel->arithmetic == SB_DIRECT)
        return true;
    for (uint32_t i = 0; i < problem->step_count; i++)
        if (may_serve(kernel->arithmetic, &problem->steps[i]))
            return true;
    return false;
}

/* One candidate on one problem: planned, verified, timed. */
static double candidate_ns(const sb_config *config, const sb_kernel_info *kernel,
                           const sb_problem *problem, const sb_peaks *peaks)
{
    const double call = call_ns(kernel, problem, peaks, config->measure.cache == SB_CACHE_COLD);
    const double timed = fmax((double)config->measure.max_time_ns, ROUNDS * fmax(call, TURN_NS));
    const int64_t wanted = config->measure.processes ? config->measure.processes : PROCESSES;
    /* If starting several would take longer than measuring, there is one. */
    const double starts = fmin((double)wanted * START_NS, fmax(timed, START_NS));
    return timed + starts + GATE_CALLS * call;
}

int64_t sb_estimate_group_ns(const sb_scope *scope, const sb_layer *layer, int64_t threads,
                             const sb_peaks *peaks)
{
    const sb_peaks *known = peaks ? peaks : &fictitious;
    bool verified[SB_OPERATIONS] = { false };
    double sum = 0;
    for (size_t i = 0; i < scope->candidates.count; i++) {
        const sb_candidate *candidate = &scope->candidates.items[i];
        const sb_kernel_info *kernel = &candidate->plugin->kernels[candidate->kernel];
        if (!layer->operations[candidate->operation])
            continue;
        const sb_problem problem = sb_layer_problem(layer, candidate->operation, threads);
        if ((problem.needs & ~kernel->handles) || !may_apply(kernel, &problem))
            continue;
        sum += candidate_ns(&scope->config, kernel, &problem, known);
        if (!verified[candidate->operation])
            sum += TRUTHS * (double)sb_cost_of(&problem).total / TRUTH_RATE * 1e9;
        verified[candidate->operation] = true;
    }
    return (int64_t)ceil(sum / 1e6) * 1000000;
}

int64_t sb_estimate_search_ns(const sb_candidate *candidate, const sb_problem *problem,
                              double evaluations, const sb_peaks *peaks)
{
    const sb_kernel_info *kernel = &candidate->plugin->kernels[candidate->kernel];
    const double call = call_ns(kernel, problem, peaks ? peaks : &fictitious, false);
    const double looked = LOOK_TURNS * 2 * fmax(call, LOOK_TURN_NS);
    if ((problem->needs & ~kernel->handles) || !may_apply(kernel, problem))
        return 0;
    const double ns = evaluations * (PROOF_CALLS * call + looked) + RACE_NS;
    return (int64_t)ceil(ns / 1e6) * 1000000;
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

void sb_estimate_text(int64_t ns, char text[static SB_ESTIMATE_TEXT])
{
    const double seconds = (double)ns / 1e9;
    if (seconds < 90)
        snprintf(text, SB_ESTIMATE_TEXT, "about %.*f s", seconds < 10, seconds);
    else if (seconds < 5400)
        snprintf(text, SB_ESTIMATE_TEXT, "about %.0f min", seconds / 60);
    else
        snprintf(text, SB_ESTIMATE_TEXT, "about %.1f h", seconds / 3600);
}
