/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_run.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/sequence_join.h"
#include "measure/session.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAST_PASSES = 2, /* passes of each kind in a round */
    MOST_PASSES = 8,
    APART = 2, /* untimed calls before a separately timed one */
    REORDER_PASSES = 7
};
#define ROUND_NS 4e6 /* of passes in sequence: as long as a turn of a layer */

void sb_sequence_run_fail(sb_sequence_run *run, sb_verdict verdict, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(run->failed, sizeof run->failed, format, arguments);
    va_end(arguments);
    run->verdict = verdict;
}

/* ---------------------------------------------------------------------------------- the process */

static bool call_worker(sb_sequence_run *run, const sb_request *request, const int *fds,
                        int fd_count, sb_reply *reply)
{
    const sb_session_options *session = run->ground->job->session;
    const sb_verdict verdict =
        sb_worker_call(run->worker, request, fds, fd_count, session->timeout_ns, reply);
    run->ends = session->stop && *session->stop;
    if (verdict == SB_VERDICT_OK && reply->verdict == SB_VERDICT_OK)
        return true;
    sb_sequence_run_fail(run, verdict == SB_VERDICT_OK ? (sb_verdict)reply->verdict : verdict, "%s",
                         reply->text);
    return false;
}

static sb_worker *start_worker(const sb_sequence_run *run, sb_error *error)
{
    const sb_sequence_job *job = run->ground->job;
    const sb_topology *t = job->session->topology;
    const char *more[SB_MAX_TENANTS] = { NULL };
    char *notes[SB_MAX_TENANTS] = { NULL };
    for (size_t i = 1; i < run->plugin_count; i++)
        more[i - 1] = run->plugins[i]->path;
    for (size_t i = 0; i < run->plugin_count; i++)
        notes[i] = run->plugins[i]->notes;
    const sb_worker_options options = {
        .plugin_path = run->plugins[0]->path,
        .more_paths = more,
        .notes = notes,
        .threads = (int)job->threads,
        .cpus = t ? t->place : NULL,
        .cpu_count = t ? (job->threads < t->places ? (int)job->threads : t->places) : 0,
        .stop = job->session->stop,
    };
    return sb_worker_start(&options, error);
}

static uint32_t tenant_of(const sb_sequence_run *run, const sb_plugin_info *plugin)
{
    uint32_t i = 0;
    while (run->plugins[i] != plugin)
        i++;
    return i;
}

static bool plan_place(sb_sequence_run *run, size_t at)
{
    const sb_sequence_job *job = run->ground->job;
    const sb_sequence_place *place = &job->places[at];
    const sb_sequence_option *option = &place->options[run->choice[at]];
    sb_reply reply;
    sb_request request = {
        .ask = SB_ASK_PLAN,
        .plugin = tenant_of(run, option->plugin),
        .slot = (uint32_t)at,
        .kernel = (uint32_t)option->kernel,
        .given = ~0u,
        .problem = sb_sequence_problem(job, at),
    };
    memcpy(request.values, option->values, sizeof request.values);
    (void)sb_sequence_ground_fill(run->ground, &request.problem, &request);
    if (!call_worker(run, &request, NULL, 0, &reply))
        return false;
    if (reply.input_layout == (uint32_t)option->input &&
        reply.output_layout == (uint32_t)option->output)
        return true;
    sb_sequence_run_fail(run, SB_VERDICT_ERROR, "%s plans with a layout other than it reported",
                         option->label);
    return false;
}

static bool join_place(sb_sequence_run *run, size_t first, size_t at)
{
    const sb_sequence_job *job = run->ground->job;
    sb_reply reply;
    sb_request request = {
        .ask = SB_ASK_JOIN,
        .count = (uint32_t)(sb_sequence_join_residual(job, first, at) + 1),
        .problem = sb_sequence_problem(job, at),
    };
    (void)sb_sequence_ground_fill(run->ground, &request.problem, &request);
    return call_worker(run, &request, NULL, 0, &reply);
}

static bool plan_network(sb_sequence_run *run)
{
    const sb_sequence_job *job = run->ground->job;
    sb_reply reply;
    bool well = true;
    for (size_t first = 0, end; first < job->count && well; first = end) {
        const sb_request plan = { .ask = SB_ASK_NETWORK, .slot = (uint32_t)first };
        end = sb_sequence_join_end(job, first);
        for (size_t at = first; at < end && well; at++)
            well = join_place(run, first, at);
        well = well && call_worker(run, &plan, NULL, 0, &reply);
    }
    return well;
}

