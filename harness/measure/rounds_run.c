/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/rounds_run.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/quantile.h"
#include "measure/renewal.h"
#include "measure/rounds.h"
#include "measure/variation.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROUNDS (SB_PROCESS_ROUNDS - 1) /* and a turn that proves them */
#define WORTH      12 /* a process is measured for at least this multiple of its starting time */
#define PROCESSES  6  /* processes for a group if the number is not given */
/* Allowed restarts of a job's worker, beside one for each job of the group that crashes it. */
#define STRAY_LOSSES 8

typedef struct rounds {
    sb_bench *bench;
    sb_job *jobs;
    size_t count;
    const sb_measure_options *options;
    double turn_ns;      /* of samples in a turn */
    uint32_t iterations; /* calls in a sample, the same for all compared kernels */
    size_t *order;
    uint32_t taken;            /* number of rounds so far, in all processes */
    uint32_t process, round;   /* round: within the process */
    int64_t processes;         /* least number of processes */
    int64_t began_ns, cost_ns; /* when the process was ready; how long starting it took */
    int64_t round_ns;          /* duration of the last round */
} rounds;

/* The cost of reading the clock twice, and the clock's resolution. */
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
    uint64_t evict = r->options->cache == SB_CACHE_WARM ? 0 : r->options->evict_bytes;
    sb_request turn = sb_job_size_turn(job, r->iterations, r->turn_ns, evict);
    turn.refills = r->options->cache == SB_CACHE_COLD_WEIGHTS;
    turn.warm_calls |= r->round == 0;
    return turn;
}

/* `marked`: so that it can be verified afterwards. */
static bool call_turn(rounds *r, sb_job *job, bool marked, sb_reply *reply)
{
    sb_request turn = turn_of(r, job);
    if (marked)
        sb_job_mark(r->bench, job, &turn);
    if (!sb_job_vary_turn(r->bench, job, &turn, reply))
        return false;
    if (job->losses > r->count + STRAY_LOSSES)
        sb_job_fail(job, SB_VERDICT_CRASHED, "its worker ended again and again");
    return sb_job_ok(job);
}

/* A single fast call proves nothing: with several calls in a sample, a kernel would gain by
 * skipping some of them. */
static double typical_call(const sb_reply *reply)
{
    double ns[SB_MAX_TURN_SAMPLES];
    memcpy(ns, reply->ns, sizeof ns);
    return sb_quantile_select(ns, reply->samples, 0.5);
}

static void calibrate_calls(rounds *r)
{
    int64_t start = sb_now_ns();
    double fastest = INFINITY;
    for (size_t i = 0; i < r->count; i++) {
        sb_job *job = &r->jobs[i];
        sb_reply reply;
        if (!sb_job_ok(job) || !call_turn(r, job, false, &reply))
            continue;
        for (uint32_t s = 0; s < reply.samples; s++)
            job->call_ns = fmin(job->call_ns, reply.ns[s]);
        job->call_ns = fmax(job->call_ns, 1);
        fastest = fmin(fastest, fmax(1, typical_call(&reply)));
    }
    double enough = 20 * clock_ns(); /* under 5 % overhead, and many ticks of the clock */
    if (isfinite(fastest) && fastest < enough)
        r->iterations = (uint32_t)ceil(enough / fastest);
    r->round_ns = sb_now_ns() - start;
}

static void record_turn(const rounds *r, sb_job *job, const sb_reply *reply, size_t position)
{
    for (uint32_t s = 0; s < reply->samples && !job->voided; s++)
        sb_series_add(&job->result->series,
                      (sb_sample) { .round = r->process * SB_PROCESS_ROUNDS + r->round,
                                    .position = (uint32_t)position,
                                    .iterations = r->iterations,
                                    .ns = reply->ns[s] });
    job->result->switches += reply->switches;
}

static bool goes_on(const sb_job *job)
{
    return sb_job_ok(job) && !job->done;
}

/* One turn, whose samples are recorded; if `proving`, verifies it and the samples before it. */
static void take_turn(rounds *r, sb_job *job, size_t position, bool proving)
{
    sb_reply reply;
    if (call_turn(r, job, proving, &reply)) {
        record_turn(r, job, &reply, position);
        if (proving && sb_job_prove(r->bench, job, &reply))
            sb_job_renew(r->bench, job);
    }
    sb_job_part(r->bench, job);
}

/* One turn for every job that continues. */
static void take_round(rounds *r, bool proving)
{
    int64_t start = sb_now_ns();
    sb_round_order(r->options->seed, r->taken, r->count, r->order);
    for (size_t i = 0; i < r->count && !sb_session_stopping(r->bench->session); i++)
        if (goes_on(&r->jobs[r->order[i]]))
            take_turn(r, &r->jobs[r->order[i]], i, proving);
    r->taken++;
    r->round++;
    r->round_ns = sb_now_ns() - start;
}

/* After one more round, will the present process have had its share of the rounds and of the time,
 * or at least have been worth starting? */
static bool last_round(const rounds *r, size_t going)
{
    if (r->processes <= 1)
        return false;
    int64_t round_share = (r->options->min_samples + r->processes - 1) / r->processes;
    int64_t time_share = r->options->max_time_ns * (int64_t)going / r->processes;
    int64_t worth = WORTH * r->cost_ns;
    return r->round + 1 >= round_share &&
           sb_now_ns() + r->round_ns - r->began_ns >= (worth < time_share ? worth : time_share);
}

