/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_verify.h"

#include "conv/reference.h"
#include "conv/tiles.h"
#include "conv/tolerance.h"
#include "core/text.h"
#include "measure/sequence_join.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* A tensor of a leg in the memory of passes. */
typedef struct tensor {
    float *data;
    sb_layout layout;
    sb_shape shape;
} tensor;

static const sb_sequence_option *option_of(const sb_sequence_run *run, size_t place)
{
    return &run->ground->job->places[place].options[run->choice[place]];
}

static const sb_kernel_info *kernel_of(const sb_sequence_run *run, size_t place)
{
    const sb_sequence_option *option = option_of(run, place);
    return &option->plugin->kernels[option->kernel];
}

static tensor tensor_at(const sb_sequence_run *run, int64_t offset, sb_layout layout,
                        sb_shape shape)
{
    return (tensor) { (float *)(void *)(run->ground->base + offset), layout, shape };
}

static size_t count_of(sb_shape shape)
{
    return (size_t)(shape.n * shape.c * shape.h * shape.w);
}

static uint64_t hash_floats(const float *values, size_t count)
{
    return XXH3_64bits(values, count * sizeof *values);
}

/* A copy as NCHW, without padding; free() it. */
static float *copy_tensor(const tensor *t)
{
    float *copy = sb_new(count_of(t->shape), sizeof *copy);
    sb_reorder_to_nchw(t->layout, t->shape, t->data, copy);
    return copy;
}

static uint64_t hash_tensor(const tensor *t)
{
    float *copy = copy_tensor(t);
    const uint64_t hash = hash_floats(copy, count_of(t->shape));
    free(copy);
    return hash;
}

/* All but padding channels, which a kernel need not write. */
static void mark_tensor(const tensor *t)
{
    float mark;
    sb_fill_unwritten(&mark, 1);
    for (int64_t n = 0; n < t->shape.n; n++)
        for (int64_t c = 0; c < t->shape.c; c++) {
            const sb_plane plane = sb_layout_plane(t->layout, t->shape, n, c);
            for (int64_t i = 0; i < t->shape.h * t->shape.w; i++)
                memcpy(t->data + plane.first + i * plane.step, &mark, sizeof mark);
        }
}

static tensor output_of(const sb_sequence_run *run, uint32_t i)
{
    const sb_leg *leg = &run->legs.legs[i];
    const size_t place = run->legs.place[i];
    const sb_shape shape = { leg->n, leg->c, leg->h, leg->w };
    if (leg->slot < 0)
        return tensor_at(run, leg->output, (sb_layout)leg->to, shape);
    const sb_problem problem = sb_sequence_problem(run->ground->job, place);
    const sb_layout layout = run->joins ? SB_NCHW : option_of(run, place)->output;
    return tensor_at(run, leg->output, layout, sb_output_shape(&problem));
}

static void blame(sb_sequence_run *run, uint32_t leg)
{
    run->blames = run->legs.legs[leg].slot >= 0 && !run->joins;
    run->at = run->legs.place[leg];
}

static bool run_legs(sb_sequence_run *run, uint32_t first, uint32_t count)
{
    sb_request once = { .samples = 1 };
    return sb_sequence_run_pass(run, run->legs.legs + first, count, &once) != NULL;
}

/* ------------------------------------------------------------------------------------- a kernel */

/* The denominator of the kernel's bound; `magnitude` itself, or free() it. NULL on error. */
static double *find_magnitude(const sb_sequence_run *run, const sb_problem *problem,
                              sb_arithmetic arithmetic, const sb_tensors *tensors,
                              double *magnitude, sb_error *error)
{
    if (sb_tile_outputs(arithmetic) == 0)
        return magnitude;
    double *tiles = sb_new((size_t)sb_output_elements(problem), sizeof *tiles);
    if (sb_tile_magnitudes(problem, tensors, arithmetic,
                           run->ground->job->options->reference_threads, tiles, error) == SB_OK)
        return tiles;
    free(tiles);
    return NULL;
}

