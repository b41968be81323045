/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/arena.h"

#include "core/clock.h"
#include "core/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------------- places */

static sb_region place_region(int64_t *size, int64_t elements)
{
    if (elements == 0)
        return (sb_region) { 0 };
    sb_region region = sb_region_at(*size, elements * (int64_t)sizeof(float));
    *size += region.span;
    return region;
}

static sb_problem problem_of(const sb_arena *a, sb_operation operation)
{
    return sb_layer_problem(a->layer, operation, 1);
}

static int input_of(const sb_layer *layer, sb_operation operation)
{
    switch (sb_operation_role(operation, 0)) {
    case SB_ROLE_DEPTHWISE:
        return layer->shape.expand ? SB_INPUT_EXPANDED : SB_INPUT_LAYER;
    case SB_ROLE_POINTWISE:
        return SB_INPUT_MIDDLE;
    default:
        return SB_INPUT_LAYER;
    }
}

static void place_input(sb_arena *a, int which, sb_shape shape)
{
    sb_arena_input *input = &a->input[which];
    if (input->regions[SB_NCHW].span)
        return;
    input->shape = shape;
    for (int l = 0; l < SB_LAYOUTS; l++)
        input->regions[l] = place_region(&a->input_size, sb_layout_elements((sb_layout)l, shape));
}

static void place_weights(sb_arena *a, sb_role role, const sb_step *step)
{
    if (a->weights[role].span)
        return;
    a->weights[role] = place_region(&a->input_size, sb_step_weights(step));
    a->biases[role] = place_region(&a->input_size, step->bias ? step->k : 0);
}

/* The outputs of all operations, in all layouts, share their pages. */
static void place_output(sb_arena *a, sb_operation operation)
{
    for (int l = 0; l < SB_LAYOUTS; l++) {
        const sb_region region = sb_arena_output_region(a, operation, (sb_layout)l);
        if (region.span > a->output_size)
            a->output_size = region.span;
    }
}

static void lay_out(sb_arena *a)
{
    for (int op = 0; op < SB_OPERATIONS; op++) {
        const sb_operation operation = (sb_operation)op;
        if (!a->layer->operations[op])
            continue;
        const sb_problem problem = problem_of(a, operation);
        for (uint32_t i = 0; i < problem.step_count; i++)
            place_weights(a, sb_operation_role(operation, i), &problem.steps[i]);
        place_input(a, input_of(a->layer, operation), sb_input_shape(&problem));
        if (problem.residual) /* the layer's input, and the residual of the output's shape */
            place_input(a, SB_INPUT_LAYER, sb_output_shape(&problem));
        place_output(a, operation);
    }
}

double sb_arena_most_bytes(const sb_layer *layer)
{
    sb_arena arena = { .layer = layer };
    double most = 0.0;
    lay_out(&arena);
    for (int op = 0; op < SB_OPERATIONS; op++) {
        double elements = 0.0;
        if (!layer->operations[op])
            continue;
        const sb_problem problem = problem_of(&arena, (sb_operation)op);
        for (uint32_t i = 0; i < problem.step_count; i++) {
            const sb_step *s = &problem.steps[i];
            elements += (double)problem.n * (double)s->k * (double)s->p * (double)s->q;
        }
        most = elements > most ? elements : most;
    }
    return (double)arena.input_size + (double)arena.output_size + 2.0 * sizeof(double) * most;
}

bool sb_arena_fits(const sb_layer *layer, uint64_t memory_bytes, char why[static SB_ARENA_WHY])
{
    const double gib = 1024.0 * 1024.0 * 1024.0, has = (double)memory_bytes;
    const double needs = sb_arena_most_bytes(layer);
    if (memory_bytes == 0 || needs <= has)
        return true;
    snprintf(
        why, SB_ARENA_WHY,
        "needs up to %.1f GiB for its tensors in all layouts and their reference, but there are "
        "%.1f GiB",
        needs / gib, has / gib);
    return false;
}

sb_region sb_arena_input_region(const sb_arena *arena, sb_operation operation, sb_layout layout)
{
    return arena->input[input_of(arena->layer, operation)].regions[layout];
}

sb_region sb_arena_residual_region(const sb_arena *arena, sb_operation operation, sb_layout layout)
{
    const sb_problem problem = problem_of(arena, operation);
    return problem.residual ? arena->input[SB_INPUT_LAYER].regions[layout] : (sb_region) { 0 };
}

sb_region sb_arena_weights_region(const sb_arena *arena, sb_operation operation, uint32_t step)
{
    return arena->weights[sb_operation_role(operation, step)];
}

