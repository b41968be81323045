/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/rounds_run.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/rounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_ROUNDS   1000
#define TURN_NS      1e6    /* of samples in a turn: waking a worker costs about 40 us */
#define WARM_NS      300000 /* untimed calls of a short kernel at the start of a turn */
#define LONG_CALL_NS 100e6  /* refilling the caches is under a thousandth of such a call */
#define MAX_SAMPLES  16

typedef struct rounds {
    sb_bench *bench;
    sb_job *jobs;
    size_t count;
    const sb_measure_options *options;
    uint32_t iterations; /* calls a sample, the same for all that are compared */
} rounds;

/* What reading the clock twice costs, and the smallest step that it shows. */
static double clock_ns(void)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < 200; i++) {
        int64_t start = sb_now_ns(), stop;
        do
            stop = sb_now_ns();
        while (stop == start);
        if (stop - start < least)
            least = stop - start;
    }
    return (double)least;
}

static sb_request turn_of(const rounds *r, const sb_job *job)
{
    double sample = job->call_ns * r->iterations;
    double samples = TURN_NS / sample;
    bool cold = r->options->cache == SB_CACHE_COLD;
    return (sb_request) {
        .iterations = r->iterations,
        .samples = samples < 1             ? 1
                   : samples > MAX_SAMPLES ? MAX_SAMPLES
                                           : (uint32_t)samples,
        .warm_calls = sample < LONG_CALL_NS,
        .warm_ns = sample < TURN_NS && !cold ? WARM_NS : 0,
        .evict_bytes = cold ? r->options->evict_bytes : 0,
    };
}

static bool take(rounds *r, sb_job *job, sb_reply *reply)
{
    sb_request turn = turn_of(r, job);
    if (!sb_job_turn(r->bench, job, &turn, reply))
        return false;
    if (reply->samples == turn.samples)
        return true;
    sb_job_fail(job, SB_VERDICT_ERROR, "the worker took other samples than it was asked for");
    return false;
}

static void calibrate(rounds *r)
{
    double fastest = INFINITY;
    for (size_t i = 0; i < r->count; i++) {
        sb_job *job = &r->jobs[i];
        sb_reply reply;
        if (!sb_job_ok(job) || !take(r, job, &reply))
            continue;
        for (uint32_t s = 0; s < reply.samples; s++)
            job->call_ns = fmin(job->call_ns, reply.ns[s]);
        job->call_ns = fmax(job->call_ns, 1);
        fastest = fmin(fastest, job->call_ns);
    }
    double enough = 20 * clock_ns(); /* overhead under 5 %, and far over ten steps of the clock */
    if (isfinite(fastest) && fastest < enough)
        r->iterations = (uint32_t)ceil(enough / fastest);
}

static void record(sb_job *job, const sb_reply *reply, uint32_t round, size_t position,
                   uint32_t iterations)
{
    for (uint32_t s = 0; s < reply->samples; s++)
        sb_series_add(&job->result->series, (sb_sample) { .round = round,
                                                          .position = (uint32_t)position,
                                                          .iterations = iterations,
                                                          .ns = reply->ns[s] });
}

/* One turn for every job that goes on. Returns how many do after it. */
static size_t take_round(rounds *r, uint32_t round, size_t *order)
{
    size_t going = 0;
    sb_round_order(r->options->seed, round, r->count, order);
    for (size_t i = 0; i < r->count; i++) {
        sb_job *job = &r->jobs[order[i]];
        sb_reply reply;
        if (!sb_job_ok(job) || job->done || !take(r, job, &reply))
            continue;
        record(job, &reply, round, i, r->iterations);
        job->result->switches += reply.switches;
        job->done = sb_stopping_check(&job->stopping, &job->result->series, job->spent_ns) !=
                    SB_STOP_NOT_YET;
        going += !job->done;
    }
    return going;
}

static void start(rounds *r)
{
    const sb_measure_options *o = r->options;
    for (size_t i = 0; i < r->count; i++) {
        r->jobs[i].spent_ns = 0;
        r->jobs[i].stopping = (sb_stopping) { .limits = {
                                                  .estimator = o->estimator,
                                                  .confidence = o->confidence,
                                                  .precision = o->precision,
                                                  .min_rounds = (size_t)o->min_samples,
                                                  .max_rounds = MAX_ROUNDS,
                                                  .max_ns = o->max_time_ns,
                                                  .seed = o->seed,
                                              } };
    }
}

static void tell(const rounds *r, uint32_t round, size_t going)
{
    char text[64];
    if (!r->options->progress)
        return;
    snprintf(text, sizeof text, "round %u, %zu of %zu kernels left", round + 1, going, r->count);
    r->options->progress(r->options->context, text, 1 - (double)going / (double)r->count);
}

int sb_rounds_run(sb_bench *bench, sb_job *jobs, size_t count, const sb_measure_options *options,
                  sb_error *error)
{
    rounds r = {
        .bench = bench, .jobs = jobs, .count = count, .options = options, .iterations = 1
    };
    size_t *order = sb_new(count, sizeof *order);
    size_t going = count > 0;
    calibrate(&r);
    start(&r);
    for (uint32_t round = 0; going && !sb_session_stopping(bench->session); round++) {
        going = take_round(&r, round, order);
        tell(&r, round, going);
    }
    free(order);
    if (going == 0)
        return SB_OK;
    sb_fail(error, "interrupted");
    return SB_INTERRUPTED;
}