static bool judge_output(sb_sequence_run *run, const sb_problem *problem, const sb_tensors *tensors,
                         const tensor *output, size_t place)
{
    const sb_kernel_info *kernel = kernel_of(run, place);
    const int threads = run->ground->job->options->reference_threads;
    const size_t count = (size_t)sb_output_elements(problem);
    double *value = sb_new(count, sizeof *value), *magnitude = sb_new(count, sizeof *magnitude),
           *by = NULL;
    sb_error error;
    if (sb_reference(problem, tensors, threads, value, magnitude, &error) == SB_OK)
        by = find_magnitude(run, problem, kernel->arithmetic, tensors, magnitude, &error);
    if (by) {
        const sb_check check =
            sb_check_real(problem, output->layout, kernel->arithmetic, output->data, value, by);
        if (!check.passed)
            sb_sequence_run_fail(run, SB_VERDICT_WRONG, "in sequence: %s", check.reason);
    } else {
        sb_sequence_run_fail(run, SB_VERDICT_ERROR, "%s", error.text);
    }
    if (by != magnitude)
        free(by);
    free(magnitude);
    free(value);
    return !run->failed[0];
}

/* The tensors that the leg reads, as NCHW; free() them. */
static sb_tensors copy_inputs(const sb_sequence_run *run, uint32_t i, const sb_problem *problem)
{
    const sb_leg *leg = &run->legs.legs[i];
    const sb_sequence_option *option = option_of(run, run->legs.place[i]);
    const tensor input = tensor_at(run, leg->input, option->input, sb_input_shape(problem));
    sb_tensors read = { .input = copy_tensor(&input) };
    if (leg->residual < 0)
        return read;
    const tensor residual = tensor_at(run, leg->residual, option->output, sb_output_shape(problem));
    read.residual = copy_tensor(&residual);
    return read;
}

/* Notes what was read and written. Is that what was verified before? */
static bool is_known(sb_sequence_proof *proof, const sb_problem *problem, const sb_tensors *read,
                     const tensor *output)
{
    const sb_sequence_proof now = {
        .known = true,
        .input = hash_floats(read->input, (size_t)sb_input_elements(problem)),
        .residual =
            read->residual ? hash_floats(read->residual, (size_t)sb_output_elements(problem)) : 0,
        .output = hash_tensor(output),
    };
    const bool same = proof->known && now.input == proof->input &&
                      now.residual == proof->residual && now.output == proof->output;
    *proof = now;
    return same;
}

static bool judge_kernel(sb_sequence_run *run, uint32_t i, const sb_problem *problem,
                         const sb_tensors *read, const tensor *output)
{
    sb_sequence_proof *proof = &run->proofs[i];
    if (is_known(proof, problem, read, output))
        return true;
    sb_request unused = { 0 };
    sb_tensors tensors = sb_sequence_ground_fill(run->ground, problem, &unused);
    tensors.input = read->input;
    tensors.residual = read->residual;
    if (judge_output(run, problem, &tensors, output, run->legs.place[i]))
        return true;
    proof->known = false;
    return false;
}

/* A model of several layers. */
static bool verify_model(sb_sequence_run *run, uint32_t i)
{
    const sb_leg *leg = &run->legs.legs[i];
    const sb_problem problem = sb_sequence_problem(run->ground->job, (size_t)leg->slot);
    const tensor output = output_of(run, i),
                 input = tensor_at(run, leg->input, SB_NCHW, sb_input_shape(&problem));
    const sb_tensors read = { .input = copy_tensor(&input) };
    sb_error error;
    mark_tensor(&output);
    bool right = run_legs(run, i, 1);
    if (right && !is_known(&run->proofs[i], &problem, &read, &output)) {
        right =
            sb_sequence_join_check(run->ground, (size_t)leg->slot, read.input, output.data, &error);
        if (!right)
            sb_sequence_run_fail(run, SB_VERDICT_WRONG, "as one model: %s", error.text);
        run->proofs[i].known = right;
    }
    free(read.input);
    return right;
}

static bool verify_kernel(sb_sequence_run *run, uint32_t i)
{
    const sb_problem problem = sb_sequence_problem(run->ground->job, run->legs.place[i]);
    const tensor output = output_of(run, i);
    const sb_tensors read = copy_inputs(run, i, &problem);
    mark_tensor(&output);
    const bool right = run_legs(run, i, 1) && judge_kernel(run, i, &problem, &read, &output);
    free(read.input);
    free(read.residual);
    return right;
}

/* -------------------------------------------------------------------------------------- reorders
 */

