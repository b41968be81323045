/* SPDX-License-Identifier: Apache-2.0 */
/* The two gates. The harness compares, not the worker: a plugin's code can do nothing about it. */
#include "measure/job.h"

#include "conv/reference.h"
#include "conv/tolerance.h"
#include "core/text.h"

#include <stdlib.h>
#include <xxhash.h>

int sb_truth_make(const sb_arena *arena, const sb_problem *problem, sb_data data, int threads,
                  sb_truth *truth, sb_error *error)
{
    size_t count = (size_t)sb_output_elements(problem);
    *truth = (sb_truth) { 0 };
    truth->value = calloc(count, sizeof(double));
    if (data == SB_REALS)
        truth->magnitude = calloc(count, sizeof(double));
    if (!truth->value || (data == SB_REALS && !truth->magnitude)) {
        sb_truth_free(truth);
        return sb_fail(error, "no memory for the reference of %zu elements", count);
    }
    sb_tensors tensors = sb_arena_tensors(arena, problem);
    if (sb_reference(problem, &tensors, threads, truth->value, truth->magnitude, error) == SB_OK)
        return SB_OK;
    sb_truth_free(truth);
    return SB_FAILED;
}

void sb_truth_free(sb_truth *truth)
{
    free(truth->value);
    free(truth->magnitude);
    *truth = (sb_truth) { 0 };
}

static bool run_marked(sb_bench *b, sb_job *job)
{
    sb_reply reply;
    sb_request once = { .iterations = 1, .samples = 1 };
    sb_arena_mark_output(b->arena, job->output);
    if (!sb_job_turn(b, job, &once, &reply))
        return false;
    job->call_ns = reply.samples == 1 ? reply.ns[0] : 0;
    if (!(job->call_ns > 0)) {
        sb_job_fail(job, SB_VERDICT_ERROR, "the worker reported no time for a call");
        return false;
    }
    return true;
}

/* Is the output that lies there right, and nothing but the output written? */
static bool judge(sb_bench *b, sb_job *job, const char *data, sb_check check)
{
    job->result->max_error = check.max_error;
    job->result->error_bound = check.bound;
    if (!check.passed)
        sb_job_fail(job, SB_VERDICT_WRONG, "%s data: %s", data, check.reason);
    else if (!sb_arena_margins_intact(b->arena, job->output))
        sb_job_fail(job, SB_VERDICT_WRONG, "%s data: it wrote outside its output", data);
    return sb_job_ok(job);
}

bool sb_job_gate_exact(sb_bench *b, sb_job *job, const sb_truth *truth)
{
    return sb_job_plan(b, job) && run_marked(b, job) &&
           judge(b, job, "integer",
                 sb_check_exact(&job->problem, job->output, sb_arena_output(b->arena, job->output),
                                truth->value));
}

/* The output as dense NCHW. */
static const float *as_nchw(sb_bench *b, const sb_job *job)
{
    const float *output = sb_arena_output(b->arena, job->output);
    if (job->output == SB_NCHW)
        return output;
    if (!b->scratch)
        b->scratch = sb_new((size_t)sb_output_elements(&job->problem), sizeof(float));
    sb_reorder_to_nchw(job->output, b->arena->output_shape, output, b->scratch);
    return b->scratch;
}

static uint64_t hash_output(sb_bench *b, const sb_job *job)
{
    return XXH3_64bits(as_nchw(b, job), (size_t)sb_output_elements(&job->problem) * sizeof(float));
}

/* Where the kernel promises the same bits every time. */
static bool same_bits(sb_bench *b, sb_job *job, const char *reason)
{
    if (!(job->kernel->flags & SB_KERNEL_UNREPEATABLE) && hash_output(b, job) != job->bits)
        sb_job_fail(job, SB_VERDICT_WRONG, "%s", reason);
    return sb_job_ok(job);
}

bool sb_job_gate_real(sb_bench *b, sb_job *job, const sb_truth *truth)
{
    if (!sb_job_plan(b, job) || !run_marked(b, job) ||
        !judge(b, job, "real",
               sb_check_real(&job->problem, job->output, (sb_arithmetic)job->kernel->arithmetic,
                             sb_arena_output(b->arena, job->output), truth->value,
                             truth->magnitude)))
        return false;
    job->bits = hash_output(b, job);
    job->result->reorder_ns = (double)sb_arena_reorder_ns(b->arena, job->input, job->output);
    return run_marked(b, job) &&
           same_bits(b, job, "two runs on the same data gave different results");
}

bool sb_job_gate_last(sb_bench *b, sb_job *job)
{
    double call_ns = job->call_ns;
    bool passed = run_marked(b, job) &&
                  same_bits(b, job, "after it was timed it gave another result than before");
    job->call_ns = call_ns;
    return passed;
}
