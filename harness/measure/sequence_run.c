/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_run.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/session.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_PASSES = 8, /* passes of each kind in a round */
    APART = 2,       /* untimed calls before a separately timed one */
    REORDER_PASSES = 7
};
#define ROUND_NS 4e6 /* of passes in sequence: as long as a turn of a layer */

static void fail_run(sb_sequence_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void fail_run(sb_sequence_run *run, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(run->failed, sizeof run->failed, format, arguments);
    va_end(arguments);
}

/* ----------------------------------------------------------------------------------- the ground */

static void find_room(const sb_sequence_job *job, int64_t weights[SB_MAX_STEPS],
                      int64_t biases[SB_MAX_STEPS], int64_t *tensor)
{
    for (size_t i = 0; i < job->count; i++) {
        const sb_problem p = sb_layer_problem(job->places[i].layer, job->places[i].operation, 1);
        const int64_t input = sb_input_elements(&p), output = sb_output_elements(&p);
        *tensor = input > *tensor ? input : *tensor;
        *tensor = output > *tensor ? output : *tensor;
        for (uint32_t s = 0; s < p.step_count; s++) {
            const int64_t count = sb_step_weights(&p.steps[s]);
            weights[s] = count > weights[s] ? count : weights[s];
            biases[s] = p.steps[s].k > biases[s] ? p.steps[s].k : biases[s];
        }
    }
}

static sb_region place_weights(int64_t *size, int64_t elements)
{
    const sb_region region = sb_region_at(*size, elements * (int64_t)sizeof(float));
    *size += region.span;
    return region;
}

/* Fills values like a network's: of magnitude one, independent of earlier contents. */
static void fill_input(const sb_sequence_ground *g)
{
    float *to = (float *)(void *)g->base;
    for (int64_t i = 0; i < g->memory.buffer_bytes / (int64_t)sizeof(float); i++)
        to[i] = (float)(i % 251 - 125) / 125.0f;
}

int sb_sequence_ground_open(sb_sequence_ground *g, const sb_sequence_job *job, sb_error *error)
{
    int64_t weights[SB_MAX_STEPS] = { 0 }, biases[SB_MAX_STEPS] = { 0 }, tensor = 0;
    *g = (sb_sequence_ground) {
        .job = job,
        .memory = sb_sequence_memory_for(job->places, job->count,
                                         (size_t)SB_MAX_LEGS * SB_MAX_TURN_SAMPLES),
        .memory_fd = -1,
        .weights_fd = -1,
    };
    find_room(job, weights, biases, &tensor);
    for (int s = 0; s < SB_MAX_STEPS; s++) {
        g->weight[s] = place_weights(&g->weights_bytes, weights[s]);
        g->bias[s] = place_weights(&g->weights_bytes, biases[s]);
    }
    g->memory_fd = sb_arena_make_file("sepbench-pass", g->memory.bytes, false, &g->base, error);
    if (g->memory_fd < 0)
        goto fail;
    g->weights_fd =
        sb_arena_make_file("sepbench-weights", g->weights_bytes, true, &g->weights, error);
    if (g->weights_fd < 0)
        goto fail;
    g->spare = sb_new((size_t)tensor, sizeof *g->spare);
    fill_input(g);
    return SB_OK;
fail:
    sb_sequence_ground_close(g);
    return SB_FAILED;
}

void sb_sequence_ground_close(sb_sequence_ground *g)
{
    sb_arena_close_file(g->memory_fd, g->base, g->memory.bytes);
    sb_arena_close_file(g->weights_fd, g->weights, g->weights_bytes);
    free(g->spare);
    *g = (sb_sequence_ground) { .memory_fd = -1, .weights_fd = -1 };
}

/* A region of the step's memory with this many elements, and the harness's view of it. */
static sb_region part_of(sb_region room, int64_t elements)
{
    return sb_region_at(room.offset, elements * (int64_t)sizeof(float));
}

static float *view_of(const sb_sequence_ground *g, sb_region region)
{
    return (float *)(void *)(g->weights + region.offset + region.shift);
}

/* Scales weights so that sums keep the magnitude of their inputs, however many layers follow each
 * other. */
static void scale_weights(const sb_step *step, float *weights)
{
    const double terms = (double)(step->c / step->groups * step->r * step->s);
    const float by = (float)sqrt(3 / terms);
    for (int64_t i = 0; i < sb_step_weights(step); i++)
        weights[i] *= by;
}

static void fill_weights(const sb_sequence_ground *g, const sb_problem *problem,
                         sb_request *request)
{
    sb_tensors tensors = { .input = g->spare, .residual = g->spare };
    for (uint32_t s = 0; s < problem->step_count; s++) {
        const sb_step *step = &problem->steps[s];
        request->weights[s] = part_of(g->weight[s], sb_step_weights(step));
        tensors.weights[s] = view_of(g, request->weights[s]);
        if (!step->bias)
            continue;
        request->biases[s] = part_of(g->bias[s], step->k);
        tensors.biases[s] = view_of(g, request->biases[s]);
    }
    (void)sb_fill(problem, SB_REALS, g->job->options->seed, &tensors);
    for (uint32_t s = 0; s < problem->step_count; s++)
        scale_weights(&problem->steps[s], tensors.weights[s]);
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
    fail_run(run, "%s", reply->text);
    return false;
}

static sb_worker *start_worker(const sb_sequence_run *run, sb_error *error)
{
    const sb_sequence_job *job = run->ground->job;
    const sb_topology *t = job->session->topology;
    const char *more[SB_MAX_TENANTS] = { NULL };
    for (size_t i = 1; i < run->plugin_count; i++)
        more[i - 1] = run->plugins[i]->path;
    const sb_worker_options options = {
        .plugin_path = run->plugins[0]->path,
        .more_paths = more,
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
        .problem = sb_layer_problem(place->layer, place->operation, job->threads),
    };
    memcpy(request.values, option->values, sizeof request.values);
    fill_weights(run->ground, &request.problem, &request);
    if (!call_worker(run, &request, NULL, 0, &reply))
        return false;
    if (reply.input_layout == (uint32_t)option->input &&
        reply.output_layout == (uint32_t)option->output)
        return true;
    fail_run(run, "%s wants another layout than it said", option->label);
    return false;
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
        fail_run(run, "%s", error.text);
        return;
    }
    bool well = call_worker(run, &bind, fds, 2, &reply);
    for (size_t i = 0; run->choice && i < run->ground->job->count && well; i++)
        well = plan_place(run, i);
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

/* The times, pass by pass; borrowed until the next call. NULL on failure. */
static const double *pass_legs(sb_sequence_run *run, const sb_leg *legs, uint32_t count,
                               sb_request *how)
{
    const sb_sequence_ground *g = run->ground;
    int64_t batch[SB_MAX_LEGS * SB_LEG_VALUES];
    sb_reply reply;
    memcpy(batch, legs, count * sizeof *legs);
    how->ask = SB_ASK_PASS;
    how->output = (sb_region) { .span = g->memory.bytes, .bytes = g->memory.bytes };
    how->times = g->memory.times;
    how->count = count;
    how->batch = batch;
    how->batch_count = (uint32_t)(count * SB_LEG_VALUES);
    if (!call_worker(run, how, NULL, 0, &reply))
        return NULL;
    const double *times = (const double *)(void *)(g->base + g->memory.times);
    if (reply.samples == how->samples && check_times(times, (size_t)count * how->samples, &reply))
        return times;
    fail_run(run, "its worker claims times that cannot be");
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
    const double *times = pass_legs(run, run->legs.legs, run->legs.count, &how);
    for (uint32_t i = 0; times && i < passes; i++)
        last = keep_pass(run, times + (size_t)i * run->legs.count, round,
                         apart ? run->apart : run->in_sequence,
                         apart ? &run->to->alone : &run->to->passes);
    return last;
}

void sb_sequence_run_round(sb_sequence_run *run, uint32_t round)
{
    const int64_t start = sb_now_ns();
    const double about = run->pass_ns > 0 ? ROUND_NS / run->pass_ns : 1;
    const uint32_t passes = about < 1 ? 1 : about > MOST_PASSES ? MOST_PASSES : (uint32_t)about;
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
    const double *times = pass_legs(run, legs, count, &how);
    for (uint32_t i = 0; times && i < count; i++) {
        ns[i] = INFINITY;
        for (int pass = 0; pass < REORDER_PASSES; pass++)
            ns[i] = fmin(ns[i], times[(size_t)pass * count + i]);
    }
    return times != NULL;
}
