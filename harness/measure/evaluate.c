/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/evaluate.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/job.h"
#include "measure/look.h"
#include "measure/validity.h"
#include "measure/variation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURN_NS   1e6  /* of samples in a turn: short, to stop slow parameter sets early */
#define SAMPLE_NS 4000 /* of the defaults; enough for kernels four times as fast */

/* One kind of data, and the worker that uses it. */
typedef struct ground {
    sb_session *session;
    sb_arena arena;
    sb_bench bench;
    sb_truth truth; /* of the present operation; empty if there is none */
} ground;

/* A parameter set and its plan on the real data. */
typedef struct contender {
    sb_job job;
    sb_result result;
} contender;

struct sb_evaluator {
    sb_evaluator_options options;
    ground exact, real;
    int operation;           /* of the data; -1: none yet */
    sb_candidate candidate;  /* the present kernel */
    contender contenders[2]; /* one is the incumbent, the other the parameter set on trial */
    int incumbent;           /* -1: none */
    double known, rival;     /* of the present look; 0: none */
    double quiet_ns;         /* the incumbent's least time, against which others are compared */
    double watts;            /* measured last; NAN: not yet */
    uint32_t iterations;     /* calls a sample, the same for all parameter sets */
};

/* ------------------------------------------------------------------------------------- grounds */

static int open_ground(const sb_evaluator *e, ground *g, sb_session *session, sb_error *error)
{
    if (sb_arena_open(&g->arena, e->options.layer, error) < 0)
        return sb_fail_within(error, "layer %s", e->options.layer->name);
    g->session = session;
    g->bench = (sb_bench) { .session = g->session, .arena = &g->arena, .brief = true };
    sb_session_forgive(session);
    sb_session_bind(session, &g->arena);
    return SB_OK;
}

static void close_ground(ground *g)
{
    if (!g->session)
        return;
    sb_session_bind(g->session, NULL);
    sb_arena_close(&g->arena);
    sb_truth_free(&g->truth);
    free(g->bench.scratch);
}

sb_evaluator *sb_evaluator_open(const sb_evaluator_options *options, sb_error *error)
{
    sb_evaluator *e = sb_new(1, sizeof *e);
    e->options = *options;
    e->watts = NAN;
    e->operation = e->incumbent = -1;
    if (open_ground(e, &e->exact, options->exact, error) == SB_OK &&
        open_ground(e, &e->real, options->real, error) == SB_OK)
        return e;
    sb_evaluator_close(e);
    return NULL;
}

static void clear_contender(contender *c)
{
    free(c->result.detail);
    free(c->result.params);
    *c = (contender) { 0 };
}

void sb_evaluator_close(sb_evaluator *evaluator)
{
    if (!evaluator)
        return;
    clear_contender(&evaluator->contenders[0]);
    clear_contender(&evaluator->contenders[1]);
    close_ground(&evaluator->exact);
    close_ground(&evaluator->real);
    free(evaluator);
}

static sb_problem problem_of(const sb_evaluator *e, int operation)
{
    return sb_layer_problem(e->options.layer, (sb_operation)operation, e->options.threads);
}

static int fill_ground(sb_evaluator *e, ground *g, sb_data data, int operation, sb_error *error)
{
    sb_truth_free(&g->truth);
    if (!sb_arena_fill(&g->arena, (sb_operation)operation, data, e->options.seed))
        return SB_OK; /* there is no exact data */
    if (sb_truth_make(&g->arena, (sb_operation)operation, data, e->options.reference_threads,
                      &g->truth, error) < 0)
        return SB_FAILED;
    g->truth.users = 1; /* the evaluator itself */
    return SB_OK;
}

/* The data and references of the operation, of both kinds. */
static int prepare_operation(sb_evaluator *e, int operation, sb_error *error)
{
    if (e->operation == operation)
        return SB_OK;
    e->operation = -1;
    if (fill_ground(e, &e->exact, SB_INTEGERS, operation, error) < 0 ||
        fill_ground(e, &e->real, SB_REALS, operation, error) < 0)
        return SB_FAILED;
    e->operation = operation;
    return SB_OK;
}

/* -------------------------------------------------------------------------------------- kernels */

static const sb_kernel_info *kernel_of(const sb_evaluator *e)
{
    return &e->candidate.plugin->kernels[e->candidate.kernel];
}

/* A job with the given values, or the defaults if `values` is NULL. */
static void begin_contender(sb_evaluator *e, contender *c, uint32_t slot, const int64_t *values)
{
    const sb_kernel_info *kernel = kernel_of(e);
    clear_contender(c);
    c->result.verdict = SB_VERDICT_OK;
    c->result.prepare_ns = INFINITY;
    c->result.workspace_bytes = -1;
    c->job = (sb_job) {
        .candidate = &e->candidate,
        .kernel = kernel,
        .operation = e->candidate.operation,
        .problem = problem_of(e, (int)e->candidate.operation),
        .result = &c->result,
        .slot = slot,
    };
    if (!values)
        return;
    c->job.given = (1u << kernel->parameter_count) - 1;
    memcpy(c->job.values, values, kernel->parameter_count * sizeof *values);
}