sb_region sb_arena_bias_region(const sb_arena *arena, sb_operation operation, uint32_t step)
{
    return arena->biases[sb_operation_role(operation, step)];
}

static sb_shape output_shape(const sb_arena *arena, sb_operation operation)
{
    const sb_problem problem = problem_of(arena, operation);
    return sb_output_shape(&problem);
}

sb_region sb_arena_output_region(const sb_arena *arena, sb_operation operation, sb_layout layout)
{
    int64_t from_start = 0;
    return place_region(&from_start, sb_layout_elements(layout, output_shape(arena, operation)));
}

/* -------------------------------------------------------------------------------------- memory */

/* Since Linux 5.1; some headers lack it. */
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

/* Seals the file: its size can no longer change, which would crash every process that has it
 * mapped; and if it is `readonly`, it can no longer be mapped or opened for writing, except through
 * existing mappings. */
static bool seal_file(int fd, bool readonly)
{
    const int size = F_SEAL_SHRINK | F_SEAL_GROW;
    const int seals = readonly ? size | F_SEAL_FUTURE_WRITE : size;
    return fcntl(fd, F_ADD_SEALS, seals | F_SEAL_SEAL) == 0 ||
           (fcntl(fd, F_ADD_SEALS, size | F_SEAL_SEAL) == 0 && !readonly);
}

bool sb_arena_seals(void)
{
    int fd = memfd_create("sepbench-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const bool seals = fd >= 0 && seal_file(fd, true);
    if (fd >= 0)
        close(fd);
    return seals;
}

int sb_arena_make_file(const char *name, int64_t size, bool readonly, char **mapped,
                       sb_error *error)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return sb_fail_errno(error, "cannot make shared memory");
    if (ftruncate(fd, size) == 0) {
        *mapped = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (*mapped != MAP_FAILED) {
            (void)seal_file(fd, readonly);
            return fd;
        }
    }
    *mapped = NULL;
    sb_fail_errno(error, "cannot make %lld bytes of shared memory", (long long)size);
    close(fd);
    return SB_FAILED;
}

int sb_arena_open(sb_arena *arena, const sb_layer *layer, sb_error *error)
{
    *arena = (sb_arena) { .layer = layer, .input_fd = -1, .readonly_fd = -1, .output_fd = -1 };
    lay_out(arena);
    char path[64];
    arena->input_fd =
        sb_arena_make_file("sepbench-input", arena->input_size, true, &arena->inputs, error);
    if (arena->input_fd < 0)
        goto fail;
    snprintf(path, sizeof path, "/proc/self/fd/%d", arena->input_fd);
    arena->readonly_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (arena->readonly_fd < 0) {
        sb_fail_errno(error, "cannot open %s", path);
        goto fail;
    }
    arena->output_fd =
        sb_arena_make_file("sepbench-output", arena->output_size, false, &arena->outputs, error);
    if (arena->output_fd >= 0)
        return SB_OK;
fail:
    sb_arena_close(arena);
    return SB_FAILED;
}

void sb_arena_close_file(int fd, char *mapped, int64_t size)
{
    if (mapped)
        munmap(mapped, (size_t)size);
    if (fd >= 0)
        close(fd);
}

void sb_arena_close(sb_arena *arena)
{
    sb_arena_close_file(arena->readonly_fd, NULL, 0);
    sb_arena_close_file(arena->input_fd, arena->inputs, arena->input_size);
    sb_arena_close_file(arena->output_fd, arena->outputs, arena->output_size);
    *arena = (sb_arena) { .input_fd = -1, .readonly_fd = -1, .output_fd = -1 };
}

static float *region_at(char *base, sb_region region)
{
    return region.span ? (float *)(base + region.offset + region.shift) : NULL;
}

/* ---------------------------------------------------------------------------------------- data */

sb_tensors sb_arena_tensors(const sb_arena *arena, sb_operation operation)
{
    sb_tensors tensors = {
        .input = region_at(arena->inputs, sb_arena_input_region(arena, operation, SB_NCHW)),
        .residual = region_at(arena->inputs, sb_arena_residual_region(arena, operation, SB_NCHW)),
    };
    for (uint32_t i = 0; i < sb_operation_steps(operation); i++) {
        tensors.weights[i] = region_at(arena->inputs, sb_arena_weights_region(arena, operation, i));
        tensors.biases[i] = region_at(arena->inputs, sb_arena_bias_region(arena, operation, i));
    }
    return tensors;
}

