/* SPDX-License-Identifier: Apache-2.0 */
/* The two gates. The harness compares outputs, not the worker, so that a plugin's code cannot
 * interfere. */
#include "measure/job.h"

#include "conv/reference.h"
#include "conv/tiles.h"
#include "conv/tolerance.h"
#include "core/clock.h"
#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <xxhash.h>

#define REST_NS       500000 /* work that takes longer is not finished when a single call returns */
#define SHORT_CALL_NS 250e3  /* one more call costs little compared with a turn of 4 ms */

int sb_truth_make(const sb_arena *arena, sb_operation operation, sb_data data, int threads,
                  sb_truth *truth, sb_error *error)
{
    const sb_problem problem = sb_layer_problem(arena->layer, operation, 1);
    size_t count = (size_t)sb_output_elements(&problem);
    *truth = (sb_truth) { 0 };
    truth->value = calloc(count, sizeof(double));
    if (data == SB_REALS)
        truth->magnitude = calloc(count, sizeof(double));
    if (!truth->value || (data == SB_REALS && !truth->magnitude)) {
        sb_truth_free(truth);
        return sb_fail(error, "no memory for the reference of %zu elements", count);
    }
    sb_tensors tensors = sb_arena_tensors(arena, operation);
    if (sb_reference(&problem, &tensors, threads, truth->value, truth->magnitude, error) == SB_OK)
        return SB_OK;
    sb_truth_free(truth);
    return SB_FAILED;
}

void sb_truth_free(sb_truth *truth)
{
    free(truth->value);
    free(truth->magnitude);
    for (int i = 0; i < SB_ARITHMETICS; i++)
        free(truth->tiles[i]);
    *truth = (sb_truth) { 0 };
}

/* Work that continues after `run` has returned would not be timed. The worker hashes the output
 * before it answers: by the time the harness reads the output, such work may have finished. */
static bool at_rest(sb_bench *b, sb_job *job, const sb_reply *reply)
{
    const float *output = sb_arena_output(b->arena, job->operation, job->output);
    const size_t bytes =
        (size_t)sb_arena_output_region(b->arena, job->operation, job->output).bytes;
    if (reply->digest != XXH3_64bits(output, bytes))
        sb_job_fail(job, SB_VERDICT_WRONG, SB_JOB_MOVES);
    return sb_job_ok(job);
}

static void mark_turn(sb_bench *b, const sb_job *job, sb_request *turn)
{
    sb_arena_mark_output(b->arena, job->operation, job->output);
    turn->marks = (uint64_t)sb_now_ns() | 1;
}

/* Marks reveal deferred work that writes the values that are already there. */
static bool stays_at_rest(sb_bench *b, sb_job *job)
{
    sb_arena_mark_output(b->arena, job->operation, job->output);
    if (sb_job_rest(b, job, REST_NS) &&
        !sb_arena_marks_intact(b->arena, job->operation, job->output))
        sb_job_fail(job, SB_VERDICT_WRONG, SB_JOB_MOVES);
    return sb_job_ok(job);
}

static bool run_marked(sb_bench *b, sb_job *job)
{
    sb_reply reply;
    sb_request once = { .iterations = 1, .samples = 1 };
    mark_turn(b, job, &once);
    if (!sb_job_turn(b, job, &once, &reply) || !at_rest(b, job, &reply))
        return false;
    job->call_ns = reply.samples == 1 ? reply.ns[0] : 0;
    if (!(job->call_ns > 0)) {
        sb_job_fail(job, SB_VERDICT_ERROR, "the worker reported no time for a call");
        return false;
    }
    return true;
}

/* Is the output correct, and was nothing else written? */
static bool judge_output(sb_bench *b, sb_job *job, const char *data, sb_check check)
{
    job->result->max_error = fmax(job->result->max_error, check.max_error);
    job->result->error_bound = check.bound;
    if (!check.passed)
        sb_job_fail(job, SB_VERDICT_WRONG, "%s data: %s", data, check.reason);
    else if (!sb_arena_margins_intact(b->arena, job->operation, job->output))
        sb_job_fail(job, SB_VERDICT_WRONG, "%s data: it wrote outside its output", data);
    return sb_job_ok(job);
}

/* The magnitudes that bound the kernel's errors; NULL, with the job's verdict set, if there is no
 * memory. */
static const double *magnitude_for(sb_bench *b, sb_job *job, sb_truth *truth)
{
    const sb_arithmetic arithmetic = job->kernel->arithmetic;
    if (sb_tile_outputs(arithmetic) == 0)
        return truth->magnitude;
    double **tiles = &truth->tiles[arithmetic];
    if (*tiles)
        return *tiles;
    const sb_tensors tensors = sb_arena_tensors(b->arena, job->operation);
    const int threads = (int)job->problem.threads;
    sb_error error;
    *tiles = sb_new((size_t)sb_output_elements(&job->problem), sizeof **tiles);
    if (sb_tile_magnitudes(&job->problem, &tensors, arithmetic, threads, *tiles, &error) == SB_OK)
        return *tiles;
    sb_job_fail(job, SB_VERDICT_ERROR, "%s", error.text);
    free(*tiles);
    return *tiles = NULL;
}

static bool judge_real(sb_bench *b, sb_job *job, sb_truth *truth)
{
    const double *magnitude = magnitude_for(b, job, truth);
    return magnitude &&
           judge_output(b, job, "real",
                        sb_check_real(&job->problem, job->output, job->kernel->arithmetic,
                                      sb_arena_output(b->arena, job->operation, job->output),
                                      truth->value, magnitude));
}