/* The one that is not the incumbent. */
static contender *free_contender(sb_evaluator *e)
{
    return &e->contenders[e->incumbent == 0];
}

sb_verdict sb_evaluator_complete(sb_evaluator *evaluator, uint32_t given, int64_t *values,
                                 sb_error *error)
{
    contender *c = free_contender(evaluator);
    begin_contender(evaluator, c, (uint32_t)(c - evaluator->contenders), NULL);
    c->job.given = given;
    memcpy(c->job.values, values, kernel_of(evaluator)->parameter_count * sizeof *values);
    if (sb_job_plan(&evaluator->real.bench, &c->job))
        memcpy(values, c->job.values, kernel_of(evaluator)->parameter_count * sizeof *values);
    else
        sb_fail(error, "%s", c->result.detail);
    return c->result.verdict;
}

sb_verdict sb_evaluator_take(sb_evaluator *evaluator, const sb_candidate *candidate,
                             int64_t values[SB_MAX_PARAMETERS], sb_error *error)
{
    sb_evaluator *e = evaluator;
    e->candidate = (sb_candidate) { .plugin = candidate->plugin,
                                    .kernel = candidate->kernel,
                                    .operation = candidate->operation,
                                    .objective = candidate->objective,
                                    .label = "" };
    e->incumbent = -1;
    e->iterations = 0;
    if (prepare_operation(e, (int)candidate->operation, error) < 0)
        return SB_VERDICT_ERROR;
    int64_t completed[SB_MAX_PARAMETERS];
    memcpy(completed, candidate->values, sizeof completed);
    sb_verdict verdict = sb_evaluator_complete(e, candidate->given, completed, error);
    if (verdict == SB_VERDICT_OK)
        memcpy(values, completed, sizeof completed);
    return verdict;
}

sb_known sb_evaluator_known(sb_evaluator *evaluator)
{
    return (sb_known) {
        .truths = { [SB_INTEGERS] = &evaluator->exact.truth, [SB_REALS] = &evaluator->real.truth },
        .operation = (sb_operation)evaluator->operation
    };
}

static sb_validity validity_of(const sb_evaluator *e)
{
    return (sb_validity) {
        .session = e->real.session,
        .plugin = e->candidate.plugin,
        .kernel = e->candidate.kernel,
        .problem = problem_of(e, (int)e->candidate.operation),
    };
}

void sb_evaluator_narrow(sb_evaluator *evaluator, sb_parameter_info *parameters)
{
    const sb_validity asked = validity_of(evaluator);
    sb_validity_narrow(&asked, parameters);
}

int sb_evaluator_valid(void *self, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error)
{
    const sb_validity asked = validity_of(self);
    return sb_validity_ask(&asked, values, count, ok, error);
}

sb_verdict sb_evaluator_explain(sb_evaluator *evaluator, const int64_t *values, sb_error *error)
{
    contender *c = free_contender(evaluator);
    begin_contender(evaluator, c, (uint32_t)(c - evaluator->contenders), values);
    if (!sb_job_plan(&evaluator->real.bench, &c->job))
        sb_fail(error, "%s", c->result.detail);
    return c->result.verdict;
}

/* ---------------------------------------------------------------------------------- evaluating */

/* Both gates; the exact one only if there is exact data and the arithmetic is direct. */
static bool verify_values(sb_evaluator *e, contender *c, const int64_t *values)
{
    if (e->exact.truth.value && kernel_of(e)->arithmetic == SB_DIRECT) {
        begin_contender(e, c, 0, values);
        if (!sb_job_gate_exact(&e->exact.bench, &c->job, &e->exact.truth))
            return false;
    }
    begin_contender(e, c, (uint32_t)(c - e->contenders), values);
    return sb_job_gate_real(&e->real.bench, &c->job, &e->real.truth);
}

/* The least of one turn's samples; 0 if the turn failed. */
static double take_time(sb_evaluator *e, contender *c)
{
    sb_request turn = sb_job_size_turn(&c->job, e->iterations, TURN_NS, e->options.evict_bytes);
    turn.refills = e->options.refills;
    const sb_request asked = turn;
    sb_reply reply;
    do {
        turn = asked;
        if (!sb_job_vary_turn(&e->real.bench, &c->job, &turn, &reply))
            return 0;
    } while (c->job.voided);
    double least = INFINITY;
    for (uint32_t i = 0; i < reply.samples && i < turn.samples; i++)
        least = fmin(least, reply.ns[i]);
    if (!(least > 0) || isinf(least)) {
        sb_job_fail(&c->job, SB_VERDICT_ERROR, "the worker reported no time for a call");
        return 0;
    }
    return c->job.call_ns = least;
}