bool sb_arena_fill(sb_arena *arena, sb_operation operation, sb_data data, uint64_t seed)
{
    const sb_problem problem = problem_of(arena, operation);
    const sb_tensors tensors = sb_arena_tensors(arena, operation);
    for (int i = 0; i < SB_INPUTS; i++)
        for (int l = 0; l < SB_LAYOUTS; l++)
            arena->input[i].present[l] = l == SB_NCHW;
    return sb_fill(&problem, data, seed, &tensors);
}

static void require_layout(sb_arena *a, int which, sb_layout layout)
{
    sb_arena_input *input = &a->input[which];
    if (input->present[layout])
        return;
    sb_reorder_from_nchw(layout, input->shape, region_at(a->inputs, input->regions[SB_NCHW]),
                         region_at(a->inputs, input->regions[layout]));
    input->present[layout] = true;
}

void sb_arena_require(sb_arena *arena, sb_operation operation, sb_layout input, sb_layout output)
{
    require_layout(arena, input_of(arena->layer, operation), input);
    if (problem_of(arena, operation).residual)
        require_layout(arena, SB_INPUT_LAYER, output);
}

/* ------------------------------------------------------------------------------------ reorders */

typedef void reorder(sb_layout layout, sb_shape shape, const float *from, float *to);

/* The least time of several passes after one that warms the caches: noise only adds time. */
static int64_t reorder_time(reorder *way, sb_layout layout, sb_shape shape, const float *from,
                            float *to)
{
    enum { LAPS = 9 };
    static const int64_t enough_ns = 3000000;
    int64_t least = INT64_MAX, spent = 0;
    way(layout, shape, from, to);
    for (int i = 0; i < LAPS && spent < enough_ns; i++) {
        int64_t start = sb_now_ns();
        way(layout, shape, from, to);
        int64_t lap = sb_now_ns() - start;
        least = lap < least ? lap : least;
        spent += lap;
    }
    return least > 0 ? least : 1;
}

/* Writes the data that are already there. */
static int64_t time_input(sb_arena *a, int which, sb_layout layout)
{
    const sb_arena_input *input = &a->input[which];
    require_layout(a, which, SB_NHWC);
    return reorder_time(sb_reorder_from_nhwc, layout, input->shape,
                        region_at(a->inputs, input->regions[SB_NHWC]),
                        region_at(a->inputs, input->regions[layout]));
}

static int64_t time_output(const sb_arena *a, sb_operation operation, sb_layout layout)
{
    const sb_shape shape = output_shape(a, operation);
    float *nhwc = sb_new((size_t)sb_layout_elements(SB_NHWC, shape), sizeof *nhwc);
    int64_t ns = reorder_time(sb_reorder_to_nhwc, layout, shape,
                              sb_arena_output(a, operation, layout), nhwc);
    free(nhwc);
    return ns;
}

int64_t sb_arena_reorder_ns(sb_arena *arena, sb_operation operation, sb_layout input,
                            sb_layout output)
{
    const int which = input_of(arena->layer, operation);
    int64_t *in = &arena->input[which].reorder_ns[input];
    int64_t *out = &arena->output_reorder_ns[operation][output];
    if (input != SB_NHWC && *in == 0)
        *in = time_input(arena, which, input);
    if (output != SB_NHWC && *out == 0)
        *out = time_output(arena, operation, output);
    return *in + *out;
}

const float *sb_arena_output(const sb_arena *arena, sb_operation operation, sb_layout layout)
{
    return region_at(arena->outputs, sb_arena_output_region(arena, operation, layout));
}

void sb_arena_mark_output(sb_arena *arena, sb_operation operation, sb_layout layout)
{
    const sb_region region = sb_arena_output_region(arena, operation, layout);
    sb_fill_unwritten((float *)arena->outputs, (size_t)region.span / sizeof(float));
}

static bool is_unwritten(const float *from, const float *to)
{
    for (; from < to; from++)
        if (!sb_is_unwritten(from))
            return false;
    return true;
}

bool sb_arena_margins_intact(const sb_arena *arena, sb_operation operation, sb_layout layout)
{
    sb_region region = sb_arena_output_region(arena, operation, layout);
    const float *tensor = sb_arena_output(arena, operation, layout);
    const float *start = (const float *)arena->outputs;
    return is_unwritten(start, tensor) &&
           is_unwritten(tensor + region.bytes / (int64_t)sizeof(float),
                        start + region.span / (int64_t)sizeof(float));
}

bool sb_arena_marks_intact(const sb_arena *arena, sb_operation operation, sb_layout layout)
{
    const float *start = (const float *)arena->outputs;
    const sb_region region = sb_arena_output_region(arena, operation, layout);
    return is_unwritten(start, start + region.span / (int64_t)sizeof(float));
}
