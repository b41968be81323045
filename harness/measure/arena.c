/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/arena.h"

#include "core/clock.h"
#include "core/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static sb_region place(int64_t *size, int64_t elements)
{
    if (elements == 0)
        return (sb_region) { 0 };
    sb_region region = sb_region_at(*size, elements * (int64_t)sizeof(float));
    *size += region.span;
    return region;
}

static void lay_out(sb_arena *a, const sb_layer *layer)
{
    sb_problem standard = sb_layer_problem(layer, SB_STANDARD, 1);
    sb_problem separable = sb_layer_problem(layer, SB_SEPARABLE, 1);
    a->input_shape = sb_input_shape(&standard);
    a->output_shape = sb_output_shape(&standard);
    if (layer->operations[SB_STANDARD])
        a->standard = place(&a->input_size, sb_weight_elements(&standard).standard);
    if (layer->operations[SB_SEPARABLE]) {
        a->depthwise = place(&a->input_size, sb_weight_elements(&separable).depthwise);
        a->pointwise = place(&a->input_size, sb_weight_elements(&separable).pointwise);
    }
    for (int l = 0; l < SB_LAYOUTS; l++) {
        a->input[l] = place(&a->input_size, sb_layout_elements((sb_layout)l, a->input_shape));
        int64_t from_start = 0; /* the layouts of the output share its pages */
        a->output[l] = place(&from_start, sb_layout_elements((sb_layout)l, a->output_shape));
        if (from_start > a->output_size)
            a->output_size = from_start;
    }
}

/* A sparse file in memory; pages appear when they are written. */
static int make_file(const char *name, int64_t size, char **mapped, sb_error *error)
{
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0)
        return sb_fail_errno(error, "cannot make shared memory");
    if (ftruncate(fd, size) == 0) {
        *mapped = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (*mapped != MAP_FAILED)
            return fd;
    }
    *mapped = NULL;
    sb_fail_errno(error, "cannot make %lld bytes of shared memory", (long long)size);
    close(fd);
    return SB_FAILED;
}

int sb_arena_open(sb_arena *arena, const sb_layer *layer, sb_error *error)
{
    *arena = (sb_arena) { .input_fd = -1, .readonly_fd = -1, .output_fd = -1 };
    lay_out(arena, layer);
    char path[64];
    arena->input_fd = make_file("sepbench-input", arena->input_size, &arena->inputs, error);
    if (arena->input_fd < 0)
        goto fail;
    snprintf(path, sizeof path, "/proc/self/fd/%d", arena->input_fd);
    arena->readonly_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (arena->readonly_fd < 0) {
        sb_fail_errno(error, "cannot open %s", path);
        goto fail;
    }
    arena->output_fd = make_file("sepbench-output", arena->output_size, &arena->outputs, error);
    if (arena->output_fd >= 0)
        return SB_OK;
fail:
    sb_arena_close(arena);
    return SB_FAILED;
}

static void close_file(int fd, char *mapped, int64_t size)
{
    if (mapped)
        munmap(mapped, (size_t)size);
    if (fd >= 0)
        close(fd);
}

void sb_arena_close(sb_arena *arena)
{
    close_file(arena->readonly_fd, NULL, 0);
    close_file(arena->input_fd, arena->inputs, arena->input_size);
    close_file(arena->output_fd, arena->outputs, arena->output_size);
    *arena = (sb_arena) { .input_fd = -1, .readonly_fd = -1, .output_fd = -1 };
}

static float *at(char *base, sb_region region)
{
    return region.span ? (float *)(base + region.offset + region.shift) : NULL;
}

sb_tensors sb_arena_tensors(const sb_arena *arena, const sb_problem *problem)
{
    bool separable = problem->operation == SB_SEPARABLE;
    return (sb_tensors) {
        .input = at(arena->inputs, arena->input[SB_NCHW]),
        .standard = separable ? NULL : at(arena->inputs, arena->standard),
        .depthwise = separable ? at(arena->inputs, arena->depthwise) : NULL,
        .pointwise = separable ? at(arena->inputs, arena->pointwise) : NULL,
    };
}

bool sb_arena_fill(sb_arena *arena, const sb_problem *problem, sb_data data, uint64_t seed)
{
    sb_tensors tensors = sb_arena_tensors(arena, problem);
    for (int l = 0; l < SB_LAYOUTS; l++)
        arena->present[l] = l == SB_NCHW;
    return sb_fill(problem, data, seed, &tensors);
}

void sb_arena_require(sb_arena *arena, sb_layout layout)
{
    if (arena->present[layout])
        return;
    sb_reorder_from_nchw(layout, arena->input_shape, at(arena->inputs, arena->input[SB_NCHW]),
                         at(arena->inputs, arena->input[layout]));
    arena->present[layout] = true;
}

typedef void reorder(sb_layout layout, sb_shape shape, const float *from, float *to);

/* The least of some laps after one that warms the caches: noise only ever adds time. */
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

/* Writes what lies there already. */
static int64_t time_input(sb_arena *a, sb_layout layout)
{
    sb_arena_require(a, SB_NHWC);
    return reorder_time(sb_reorder_from_nhwc, layout, a->input_shape,
                        at(a->inputs, a->input[SB_NHWC]), at(a->inputs, a->input[layout]));
}

static int64_t time_output(const sb_arena *a, sb_layout layout)
{
    float *nhwc = sb_new((size_t)sb_layout_elements(SB_NHWC, a->output_shape), sizeof *nhwc);
    int64_t ns =
        reorder_time(sb_reorder_to_nhwc, layout, a->output_shape, sb_arena_output(a, layout), nhwc);
    free(nhwc);
    return ns;
}

int64_t sb_arena_reorder_ns(sb_arena *arena, sb_layout input, sb_layout output)
{
    int64_t *in = &arena->input_reorder_ns[input], *out = &arena->output_reorder_ns[output];
    if (input != SB_NHWC && *in == 0)
        *in = time_input(arena, input);
    if (output != SB_NHWC && *out == 0)
        *out = time_output(arena, output);
    return *in + *out;
}

const float *sb_arena_output(const sb_arena *arena, sb_layout layout)
{
    return at(arena->outputs, arena->output[layout]);
}

void sb_arena_mark_output(sb_arena *arena, sb_layout layout)
{
    sb_fill_unwritten((float *)arena->outputs, (size_t)arena->output[layout].span / sizeof(float));
}

static bool unwritten(const float *from, const float *to)
{
    for (; from < to; from++)
        if (!sb_is_unwritten(from))
            return false;
    return true;
}

bool sb_arena_margins_intact(const sb_arena *arena, sb_layout layout)
{
    sb_region region = arena->output[layout];
    const float *tensor = sb_arena_output(arena, layout);
    const float *start = (const float *)arena->outputs;
    return unwritten(start, tensor) && unwritten(tensor + region.bytes / (int64_t)sizeof(float),
                                                 start + region.span / (int64_t)sizeof(float));
}

bool sb_arena_marks_intact(const sb_arena *arena, sb_layout layout)
{
    const float *start = (const float *)arena->outputs;
    return unwritten(start, start + arena->output[layout].span / (int64_t)sizeof(float));
}