/* One more turn of the parameter set, and one of the incumbent. False if the former failed. */
static bool look_again(sb_evaluator *e, contender *c, sb_look *now)
{
    double own = take_time(e, c), beside = INFINITY;
    if (!(own > 0))
        return false;
    if (e->incumbent >= 0) {
        beside = take_time(e, &e->contenders[e->incumbent]);
        if (!(beside > 0)) { /* it was correct before: its worker was lost */
            e->incumbent = -1;
            now->incumbent = INFINITY;
        }
    }
    sb_look_add(now, own, beside);
    return true;
}

static void time_it(sb_evaluator *e, contender *c, sb_evaluation *out)
{
    sb_look now = {
        .incumbent = e->incumbent < 0 ? INFINITY : e->quiet_ns,
        .known = e->known,
        .rival = e->rival,
    };
    if (e->iterations == 0)
        e->iterations = (uint32_t)fmax(1, ceil(SAMPLE_NS / c->job.call_ns));
    do {
        if (!look_again(e, c, &now))
            return;
    } while (!sb_look_enough(&now, &out->cut));
    out->ns = sb_look_time(&now);
    out->seen = sb_look_least(&now);
    e->quiet_ns = now.incumbent;
    if (e->incumbent >= 0 && !(out->ns < now.incumbent))
        return;
    e->incumbent = (int)(c - e->contenders);
    e->quiet_ns = sb_look_least(&now);
}

/* The counters change about every millisecond. */
static bool measure_power(sb_evaluator *e, contender *c, sb_error *error)
{
    enum { SAMPLES = 4, ENERGY_NS = 100000000 };
    const sb_energy *energy = e->options.energy;
    const double calls = ENERGY_NS / SAMPLES / fmax(c->job.call_ns, 1.0);
    const sb_request turn = {
        .iterations = calls > 1 ? (uint32_t)calls : 1,
        .samples = SAMPLES,
        .warm_calls = 1,
    };
    sb_energy_reading before, after;
    sb_reply reply;
    if (sb_energy_read(energy, &before, error) < 0)
        return false;
    const int64_t start = sb_now_ns();
    if (!sb_job_turn(&e->real.bench, &c->job, &turn, &reply))
        return true;
    const double seconds = (double)(sb_now_ns() - start) * 1e-9;
    if (sb_energy_read(energy, &after, error) < 0)
        return false;
    e->watts = sb_energy_between(energy, &before, &after) / seconds;
    return e->watts > 0 || sb_fail(error, "the energy counters stand still") == SB_OK;
}

/* The power of one that is clearly slower is taken to be that of the one before. */
static double find_power(sb_evaluator *e, contender *c, const sb_evaluation *out)
{
    sb_error why = { "" };
    if (!e->options.energy || c->result.verdict != SB_VERDICT_OK)
        return NAN;
    if (!(out->cut && e->watts > 0) && !measure_power(e, c, &why))
        sb_job_fail(&c->job, SB_VERDICT_ERROR, "%s", why.text);
    return e->watts;
}

double sb_evaluator_call(sb_evaluator *evaluator, const int64_t *values)
{
    const sb_request turn = { .iterations = 1, .samples = 1 };
    contender *c = free_contender(evaluator);
    sb_bench *bench = &evaluator->real.bench;
    sb_reply reply;
    begin_contender(evaluator, c, (uint32_t)(c - evaluator->contenders), values);
    if (!sb_job_plan(bench, &c->job) || !sb_job_turn(bench, &c->job, &turn, &reply))
        return NAN;
    return reply.samples > 0 ? reply.ns[0] : NAN;
}

sb_evaluation sb_evaluator_try(sb_evaluator *evaluator, const int64_t *values)
{
    sb_evaluation out = { .objective = INFINITY, .ns = INFINITY, .seen = INFINITY, .watts = NAN };
    contender *c = free_contender(evaluator);
    if (verify_values(evaluator, c, values))
        time_it(evaluator, c, &out);
    out.watts = find_power(evaluator, c, &out);
    sb_job_part(&evaluator->exact.bench, &c->job);
    sb_job_part(&evaluator->real.bench, &c->job);
    out.verdict = c->result.verdict;
    if (out.verdict == SB_VERDICT_OK)
        out.objective = sb_objective_of(evaluator->candidate.objective, out.ns,
                                        c->result.prepare_ns, c->result.workspace_bytes, out.watts);
    if (out.verdict != SB_VERDICT_OK)
        snprintf(out.detail, sizeof out.detail, "%s", c->result.detail ? c->result.detail : "");
    return out;
}

sb_evaluation sb_evaluator_glance(sb_evaluator *evaluator, const int64_t *values, double known,
                                  double rival)
{
    evaluator->known = isfinite(known) ? known : 0;
    evaluator->rival = isfinite(rival) ? rival : 0;
    const sb_evaluation out = sb_evaluator_try(evaluator, values);
    evaluator->known = evaluator->rival = 0;
    return out;
}
