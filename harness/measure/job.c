/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/job.h"

#include "core/clock.h"
#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WARM_NS      300000 /* untimed calls of a short kernel at the start of a turn */
#define LONG_CALL_NS 100e6  /* for longer calls the refill is negligible */
#define MAX_SAMPLES  16
#define PROBE_NS     100e6
#define PROBES       3

void sb_job_fail(sb_job *job, sb_verdict verdict, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    job->result->verdict = verdict;
    free(job->result->detail);
    job->result->detail = sb_copy_text(text);
}

void sb_job_part(sb_bench *b, const sb_job *job)
{
    if (job->result->verdict == SB_VERDICT_WRONG)
        sb_session_discard(b->session, job->candidate->plugin, job->problem.threads);
}

static sb_verdict call_worker(sb_bench *b, sb_job *job, const sb_request *request, sb_reply *reply,
                              uint64_t *life)
{
    return sb_session_call(b->session, job->candidate->plugin, job->problem.threads, request, reply,
                           life);
}

/* The least of several plans: the first in a process also sets up its library. */
static void keep_workspace(sb_result *result, int64_t bytes)
{
    if (bytes < 0)
        bytes = 0;
    if (result->workspace_bytes < 0 || bytes < result->workspace_bytes)
        result->workspace_bytes = bytes;
}

/* Copies what the plan reports into the job and its result. */
static void adopt_plan(sb_bench *b, sb_job *job, const sb_reply *reply)
{
    memcpy(job->values, reply->values, sizeof job->values);
    job->given =
        job->kernel->parameter_count >= 32 ? ~0u : (1u << job->kernel->parameter_count) - 1;
    job->input = (sb_layout)reply->input_layout;
    job->output = (sb_layout)reply->output_layout;
    job->planned = true;
    /* The least of several plans: the first ones touch new pages and generate code. */
    job->result->prepare_ns = fmin(job->result->prepare_ns, (double)reply->prepare_ns);
    keep_workspace(job->result, reply->workspace_bytes);
    free(job->result->detail);
    job->result->detail = sb_copy_text(reply->text);
    free(job->result->params);
    job->result->params = sb_params_text(job->kernel, job->values);
    sb_arena_require(b->arena, job->operation, job->input, job->output);
}

static bool values_legal(const sb_job *job, const int64_t *values)
{
    for (size_t i = 0; i < job->kernel->parameter_count; i++)
        if (!sb_parameter_legal(&job->kernel->parameters[i], values[i]))
            return false;
    return true;
}

/* Nothing shows that the plan that took these samples was still correct. */
static void void_unproved(sb_job *job)
{
    job->result->series.count = job->proved.samples;
    job->result->switches = job->proved.switches;
}

bool sb_job_plan(sb_bench *b, sb_job *job)
{
    sb_reply reply;
    sb_request request = {
        .ask = SB_ASK_PLAN,
        .slot = job->slot,
        .kernel = (uint32_t)job->candidate->kernel,
        .given = job->given,
        .problem = job->problem,
    };
    for (uint32_t i = 0; i < job->problem.step_count; i++) {
        request.weights[i] = sb_arena_weights_region(b->arena, job->operation, i);
        request.biases[i] = sb_arena_bias_region(b->arena, job->operation, i);
    }
    memcpy(request.values, job->values, sizeof request.values);
    job->planned = false;
    void_unproved(job);
    int64_t start = sb_now_ns();
    sb_verdict verdict = call_worker(b, job, &request, &reply, &job->life);
    b->plan_ns += sb_now_ns() - start;
    if (verdict != SB_VERDICT_OK)
        sb_job_fail(job, verdict, "%s", reply.text);
    else if (!values_legal(job, reply.values))
        sb_job_fail(job, SB_VERDICT_ERROR, "its defaults give a parameter an illegal value");
    else
        adopt_plan(b, job, &reply);
    return job->planned;
}

/* If another kernel in the same worker crashes, this one's plan is lost with it: plan again. */
static bool turn_once(sb_bench *b, sb_job *job, const sb_request *turn, sb_reply *reply, bool *lost)
{
    sb_request request = *turn;
    request.ask = SB_ASK_RUN;
    request.kernel = (uint32_t)job->candidate->kernel;
    request.slot = job->slot;
    request.input = sb_arena_input_region(b->arena, job->operation, job->input);
    request.residual = sb_arena_residual_region(b->arena, job->operation, job->output);
    request.output = sb_arena_output_region(b->arena, job->operation, job->output);
    uint64_t life;
    sb_verdict verdict = call_worker(b, job, &request, reply, &life);
    *lost = life != job->life;
    if (*lost || verdict == SB_VERDICT_OK)
        return !*lost;
    sb_job_fail(job, verdict, "%s", reply->text);
    return false;
}

