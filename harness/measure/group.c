/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/group.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/bounds.h"
#include "measure/job.h"
#include "measure/possible.h"
#include "measure/rounds_run.h"
#include "measure/speedup.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct grouping {
    sb_bench bench;
    sb_arena arena;
    const sb_layer *layer;
    const sb_measure_options *options;
    const sb_lineup *lineups;
    sb_group *groups; /* one for each line-up */
    size_t group_count;
    sb_job *jobs; /* of all groups */
    size_t count;
    int64_t reference_ns, verify_ns;
    sb_truth truths[SB_OPERATIONS]; /* of the present data, while jobs need them */
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
        .watts = NAN,
        .workspace_bytes = -1,
        .reorder_ns = NAN,
        .max_error = NAN,
        .error_bound = NAN,
        .roofline_gflops = NAN,
        .passes_gflops = NAN,
    };
}

static void init_job(grouping *g, const sb_candidate *candidate, sb_group *group)
{
    sb_result *result = &group->results[group->result_count];
    init_result(result, candidate);
    sb_job *job = &g->jobs[g->count++];
    *job = (sb_job) {
        .candidate = candidate,
        .kernel = kernel_of(candidate),
        .operation = candidate->operation,
        .problem = sb_layer_problem(g->layer, candidate->operation, group->threads),
        .result = result,
        .slot = (uint32_t)group->result_count++,
        .given = candidate->given,
    };
    memcpy(job->values, candidate->values, sizeof job->values);
}

static void init_jobs(grouping *g)
{
    size_t most = 0;
    for (size_t i = 0; i < g->group_count; i++)
        most += g->lineups[i].count;
    g->jobs = sb_new(most, sizeof *g->jobs);
    for (size_t i = 0; i < g->group_count; i++) {
        const sb_lineup *lineup = &g->lineups[i];
        g->groups[i].results = sb_new(lineup->count, sizeof *g->groups[i].results);
        for (size_t c = 0; c < lineup->count; c++)
            if (g->layer->operations[lineup->candidates[c].operation])
                init_job(g, &lineup->candidates[c], &g->groups[i]);
    }
}

static void tell_progress(const grouping *g, const char *what, const sb_job *job)
{
    char text[160];
    if (!g->options->progress)
        return;
    snprintf(text, sizeof text, "%s %s", what, job->result->label);
    g->options->progress(g->options->context, text, 0);
}

/* Known, or made by the group when it is needed. */
static sb_truth *find_truth(grouping *g, sb_operation operation, sb_data data)
{
    const sb_known *known = &g->options->known;
    sb_truth *truth = known->operation == operation ? known->truths[data] : NULL;
    return truth && truth->value ? truth : &g->truths[operation];
}

typedef bool gate(sb_bench *, sb_job *, sb_truth *);

/* Passes every remaining job of the operation through the gates. The reference is computed only if
 * there is such a job. */
static int pass_gate(grouping *g, sb_operation operation, sb_data data, gate *through,
                     sb_error *error)
{
    sb_truth *truth = find_truth(g, operation, data);
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
        g->reference_ns += sb_now_ns() - start;
        tell_progress(g, "verifying", job);
        through(&g->bench, job, truth);
        sb_job_part(&g->bench, job);
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
    /* What follows counts as warm-up, because it runs on the data that are timed. */
    g->bench.run_ns = g->bench.idle_ns = 0;
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (g->layer->operations[op])
            sb_arena_fill(&g->arena, (sb_operation)op, SB_REALS, g->options->seed);
    for (int op = 0; op < SB_OPERATIONS && rc == SB_OK; op++)
        if (g->layer->operations[op])
            rc = pass_gate(g, (sb_operation)op, SB_REALS, sb_job_gate_real, error);
    return rc;
}

/* The time of a kernel that finally failed is not the time of a convolution. */
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

/* The published statistics of the samples, unless no program can be that fast. */
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

static bool is_kindred(const sb_job *a, const sb_job *b)
{
    return a->candidate->plugin == b->candidate->plugin &&
           a->candidate->kernel == b->candidate->kernel;
}

/* If a kernel passes the gates and is wrong later, no result of it is trusted: its other
 * parameter sets fail too. */
static void void_kindred(grouping *g, const sb_job *wrong)
{
    if (!wrong->timed || wrong->result->verdict != SB_VERDICT_WRONG)
        return;
    for (size_t i = 0; i < g->count; i++)
        if (sb_job_ok(&g->jobs[i]) && is_kindred(&g->jobs[i], wrong))
            sb_job_fail(&g->jobs[i], SB_VERDICT_WRONG,
                        "the same kernel was wrong while it was timed, as %s",
                        wrong->result->label);
}

/* A kernel may decide so, or its library or runtime may not give it more. */
static void tell_threads(const sb_job *job)
{
    sb_result *result = job->result;
    sb_text detail = { 0 };
    result->threads_ran = sb_job_fewer_threads(job);
    if (!result->threads_ran)
        return;
    sb_text_add(&detail, "%s%scomputed on %" PRId64 " of %" PRId64 " threads", result->detail,
                *result->detail ? "; " : "", result->threads_ran, job->problem.threads);
    free(result->detail);
    result->detail = detail.data;
}