/* Takes the job's turn of the next round, to prove its samples. Its worker may crash in this last
 * turn, and the samples are lost with it: then the job continues. */
static void conclude_job(rounds *r, sb_job *job)
{
    const size_t samples = job->result->series.count;
    if (job->proved.samples == samples)
        return;
    take_turn(r, job, 0, true);
    if (sb_job_ok(job) && job->result->series.count < samples) {
        job->stopping.stop = SB_STOP_NOT_YET;
        job->done = false;
    }
}

static void look_at(rounds *r, sb_job *job, bool over)
{
    job->done = sb_stopping_check(&job->stopping, &job->result->series, job->spent_ns, over) !=
                SB_STOP_NOT_YET;
    if (job->done)
        conclude_job(r, job);
}

/* Checks which jobs have enough samples. Returns how many continue. */
static size_t check_jobs(rounds *r, bool over)
{
    size_t going = 0;
    for (size_t i = 0; i < r->count; i++) {
        sb_job *job = &r->jobs[i];
        if (goes_on(job))
            look_at(r, job, over);
        if (goes_on(job))
            going++;
        else
            sb_job_release(job);
    }
    return going;
}

/* Starts a new process for every job that continues. */
static void renew_workers(rounds *r)
{
    int64_t start = sb_now_ns();
    sb_session_renew(r->bench->session);
    for (size_t i = 0; i < r->count; i++)
        if (goes_on(&r->jobs[i]))
            sb_session_start(r->bench->session, r->jobs[i].candidate->plugin,
                             r->jobs[i].problem.threads);
    sb_session_await(r->bench->session);
    for (size_t i = 0; i < r->count; i++)
        if (goes_on(&r->jobs[i]))
            sb_job_plan(r->bench, &r->jobs[i]);
    r->process++;
    r->round = 0;
    r->began_ns = sb_now_ns();
    r->cost_ns = r->began_ns - start;
}

/* The default number; one if starting several would take longer than measuring. */
static int64_t processes_for(const rounds *r)
{
    const sb_measure_options *o = r->options;
    if (o->processes || o->brief)
        return o->processes ? o->processes : 1;
    return o->max_time_ns * (int64_t)r->count / PROCESSES < r->cost_ns ? 1 : PROCESSES;
}

/* Predicts the group's estimator: by the number of samples that the slowest job gets in a
 * process. */
static sb_estimator expect_estimator(const rounds *r)
{
    const int64_t share = (r->options->min_samples + r->processes - 1) / r->processes;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < r->count; i++) {
        const size_t samples = turn_of(r, &r->jobs[i]).samples * (size_t)share;
        if (sb_job_ok(&r->jobs[i]) && samples < least)
            least = samples;
    }
    return sb_estimator_for(r->options->estimator, least);
}

static void start_rounds(rounds *r)
{
    const sb_measure_options *o = r->options;
    r->cost_ns = r->bench->plan_ns; /* the estimate until the next is measured */
    r->processes = processes_for(r);
    const sb_estimator estimator = expect_estimator(r);
    for (size_t i = 0; i < r->count; i++) {
        r->jobs[i].spent_ns = 0;
        r->jobs[i].stopping = (sb_stopping) { .limits = {
                                                  .estimator = estimator,
                                                  .confidence = o->confidence,
                                                  .precision = o->precision,
                                                  .min_rounds = (size_t)o->min_samples,
                                                  .max_rounds = MAX_ROUNDS,
                                                  .min_processes = (size_t)r->processes,
                                                  .max_ns = o->max_time_ns,
                                                  .seed = o->seed,
                                              } };
    }
    r->began_ns = sb_now_ns();
}

static void tell_progress(const rounds *r, size_t going)
{
    char text[64];
    if (!r->options->progress)
        return;
    snprintf(text, sizeof text, "round %" PRIu32 ", %zu of %zu kernels left", r->taken, going,
             r->count);
    r->options->progress(r->options->context, text, 1 - (double)going / (double)r->count);
}

int sb_rounds_run(sb_bench *bench, sb_job *jobs, size_t count, const sb_measure_options *options,
                  sb_error *error)
{
    rounds r = {
        .bench = bench,
        .jobs = jobs,
        .count = count,
        .options = options,
        .turn_ns = sb_round_turn_ns(options->brief, options->max_time_ns),
        .iterations = 1,
        .order = sb_new(count, sizeof *r.order),
    };
    size_t going = count;
    for (size_t i = 0; i < count; i++)
        jobs[i].timed = sb_job_ok(&jobs[i]);
    calibrate_calls(&r);
    start_rounds(&r);
    while (going && !sb_session_stopping(bench->session)) {
        bool last = last_round(&r, going);
        take_round(&r, last);
        going = check_jobs(&r, last);
        tell_progress(&r, going);
        if (going && last)
            renew_workers(&r);
    }
    free(r.order);
    if (going == 0)
        return SB_OK;
    sb_fail(error, "interrupted");
    return SB_INTERRUPTED;
}