static void make_reorder(const sb_leg *leg, const tensor *from, float *to)
{
    if (leg->from != leg->to) {
        sb_reorder(from->layout, (sb_layout)leg->to, from->shape, from->data, to);
        return;
    }
    const int64_t count = sb_layout_elements(from->layout, from->shape);
    memcpy(to, from->data, (size_t)count * sizeof *to);
    sb_layout_clear_padding(from->layout, from->shape, to);
}

static bool verify_reorder(sb_sequence_run *run, uint32_t i)
{
    const sb_leg *leg = &run->legs.legs[i];
    const tensor output = output_of(run, i),
                 from = tensor_at(run, leg->input, (sb_layout)leg->from, output.shape);
    const size_t count = (size_t)sb_layout_elements(output.layout, output.shape);
    float *wanted = sb_new(count, sizeof *wanted);
    make_reorder(leg, &from, wanted);
    if (leg->from != leg->to)
        mark_tensor(&output);
    if (run_legs(run, i, 1) && memcmp(output.data, wanted, count * sizeof *wanted) != 0)
        sb_sequence_run_fail(run, SB_VERDICT_WRONG,
                             "in sequence: a reorder from %s to %s gave other values",
                             sb_layout_name(from.layout), sb_layout_name(output.layout));
    run->proofs[i] = (sb_sequence_proof) { .known = true, .output = hash_tensor(&output) };
    free(wanted);
    return !run->failed[0];
}

/* ------------------------------------------------------------------------------------ the passes
 */

static bool verify_leg(sb_sequence_run *run, uint32_t i)
{
    if (run->legs.legs[i].slot < 0)
        return verify_reorder(run, i);
    return run->joins ? verify_model(run, i) : verify_kernel(run, i);
}

static bool walk(sb_sequence_run *run)
{
    sb_sequence_ground_clear(run->ground);
    for (uint32_t i = 0; i < run->legs.count && !run->failed[0]; i++) {
        if (!verify_leg(run, i))
            blame(run, i);
    }
    return !run->failed[0];
}

/* Whether the output of a leg is as it was leg by leg. */
static bool is_as_proved(const sb_sequence_run *run, uint32_t leg)
{
    const tensor output = output_of(run, leg);
    return hash_tensor(&output) == run->proofs[leg].output;
}

/* The first legs, up to this one, without pause. */
static bool runs_up_to(sb_sequence_run *run, uint32_t leg)
{
    sb_sequence_ground_clear(run->ground);
    return run_legs(run, 0, leg + 1) && is_as_proved(run, leg);
}

/* The first leg whose output differs if the legs run without pause: errors persist. */
static bool find_culprit(sb_sequence_run *run, const char *when)
{
    uint32_t right = 0, wrong = run->legs.count - 1;
    while (right < wrong && run->worker) {
        const uint32_t middle = right + (wrong - right) / 2;
        if (runs_up_to(run, middle))
            right = middle + 1;
        else if (run->failed[0])
            return false;
        else
            wrong = middle;
    }
    sb_sequence_run_fail(run, SB_VERDICT_WRONG, "in sequence: another result %s", when);
    blame(run, wrong);
    return false;
}

static bool promises_bits(const sb_sequence_run *run)
{
    for (size_t i = 0; i < run->ground->job->count; i++)
        if (kernel_of(run, i)->flags & SB_KERNEL_UNREPEATABLE)
            return false;
    return true;
}

static bool verify_whole(sb_sequence_run *run)
{
    if (!promises_bits(run) || runs_up_to(run, run->legs.count - 1))
        return true;
    return !run->failed[0] && find_culprit(run, "if the layers run without pause");
}

bool sb_sequence_verify(sb_sequence_run *run)
{
    const sb_sequence_ground *g = run->ground;
    run->repeats = !run->joins && promises_bits(run) &&
                   sb_sequence_legs_close(g->job->places, run->choice, &g->memory, &run->legs);
    return walk(run) && verify_whole(run);
}

bool sb_sequence_verify_round(sb_sequence_run *run)
{
    return !run->repeats || is_as_proved(run, run->legs.count - 1) ||
           find_culprit(run, "after the layers were timed");
}

bool sb_sequence_verify_after(sb_sequence_run *run)
{
    return promises_bits(run) ? verify_whole(run) : walk(run);
}