static void finish_job(grouping *g, sb_job *job)
{
    if (g->options->peaks)
        sb_set_bounds(g->options->peaks, &job->problem, g->options->cache == SB_CACHE_COLD,
                      job->result);
    if (sb_job_ok(job))
        estimate_job(g, job);
    if (sb_job_ok(job))
        tell_threads(job);
    else
        retract_times(job->result);
}

static int measure_jobs(grouping *g, sb_error *error)
{
    sb_bench *b = &g->bench;
    int64_t start = sb_now_ns();
    int rc = verify_jobs(g, error);
    g->verify_ns = sb_now_ns() - start - g->reference_ns - b->plan_ns - b->run_ns - b->idle_ns;
    if (g->options->verify_only)
        return rc;
    if (rc == SB_OK)
        rc = sb_rounds_run(b, g->jobs, g->count, g->options, error);
    g->verify_ns += b->verify_ns;
    g->estimator = choose_estimator(g);
    for (size_t i = 0; i < g->count && rc == SB_OK; i++)
        void_kindred(g, &g->jobs[i]);
    for (size_t i = 0; i < g->count && rc == SB_OK; i++)
        finish_job(g, &g->jobs[i]);
    for (size_t i = 0; i < g->group_count && rc == SB_OK; i++)
        sb_group_speedups(&g->groups[i], g->options->confidence, g->options->seed);
    return rc;
}

/* The time spent for all groups is divided among them equally. */
static void share_times(grouping *g, int64_t wall_ns)
{
    const int64_t parts = (int64_t)g->group_count;
    for (size_t i = 0; i < g->group_count; i++) {
        sb_group *group = &g->groups[i];
        group->wall_ns = wall_ns / parts;
        group->reference_ns = g->reference_ns / parts;
        group->verify_ns = g->verify_ns / parts;
        if (g->options->verify_only)
            continue;
        group->plan_ns = g->bench.plan_ns / parts;
        group->sample_ns = g->bench.run_ns / parts;
        group->idle_ns = g->bench.idle_ns / parts;
    }
}

static void start_groups(const grouping *g)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (size_t i = 0; i < g->group_count; i++)
        g->groups[i] = (sb_group) {
            .layer = g->layer,
            .threads = g->lineups[i].threads,
            .cache = g->options->cache,
            .rounds = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
        };
}

/* Each worker holds the plans of one line-up. */
static int check_room(const sb_lineup *lineups, size_t count, sb_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (lineups[i].count > SB_MAX_SLOTS)
            return sb_fail(error, "more than %d kernels and parameter sets on one layer",
                           SB_MAX_SLOTS);
    return SB_OK;
}

static void close_grouping(grouping *g)
{
    for (int op = 0; op < SB_OPERATIONS; op++)
        sb_truth_free(&g->truths[op]);
    sb_session_bind(g->bench.session, NULL);
    sb_arena_close(&g->arena);
    free(g->bench.scratch);
}

/* A layer that memory does not hold costs its own rows alone. */
static bool refuse_large(grouping *g)
{
    const sb_topology *topology = g->possible.topology;
    char why[SB_ARENA_WHY];
    if (sb_arena_fits(g->layer, topology ? topology->memory_bytes : 0, why))
        return false;
    for (size_t i = 0; i < g->count; i++)
        sb_job_fail(&g->jobs[i], SB_VERDICT_ERROR, "the layer %s", why);
    return true;
}

static int measure_layer(grouping *g, sb_session *session, sb_error *error)
{
    if (sb_arena_open(&g->arena, g->layer, error) < 0)
        return sb_fail_within(error, "layer %s", g->layer->name);
    g->bench = (sb_bench) { .session = session,
                            .arena = &g->arena,
                            .reference_threads = g->options->reference_threads,
                            .brief = g->options->brief };
    sb_session_bind(session, &g->arena);
    int rc = measure_jobs(g, error);
    if (rc == SB_OK && sb_session_cut(session)) {
        sb_fail(error, "interrupted");
        rc = SB_INTERRUPTED;
    }
    close_grouping(g);
    return rc;
}

int sb_measure_layer(sb_session *session, const sb_layer *layer, const sb_lineup *lineups,
                     size_t count, const sb_measure_options *options, sb_group *groups,
                     sb_error *error)
{
    int64_t start = sb_now_ns();
    grouping g = {
        .layer = layer,
        .options = options,
        .lineups = lineups,
        .groups = groups,
        .group_count = count,
        .possible = { .peaks = options->peaks, .topology = sb_session_topology(session) },
    };
    if (check_room(lineups, count, error) < 0)
        return SB_FAILED;
    start_groups(&g);
    init_jobs(&g);
    int rc = refuse_large(&g) ? SB_OK : measure_layer(&g, session, error);
    free(g.jobs);
    share_times(&g, sb_now_ns() - start);
    for (size_t i = 0; i < count && rc < 0; i++)
        sb_group_free(&groups[i]);
    return rc;
}

int sb_measure_group(sb_session *session, const sb_layer *layer, int64_t threads,
                     const sb_candidate *candidates, size_t count,
                     const sb_measure_options *options, sb_group *group, sb_error *error)
{
    const sb_lineup lineup = { .threads = threads, .candidates = candidates, .count = count };
    return sb_measure_layer(session, layer, &lineup, 1, options, group, error);
}