bool sb_job_gate_exact(sb_bench *b, sb_job *job, sb_truth *truth)
{
    return sb_job_plan(b, job) && run_marked(b, job) &&
           judge_output(b, job, "integer",
                        sb_check_exact(&job->problem, job->output,
                                       sb_arena_output(b->arena, job->operation, job->output),
                                       truth->value));
}

/* The output as dense NCHW. */
static const float *as_nchw(sb_bench *b, const sb_job *job)
{
    const float *output = sb_arena_output(b->arena, job->operation, job->output);
    if (job->output == SB_NCHW)
        return output;
    const size_t count = (size_t)sb_output_elements(&job->problem);
    if (b->scratch_count < count) {
        b->scratch = sb_grow(b->scratch, count, sizeof(float));
        b->scratch_count = count;
    }
    sb_reorder_to_nchw(job->output, sb_output_shape(&job->problem), output, b->scratch);
    return b->scratch;
}

static uint64_t hash_output(sb_bench *b, const sb_job *job)
{
    return XXH3_64bits(as_nchw(b, job), (size_t)sb_output_elements(&job->problem) * sizeof(float));
}

static void remember_bits(sb_bench *b, sb_job *job)
{
    job->bits = hash_output(b, job);
    job->bits_life = job->life;
}

static bool promises_bits(const sb_job *job)
{
    return !(job->kernel->flags & SB_KERNEL_UNREPEATABLE);
}

/*
 * The first output of a plan need not equal that of an earlier plan to the last bit: some libraries
 * select their kernels by timing them when they are loaded. So it is checked against the bound, as
 * in the gate; from then on, that plan's bits are expected.
 */
static bool meet_plan(sb_bench *b, sb_job *job, sb_truth *truth)
{
    sb_truth made = { 0 };
    sb_error error;
    if (!truth &&
        sb_truth_make(b->arena, job->operation, SB_REALS, b->reference_threads, &made, &error) < 0)
        sb_job_fail(job, SB_VERDICT_ERROR, "%s", error.text);
    else if (judge_real(b, job, truth ? truth : &made))
        remember_bits(b, job);
    sb_truth_free(&made);
    return sb_job_ok(job);
}

/* The same bits, if the kernel promises them; otherwise the bound again. */
static bool as_before(sb_bench *b, sb_job *job, sb_truth *truth, const char *reason)
{
    if (!promises_bits(job))
        return judge_real(b, job, truth);
    const bool same = hash_output(b, job) == job->bits;
    if (!same && job->life != job->bits_life)
        return meet_plan(b, job, truth);
    if (!same)
        sb_job_fail(job, SB_VERDICT_WRONG, "%s", reason);
    else if (!sb_arena_margins_intact(b->arena, job->operation, job->output))
        sb_job_fail(job, SB_VERDICT_WRONG, "real data: it wrote outside its output");
    return sb_job_ok(job);
}

bool sb_job_gate_real(sb_bench *b, sb_job *job, sb_truth *truth)
{
    if (!sb_job_plan(b, job) || !run_marked(b, job) || !judge_real(b, job, truth))
        return false;
    remember_bits(b, job);
    job->result->reorder_ns =
        (double)sb_arena_reorder_ns(b->arena, job->operation, job->input, job->output);
    return run_marked(b, job) &&
           as_before(b, job, truth, "two runs on the same data gave different results");
}

void sb_job_hold(sb_job *job, sb_truth *truth)
{
    if (promises_bits(job) || !sb_job_ok(job))
        return;
    job->truth = truth;
    truth->users++;
}

void sb_job_release(sb_job *job)
{
    if (job->truth && --job->truth->users == 0)
        sb_truth_free(job->truth);
    job->truth = NULL;
}

void sb_job_mark(sb_bench *b, const sb_job *job, sb_request *turn)
{
    int64_t start = sb_now_ns();
    mark_turn(b, job, turn);
    b->verify_ns += sb_now_ns() - start;
}

/* One more call after the timed one, if it costs little: otherwise it would depend on the length of
 * the turn whether a kernel that is wrong every second time is found out. */
static bool right_still(sb_bench *b, sb_job *job, double ns)
{
    static const char reason[] = "after it was timed it gave another result than before";
    if (!as_before(b, job, job->truth, reason) || !stays_at_rest(b, job))
        return false;
    if (ns > SHORT_CALL_NS && promises_bits(job))
        return true;
    return run_marked(b, job) && as_before(b, job, job->truth, reason);
}

sb_verification sb_verification_begin(const sb_bench *b, const sb_job *job)
{
    return (sb_verification) { sb_now_ns(), job->spent_ns, b->run_ns,
                               b->idle_ns,  b->verify_ns,  job->call_ns };
}

bool sb_verification_end(const sb_verification *from, sb_bench *b, sb_job *job)
{
    job->call_ns = from->call_ns;
    job->spent_ns = from->spent_ns;
    b->run_ns = from->run_ns;
    b->idle_ns = from->idle_ns;
    b->verify_ns = from->verify_ns + sb_now_ns() - from->start_ns;
    return sb_job_ok(job);
}

bool sb_job_prove(sb_bench *b, sb_job *job, const sb_reply *reply)
{
    const sb_verification from = sb_verification_begin(b, job);
    if (at_rest(b, job, reply) && right_still(b, job, reply->ns[0]))
        job->proved = (sb_proved) { job->result->series.count, job->result->switches };
    return sb_verification_end(&from, b, job);
}