void sb_sequence_run_start(sb_sequence_run *run)
{
    sb_error error;
    sb_reply reply;
    const int fds[2] = { run->ground->weights_fd, run->ground->memory_fd };
    const sb_request bind = { .ask = SB_ASK_BIND };
    run->rounds = 0;
    run->spent_ns = 0;
    run->worker = start_worker(run, &error);
    if (!run->worker) {
        sb_sequence_run_fail(run, SB_VERDICT_ERROR, "%s", error.text);
        return;
    }
    bool well = call_worker(run, &bind, fds, 2, &reply);
    if (run->joins) {
        if (well)
            (void)plan_network(run);
        return;
    }
    for (size_t i = 0; run->choice && i < run->ground->job->count && well; i++) {
        well = plan_place(run, i);
        run->blames = !well;
        run->at = i;
    }
}

void sb_sequence_run_end(sb_sequence_run *run)
{
    sb_worker_end(run->worker);
    run->worker = NULL;
}

/* ----------------------------------------------------------------------------------- the passes */

/* Times written by the worker are trusted only as far as they can be true. */
static bool check_times(const double *times, size_t count, const sb_reply *reply)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(times[i] >= 0))
            return false;
        sum += times[i];
    }
    return sum <= (double)reply->span_ns;
}

const double *sb_sequence_run_pass(sb_sequence_run *run, const sb_leg *legs, uint32_t count,
                                   sb_request *how)
{
    const sb_sequence_ground *g = run->ground;
    int64_t batch[SB_MAX_LEGS * SB_LEG_VALUES];
    sb_reply reply;
    memcpy(batch, legs, count * sizeof *legs);
    how->ask = SB_ASK_PASS;
    how->output = (sb_region) { .span = g->memory.bytes, .bytes = g->memory.bytes };
    how->times = g->memory.times;
    how->threads = (uint32_t)g->job->threads;
    how->count = count;
    how->batch = batch;
    how->batch_count = (uint32_t)(count * SB_LEG_VALUES);
    if (!call_worker(run, how, NULL, 0, &reply))
        return NULL;
    const double *times = (const double *)(void *)(g->base + g->memory.times);
    if (reply.samples == how->samples && check_times(times, (size_t)count * how->samples, &reply))
        return times;
    sb_sequence_run_fail(run, SB_VERDICT_ERROR, "its worker reports impossible times");
    return NULL;
}

static double keep_pass(const sb_sequence_run *run, const double *times, uint32_t round,
                        sb_series *legs, sb_series *whole)
{
    double sum = 0;
    for (uint32_t i = 0; i < run->legs.count; i++) {
        sum += times[i];
        sb_series_add(&legs[i], (sb_sample) { .round = round, .iterations = 1, .ns = times[i] });
    }
    sb_series_add(whole, (sb_sample) { .round = round, .iterations = 1, .ns = sum });
    return sum;
}

/* `apart`: each leg separately. Returns the last pass's time, 0 on failure. */
static double take_passes(sb_sequence_run *run, uint32_t passes, bool apart, uint32_t round)
{
    sb_request how = {
        .samples = passes,
        .warm_calls = !apart,
        .apart = apart ? APART : 0,
    };
    double last = 0;
    const double *times = sb_sequence_run_pass(run, run->legs.legs, run->legs.count, &how);
    for (uint32_t i = 0; times && i < passes; i++)
        last = keep_pass(run, times + (size_t)i * run->legs.count, round,
                         apart ? run->apart : run->in_sequence,
                         apart ? &run->to->alone : &run->to->passes);
    return last;
}

void sb_sequence_run_round(sb_sequence_run *run, uint32_t round)
{
    const int64_t start = sb_now_ns();
    const double about = run->pass_ns > 0 ? ROUND_NS / run->pass_ns : 0;
    const uint32_t passes = (uint32_t)fmax(LEAST_PASSES, fmin(about, MOST_PASSES));
    const bool first = round % 2;
    const double one = take_passes(run, passes, first, round);
    const double other = run->failed[0] ? 0 : take_passes(run, passes, !first, round);
    run->pass_ns = fmax(first ? other : one, 1);
    run->spent_ns += sb_now_ns() - start;
    run->rounds++;
    run->all_rounds++;
}

bool sb_sequence_run_reorders(sb_sequence_run *run, const sb_leg *legs, uint32_t count, double *ns)
{
    sb_request how = { .samples = REORDER_PASSES, .apart = 1 };
    const double *times = sb_sequence_run_pass(run, legs, count, &how);
    for (uint32_t i = 0; times && i < count; i++) {
        ns[i] = INFINITY;
        for (int pass = 0; pass < REORDER_PASSES; pass++)
            ns[i] = fmin(ns[i], times[(size_t)pass * count + i]);
    }
    return times != NULL;
}
