/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/group.h"

#include "conv/cost.h"
#include "core/clock.h"
#include "core/text.h"
#include "machine/roofline.h"
#include "measure/job.h"
#include "measure/possible.h"
#include "measure/rounds_run.h"
#include "measure/speedup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct grouping {
    sb_bench bench;
    sb_arena arena;
    const sb_layer *layer;
    const sb_measure_options *options;
    sb_group *group;
    sb_job *jobs;
    size_t count;
    sb_truth truths[SB_OPERATIONS]; /* of the present data, while somebody needs them */
    sb_possible possible;
    sb_estimator estimator; /* of all results */
} grouping;

static const sb_kernel_info *kernel_of(const sb_candidate *candidate)
{
    return &candidate->plugin->kernels[candidate->kernel];
}

static void init_result(sb_result *result, const sb_candidate *candidate)
{
    const sb_kernel_info *kernel = kernel_of(candidate);
    *result = (sb_result) {
        .operation = candidate->operation,
        .arithmetic = kernel->arithmetic,
        .plugin = sb_copy_text(candidate->plugin->id),
        .kernel = sb_copy_text(kernel->id),
        .technique = sb_copy_text(kernel->technique),
        .label = sb_copy_text(candidate->label),
        .params = sb_copy_text(""),
        .origin = sb_copy_text(candidate->origin),
        .peer = candidate->plugin->peer,
        .threaded = kernel->flags & SB_KERNEL_THREADED,
        .verdict = SB_VERDICT_OK,
        .detail = sb_copy_text(""),
        .stop_reason = sb_copy_text(""),
        .time = { NAN, NAN, NAN },
        .prepare_ns = NAN,
        .reorder_ns = NAN,
        .max_error = NAN,
        .error_bound = NAN,
        .roofline_gflops = NAN,
    };
}

static void init_jobs(grouping *g, const sb_candidate *candidates, size_t count)
{
    g->jobs = sb_new(count, sizeof *g->jobs);
    g->group->results = sb_new(count, sizeof *g->group->results);
    for (size_t i = 0; i < count; i++) {
        const sb_operation operation = candidates[i].operation;
        if (!g->layer->operations[operation])
            continue;
        sb_result *result = &g->group->results[g->count];
        init_result(result, &candidates[i]);
        sb_job *job = &g->jobs[g->count];
        *job = (sb_job) {
            .candidate = &candidates[i],
            .kernel = kernel_of(&candidates[i]),
            .operation = operation,
            .problem = sb_layer_problem(g->layer, operation, g->bench.threads),
            .result = result,
            .slot = (uint32_t)g->count,
            .given = candidates[i].given,
        };
        memcpy(job->values, candidates[i].values, sizeof job->values);
        g->count++;
    }
    g->group->result_count = g->count;
}

static void tell_progress(const grouping *g, const char *what, const sb_job *job)
{
    char text[160];
    if (!g->options->progress)
        return;
    snprintf(text, sizeof text, "%s %s", what, job->result->label);
    g->options->progress(g->options->context, text, 0);
}

typedef bool gate(sb_bench *, sb_job *, sb_truth *);

/* Every job of the operation that is still well goes through the gate. The reference is made only
 * if there is one. */
static int pass_gate(grouping *g, sb_operation operation, sb_data data, gate *through,
                     sb_error *error)
{
    sb_truth *truth = &g->truths[operation];
    for (size_t i = 0; i < g->count; i++) {
        sb_job *job = &g->jobs[i];
        if (job->operation != operation || !sb_job_ok(job))
            continue;
        if (data == SB_INTEGERS && job->kernel->arithmetic != SB_DIRECT)
            continue;
        if (sb_session_stopping(g->bench.session)) {
            sb_fail(error, "interrupted");
            return SB_INTERRUPTED;
        }
        int64_t start = sb_now_ns();
        if (!truth->value && sb_truth_make(&g->arena, operation, data,
                                           g->options->reference_threads, truth, error) < 0)
            return SB_FAILED;
        g->group->reference_ns += sb_now_ns() - start;
        tell_progress(g, "verifying", job);
        through(&g->bench, job, truth);
        if (data == SB_REALS && !g->options->verify_only)
            sb_job_hold(job, truth);
    }
    if (truth->users == 0)
        sb_truth_free(truth);
    return SB_OK;
}

static int verify_jobs(grouping *g, sb_error *error)
{
    int rc = SB_OK;
    for (int op = 0; op < SB_OPERATIONS && rc == SB_OK; op++) {
        if (g->layer->operations[op] &&
            sb_arena_fill(&g->arena, (sb_operation)op, SB_INTEGERS, g->options->seed))
            rc = pass_gate(g, (sb_operation)op, SB_INTEGERS, sb_job_gate_exact, error);
    }
    /* What follows is warm-up, as it runs on the data that are timed. */
    g->bench.run_ns = g->bench.idle_ns = 0;
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (g->layer->operations[op])
            sb_arena_fill(&g->arena, (sb_operation)op, SB_REALS, g->options->seed);
    for (int op = 0; op < SB_OPERATIONS && rc == SB_OK; op++)
        if (g->layer->operations[op])
            rc = pass_gate(g, (sb_operation)op, SB_REALS, sb_job_gate_real, error);
    return rc;
}

