/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_run.h"

#include "core/text.h"
#include "measure/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

sb_tensors sb_sequence_ground_fill(const sb_sequence_ground *g, const sb_problem *problem,
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
    return tensors;
}

void sb_sequence_ground_clear(sb_sequence_ground *g)
{
    const int64_t first = sb_sequence_buffer(&g->memory, 1);
    memset(g->base + first, 0, (size_t)(g->memory.times - first));
}
