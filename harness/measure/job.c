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
#define BRIEF_NS     25e6 /* the length before, which settles most doubts */
#define PROBES       3    /* of each length */
#define LENGTHS      3    /* each four times the one before */
#define COUNTED      8    /* turns whose threads are counted, if not all ran in one before */

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
static bool ask_part(sb_bench *b, sb_job *job, const sb_request *request, sb_reply *reply,
                     bool *lost)
{
    uint64_t life;
    sb_verdict verdict = call_worker(b, job, request, reply, &life);
    *lost = life != job->life;
    if (*lost || verdict == SB_VERDICT_OK)
        return !*lost;
    sb_job_fail(job, verdict, "%s", reply->text);
    return false;
}

/* With cold caches, untimed calls and the sweep are a request of their own. */
static bool evict_first(sb_bench *b, sb_job *job, sb_request *request, sb_reply *reply, bool *lost)
{
    request->ask = SB_ASK_EVICT;
    const bool done = ask_part(b, job, request, reply, lost);
    job->evict_ns = done ? reply->wall_ns : 0;
    request->warm_calls = 0;
    request->warm_ns = 0;
    return done;
}

static bool counts_threads(const sb_job *job)
{
    return job->result->threaded && job->problem.threads > 1 && job->counted < COUNTED &&
           job->threads_ran < job->problem.threads;
}

/* A thread may come too late for the work of one turn. */
static void note_threads(sb_job *job, int64_t ran)
{
    job->counted += ran > 0;
    job->threads_ran = ran > job->threads_ran ? ran : job->threads_ran;
}

int64_t sb_job_fewer_threads(const sb_job *job)
{
    enum { ENOUGH = 3 };
    const bool fewer = job->counted >= ENOUGH && job->threads_ran < job->problem.threads;
    return fewer ? job->threads_ran : 0;
}

static bool turn_once(sb_bench *b, sb_job *job, const sb_request *turn, sb_reply *reply, bool *lost)
{
    sb_request request = *turn;
    request.kernel = (uint32_t)job->candidate->kernel;
    request.slot = job->slot;
    request.input = sb_arena_input_region(b->arena, job->operation, job->input);
    request.residual = sb_arena_residual_region(b->arena, job->operation, job->output);
    request.output = sb_arena_output_region(b->arena, job->operation, job->output);
    job->evict_ns = 0;
    if (turn->evict_bytes && !evict_first(b, job, &request, reply, lost))
        return false;
    request.ask = SB_ASK_RUN;
    request.counts_threads = counts_threads(job);
    return ask_part(b, job, &request, reply, lost);
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
        .samples = samples < 1 || evict_bytes ? 1
                   : samples > MAX_SAMPLES    ? MAX_SAMPLES
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
    account_time(b, spent, done ? reply->wall_ns + job->evict_ns : spent);
    job->spent_ns += spent;
    note_threads(job, done ? reply->threads_ran : 0);
    if (done && sb_claims_too_many(reply, job->problem.threads)) {
        sb_job_fail(job, SB_VERDICT_WRONG, "it computed on %.1f processors, and may on %" PRId64,
                    (double)(reply->cpu_ns + reply->others_ns) / (double)reply->window_ns,
                    job->problem.threads);
        return false;
    }
    return done;
}

/* Long enough that the time around the calls is negligible. Measured by the harness's clock,
 * because the worker's is in doubt. Without untimed calls: under load the first call after a pause
 * may take longer than all others together, because its threads wait for processors, and others
 * spin meanwhile; the worker is to claim that time. */
static sb_request make_probe(const sb_request *turn, const sb_reply *reply, double ns)
{
    enum { SAMPLES = 4 };
    const double call =
        (double)reply->span_ns / ((double)reply->samples * (double)turn->iterations);
    const double calls = ns / SAMPLES / fmax(call, 1);
    return (sb_request) {
        .iterations = calls > 1 ? (uint32_t)calls : 1,
        .samples = SAMPLES,
        .notes_delay = 1,
    };
}

/* Load disturbs a few turns of an honest kernel, too. */
static bool is_habit(uint32_t count, uint32_t of)
{
    enum { MOST = 8 };
    return count > MOST && count * 2 > of;
}

/* Turns that wait for a processor hide what others show, so those that did not are also counted
 * alone. */
