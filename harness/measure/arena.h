/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tensors of a group in shared memory: one file that workers may only read (weights, and the
 * input in every layout that is asked for), one that they write (the output). All kernels of a
 * group use the same physical pages, so that none is lucky.
 */
#ifndef SB_MEASURE_ARENA_H
#define SB_MEASURE_ARENA_H

#include "conv/fill.h"
#include "conv/layout.h"
#include "measure/guarded.h"

#define SB_LAYOUTS 4

typedef struct sb_arena {
    int input_fd, readonly_fd, output_fd;
    int64_t input_size, output_size;
    char *inputs, *outputs; /* the harness's own mappings of the files */
    sb_shape input_shape, output_shape;
    sb_region standard, depthwise, pointwise; /* span 0 where no operation needs it */
    sb_region input[SB_LAYOUTS], output[SB_LAYOUTS];
    bool present[SB_LAYOUTS]; /* input[layout] holds what input[SB_NCHW] holds */
    /* What sb_arena_reorder_ns() has measured so far; 0: not yet. */
    int64_t input_reorder_ns[SB_LAYOUTS], output_reorder_ns[SB_LAYOUTS];
} sb_arena;

int sb_arena_open(sb_arena *arena, const sb_layer *layer, sb_error *error);
void sb_arena_close(sb_arena *arena);

/* New data for one operation, NCHW: input and the operation's weights. See sb_fill(). */
bool sb_arena_fill(sb_arena *arena, const sb_problem *problem, sb_data data, uint64_t seed);

/* The harness's view of the tensors of a problem. Valid until sb_arena_close(). */
sb_tensors sb_arena_tensors(const sb_arena *arena, const sb_problem *problem);

/* Makes the input in this layout hold the present data. */
void sb_arena_require(sb_arena *arena, sb_layout layout);

/* What it takes one thread to bring the input from NHWC into one layout and the output from
 * another to NHWC, caches warm: 0 where a kernel takes and gives NHWC. Measured when first asked.
 */
int64_t sb_arena_reorder_ns(sb_arena *arena, sb_layout input, sb_layout output);

const float *sb_arena_output(const sb_arena *arena, sb_layout layout);

/* Fills the output's pages with the unwritten pattern, around the tensor too. */
void sb_arena_mark_output(sb_arena *arena, sb_layout layout);

/* Is the pattern as it was: around the tensor; everywhere? */
bool sb_arena_margins_intact(const sb_arena *arena, sb_layout layout);
bool sb_arena_marks_intact(const sb_arena *arena, sb_layout layout);

#endif