static double roofline_gflops(const grouping *g, const sb_problem *problem)
{
    if (!g->options->peaks)
        return NAN;
    sb_cost cost = sb_cost_of(problem);
    double ns = sb_roofline_ns(g->options->peaks, cost.total, cost.bytes, problem->threads,
                               g->options->cache == SB_CACHE_COLD);
    return 2 * (double)cost.total / ns;
}

/* What a kernel took that failed in the end is no time of a convolution. */
static void retract_times(sb_result *result)
{
    sb_series_free(&result->series);
    result->switches = 0;
    result->prepare_ns = result->reorder_ns = NAN;
}

/* One quantile for the whole group, so that times can be divided: the one for the candidate with
 * the fewest samples. */
static sb_estimator choose_estimator(const grouping *g)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < g->count; i++) {
        const sb_result *result = g->jobs[i].result;
        const size_t samples = sb_job_ok(&g->jobs[i]) ? sb_series_least(&result->series) : SIZE_MAX;
        least = samples < least ? samples : least;
    }
    return sb_estimator_for(g->options->estimator, least);
}

/* What is published of the samples, unless no program can have taken so little. */
static void estimate_job(grouping *g, sb_job *job)
{
    char why[128];
    sb_result *result = job->result;
    const sb_measure_options *o = g->options;
    const sb_interval time = sb_estimate(&result->series, g->estimator, o->confidence, o->seed);
    if (!sb_possible_time(&g->possible, &job->problem, result->arithmetic, time.value, why,
                          sizeof why)) {
        sb_job_fail(job, SB_VERDICT_WRONG, "%s", why);
        return;
    }
    result->estimator = g->estimator;
    result->time = time;
    result->summary = sb_summarize(&result->series, o->confidence);
    free(result->stop_reason);
    result->stop_reason = sb_copy_text(sb_stop_name(job->stopping.stop));
}

static void finish_job(grouping *g, sb_job *job)
{
    job->result->roofline_gflops = roofline_gflops(g, &job->problem);
    if (sb_job_ok(job))
        estimate_job(g, job);
    if (!sb_job_ok(job))
        retract_times(job->result);
}

static int measure_jobs(grouping *g, sb_error *error)
{
    sb_bench *b = &g->bench;
    int64_t start = sb_now_ns();
    int rc = verify_jobs(g, error);
    g->group->verify_ns =
        sb_now_ns() - start - g->group->reference_ns - b->plan_ns - b->run_ns - b->idle_ns;
    if (g->options->verify_only)
        return rc;
    if (rc == SB_OK)
        rc = sb_rounds_run(b, g->jobs, g->count, g->options, error);
    g->group->plan_ns = b->plan_ns;
    g->group->sample_ns = b->run_ns;
    g->group->idle_ns = b->idle_ns;
    g->group->verify_ns += b->verify_ns;
    g->estimator = choose_estimator(g);
    for (size_t i = 0; i < g->count && rc == SB_OK; i++)
        finish_job(g, &g->jobs[i]);
    if (rc == SB_OK)
        sb_group_speedups(g->group, g->options->confidence, g->options->seed);
    return rc;
}

int sb_measure_group(sb_session *session, const sb_layer *layer, int64_t threads,
                     const sb_candidate *candidates, size_t count,
                     const sb_measure_options *options, sb_group *group, sb_error *error)
{
    int64_t start = sb_now_ns();
    *group = (sb_group) { .layer = layer, .threads = threads, .cache = options->cache };
    grouping g = {
        .layer = layer,
        .options = options,
        .group = group,
        .possible = { .peaks = options->peaks, .topology = sb_session_topology(session) },
    };
    if (count > SB_MAX_SLOTS)
        return sb_fail(error, "more than %d kernels and configurations on one layer", SB_MAX_SLOTS);
    if (sb_arena_open(&g.arena, layer, error) < 0)
        return sb_fail_within(error, "layer %s", layer->name);
    g.bench = (sb_bench) { .session = session,
                           .arena = &g.arena,
                           .threads = threads,
                           .reference_threads = options->reference_threads };
    sb_session_bind(session, &g.arena);
    init_jobs(&g, candidates, count);
    int rc = measure_jobs(&g, error);
    if (rc == SB_OK && sb_session_cut(session)) {
        sb_fail(error, "interrupted");
        rc = SB_INTERRUPTED;
    }
    for (int op = 0; op < SB_OPERATIONS; op++)
        sb_truth_free(&g.truths[op]);
    sb_session_bind(session, NULL);
    sb_arena_close(&g.arena);
    free(g.bench.scratch);
    free(g.jobs);
    group->wall_ns = sb_now_ns() - start;
    if (rc < 0)
        sb_group_free(group);
    return rc;
}