static bool explain_turn(sb_job *job, const sb_request *turn, const sb_reply *reply)
{
    const double ns = sb_claims_unexplained(turn, reply, job->problem.threads);
    const sb_thrift thrift = sb_claims_thrift(turn, reply, job->problem.threads);
    job->voided = ns > 0;
    job->turns++;
    job->unexplained += job->voided;
    job->told += thrift != SB_THRIFT_UNKNOWN;
    job->overspent += thrift == SB_THRIFT_OVERSPENT;
    const bool overspends = is_habit(job->overspent, job->told);
    if (!overspends && !is_habit(job->unexplained, job->turns))
        return true;
    sb_job_fail(job, SB_VERDICT_WRONG,
                "it computes outside of its calls: in %" PRIu32 " of %" PRIu32
                " turns its worker took more time than they did, in the last one %.3g ms",
                overspends ? job->overspent : job->unexplained, overspends ? job->told : job->turns,
                ns * 1e-6);
    return false;
}

/* What a cold turn takes besides its calls, at least: code and page tables are cold, too. */
static bool take_blanks(sb_bench *b, sb_job *job, const sb_request *turn)
{
    enum { BLANKS = 5 };
    const sb_request blank = { .samples = 1, /* of no calls */
                               .evict_bytes = turn->evict_bytes,
                               .refills = turn->refills };
    double least = INFINITY;
    for (int i = 0; i < BLANKS; i++) {
        sb_reply reply;
        if (!sb_job_turn(b, job, &blank, &reply))
            return false;
        least = fmin(least, (double)reply.cpu_ns / (double)job->problem.threads);
    }
    job->blank_ns = fmax(least, 1);
    return true;
}

/* With cold caches each turn is one sample, and the processor time of the turn bounds it. */
static bool believe_cold(sb_bench *b, sb_job *job, const sb_request *turn, const sb_reply *reply)
{
    sb_request timed = *turn;
    timed.warm_calls = 0;
    timed.warm_ns = 0;
    sb_claims_add(&job->claims, &timed, reply, job->problem.threads);
    if (!sb_claims_cold_false(&job->claims, job->blank_ns))
        return true;
    if (job->blank_ns == 0 && !take_blanks(b, job, turn))
        return false;
    if (!sb_claims_cold_false(&job->claims, job->blank_ns))
        return true;
    sb_job_fail(job, SB_VERDICT_WRONG,
                "the times that its worker claims are false: %.3g ms with cold caches, at least "
                "%.3g ms were used",
                job->claims.claimed * 1e-6,
                (job->claims.claimed + job->claims.cpu - job->blank_ns) * 1e-6);
    return false;
}

/* Turns of growing length, up to where load cannot explain the difference. */
static sb_belief probe_lengths(sb_bench *b, sb_job *job, const sb_request *turn,
                               const sb_reply *reply, sb_claims *claims)
{
    sb_belief belief = SB_BELIEF_OPEN;
    sb_request asked = *turn;
    sb_reply answer = *reply; /* the longer its turn, the better is known what a call takes */
    const int lengths = b->brief ? LENGTHS + 1 : LENGTHS;
    double ns = b->brief ? BRIEF_NS : PROBE_NS;
    const double most = (double)sb_session_timeout(b->session) / 4;
    for (int l = 0; l < lengths && belief == SB_BELIEF_OPEN && (l == 0 || ns < most);
         l++, ns *= 4) {
        const sb_request probe = make_probe(&asked, &answer, ns);
        asked = probe;
        *claims = (sb_claims) { 0 };
        for (int i = 0; i < PROBES && (i == 0 || belief != SB_BELIEF_TRUE); i++) {
            if (!sb_job_turn(b, job, &probe, &answer))
                return SB_BELIEF_OPEN;
            sb_claims_add(claims, &probe, &answer, job->problem.threads);
            belief = sb_claims_judge(claims);
        }
    }
    return belief;
}

static bool probe_claims(sb_bench *b, sb_job *job, const sb_request *turn, const sb_reply *reply)
{
    sb_claims claims;
    if (probe_lengths(b, job, turn, reply, &claims) != SB_BELIEF_FALSE)
        return sb_job_ok(job);
    const double claimed = fmax(claims.claimed, claims.claimed_wall);
    sb_job_fail(job, SB_VERDICT_WRONG,
                "the times that its worker claims are false: %.3g ms, at least %.3g ms were used",
                claimed * 1e-6, (claimed + fmax(claims.cpu, claims.wall)) * 1e-6);
    return false;
}

bool sb_job_believe(sb_bench *b, sb_job *job, const sb_request *turn, const sb_reply *reply)
{
    job->voided = false;
    if (turn->evict_bytes)
        return believe_cold(b, job, turn, reply);
    if (turn->marks)
        return true;
    if (!explain_turn(job, turn, reply))
        return false;
    if (job->probed)
        return true;
    sb_claims_add(&job->claims, turn, reply, job->problem.threads);
    if (!sb_claims_doubtful(&job->claims))
        return true;
    job->probed = true;
    return probe_claims(b, job, turn, reply);
}