bool sb_job_rest(sb_bench *b, sb_job *job, int64_t ns)
{
    sb_reply reply;
    sb_request request = {
        .ask = SB_ASK_REST,
        .kernel = (uint32_t)job->candidate->kernel,
        .warm_ns = ns,
    };
    sb_verdict verdict = call_worker(b, job, &request, &reply, NULL);
    if (verdict != SB_VERDICT_OK)
        sb_job_fail(job, verdict, "%s", reply.text);
    return sb_job_ok(job);
}

/* A worker's own claim is trusted only as far as it can be true. */
static void account_time(sb_bench *b, int64_t spent, int64_t claimed)
{
    int64_t worked = claimed < 0 ? 0 : claimed > spent ? spent : claimed;
    b->run_ns += worked;
    b->idle_ns += spent - worked;
}

sb_request sb_job_size_turn(const sb_job *job, uint32_t iterations, double turn_ns,
                            uint64_t evict_bytes)
{
    double sample = job->call_ns * iterations, samples = turn_ns / sample;
    return (sb_request) {
        .iterations = iterations,
        .samples = samples < 1             ? 1
                   : samples > MAX_SAMPLES ? MAX_SAMPLES
                                           : (uint32_t)samples,
        .warm_calls = sample < LONG_CALL_NS,
        .warm_ns = sample < turn_ns && evict_bytes == 0 ? WARM_NS : 0,
        .evict_bytes = evict_bytes,
    };
}

bool sb_job_turn(sb_bench *b, sb_job *job, const sb_request *turn, sb_reply *reply)
{
    bool lost = false;
    int64_t start = sb_now_ns();
    bool done = turn_once(b, job, turn, reply, &lost);
    job->losses += lost;
    if (!done && lost && sb_job_plan(b, job)) {
        start = sb_now_ns();
        done = turn_once(b, job, turn, reply, &lost);
        if (lost)
            sb_job_fail(job, SB_VERDICT_CRASHED, "its worker ended again and again");
    }
    int64_t spent = sb_now_ns() - start;
    account_time(b, spent, done ? reply->wall_ns : spent);
    job->spent_ns += spent;
    if (done && sb_claims_too_many(reply, job->problem.threads)) {
        sb_job_fail(job, SB_VERDICT_WRONG, "it computed on %.1f processors, and may on %" PRId64,
                    (double)reply->cpu_ns / (double)reply->window_ns, job->problem.threads);
        return false;
    }
    return done;
}

/* Long enough that the time around the calls is negligible. Measured by the harness's clock,
 * because the worker's is in doubt. */
static sb_request make_probe(const sb_request *turn, const sb_reply *reply)
{
    enum { SAMPLES = 4 };
    const double call =
        (double)reply->span_ns / ((double)reply->samples * (double)turn->iterations);
    const double calls = PROBE_NS / SAMPLES / fmax(call, 1);
    return (sb_request) {
        .iterations = calls > 1 ? (uint32_t)calls : 1,
        .samples = SAMPLES,
        .warm_calls = 1,
    };
}

bool sb_job_believe(sb_bench *b, sb_job *job, const sb_request *turn, const sb_reply *reply)
{
    if (turn->marks || turn->evict_bytes || job->probed)
        return true;
    sb_claims_add(&job->claims, turn, reply, job->problem.threads);
    if (!sb_claims_doubtful(&job->claims))
        return true;
    const sb_request probe = make_probe(turn, reply);
    sb_claims claims = { 0 };
    sb_reply answer;
    job->probed = true;
    for (int i = 0; i < PROBES; i++) {
        if (!sb_job_turn(b, job, &probe, &answer))
            return false;
        sb_claims_add(&claims, &probe, &answer, job->problem.threads);
        if (!sb_claims_false(&claims))
            return true;
    }
    sb_job_fail(job, SB_VERDICT_WRONG,
                "the times that its worker claims are false: %.3g ms, at least %.3g ms were used",
                claims.claimed * 1e-6, (claims.claimed + fmax(claims.cpu, claims.wall)) * 1e-6);
    return false;
}
