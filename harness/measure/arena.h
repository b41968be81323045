/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tensors of a group in shared memory. Workers may only read one file (weights, biases, and
 * inputs in every requested layout) and write the other (the output). All kernels of a group use
 * the same physical pages, so that page placement favours none; operations that share a tensor
 * share it here.
 */
#ifndef SB_MEASURE_ARENA_H
#define SB_MEASURE_ARENA_H

#include "conv/fill.h"
#include "conv/layout.h"
#include "measure/guarded.h"

/* The inputs of a layer's operations; the first is also the residual. */
enum { SB_INPUT_LAYER, SB_INPUT_EXPANDED, SB_INPUT_MIDDLE, SB_INPUTS };

typedef struct sb_arena_input {
    sb_shape shape;
    sb_region regions[SB_LAYOUTS];  /* span 0 if no operation needs it */
    bool present[SB_LAYOUTS];       /* holds the same data as the NCHW tensor */
    int64_t reorder_ns[SB_LAYOUTS]; /* the measured time; 0: not measured yet */
} sb_arena_input;

typedef struct sb_arena {
    const sb_layer *layer; /* borrowed */
    int input_fd, readonly_fd, output_fd;
    int64_t input_size, output_size;
    char *inputs, *outputs; /* the harness's own mappings of the files */
    sb_arena_input input[SB_INPUTS];
    sb_region weights[SB_ROLES], biases[SB_ROLES]; /* span 0 if no operation needs it */
    int64_t output_reorder_ns[SB_OPERATIONS][SB_LAYOUTS];
} sb_arena;

/* Can this system keep workers from resizing the files, and from writing to the read-only one?
 * Tries it. */
bool sb_arena_seals(void);

/* A sparse file in memory and the harness's mapping of it; pages appear when they are written. If
 * it is `readonly`, processes that receive the descriptor cannot map it writable, if the system
 * supports that. Negative on error, else the descriptor; the size is sealed. */
int sb_arena_make_file(const char *name, int64_t size, bool readonly, char **mapped,
                       sb_error *error);
void sb_arena_close_file(int fd, char *mapped, int64_t size); /* -1 and NULL are allowed */

/* The memory that measuring a layer may take: its tensors in all layouts, and the reference, of two
 * doubles for each element that a step gives. In bytes. */
double sb_arena_most_bytes(const sb_layer *layer);

/* Do so many bytes of memory (0: not known, so yes) hold that? If not, `why` becomes the reason, as
 * "needs up to 9.5 GiB ...". */
#define SB_ARENA_WHY 160
bool sb_arena_fits(const sb_layer *layer, uint64_t memory_bytes, char why[static SB_ARENA_WHY]);

/* The layer is borrowed until sb_arena_close(). */
int sb_arena_open(sb_arena *arena, const sb_layer *layer, sb_error *error);
void sb_arena_close(sb_arena *arena);

/* Where an operation's tensors lie; span 0 for a tensor that its problem does not have. */
sb_region sb_arena_input_region(const sb_arena *arena, sb_operation operation, sb_layout layout);
sb_region sb_arena_residual_region(const sb_arena *arena, sb_operation operation, sb_layout layout);
sb_region sb_arena_weights_region(const sb_arena *arena, sb_operation operation, uint32_t step);
sb_region sb_arena_bias_region(const sb_arena *arena, sb_operation operation, uint32_t step);
sb_region sb_arena_output_region(const sb_arena *arena, sb_operation operation, sb_layout layout);

/* Fills in new data for one operation, NCHW: input, residual and the operation's weights. See
 * sb_fill(). */
bool sb_arena_fill(sb_arena *arena, sb_operation operation, sb_data data, uint64_t seed);

/* The harness's view of an operation's tensors. Valid until sb_arena_close(). */
sb_tensors sb_arena_tensors(const sb_arena *arena, sb_operation operation);

/* Converts the operation's input and residual to a kernel's layouts. */
void sb_arena_require(sb_arena *arena, sb_operation operation, sb_layout input, sb_layout output);

/* The time that one thread takes to convert the input from NHWC to one layout and the output
 * from another to NHWC, with warm caches: 0 if a kernel uses NHWC for both. Measured at the
 * first call. */
int64_t sb_arena_reorder_ns(sb_arena *arena, sb_operation operation, sb_layout input,
                            sb_layout output);

const float *sb_arena_output(const sb_arena *arena, sb_operation operation, sb_layout layout);

/* Fills the output's pages with the unwritten pattern, including those around the tensor. */
void sb_arena_mark_output(sb_arena *arena, sb_operation operation, sb_layout layout);

/* Is the pattern intact: around the tensor; everywhere? */
bool sb_arena_margins_intact(const sb_arena *arena, sb_operation operation, sb_layout layout);
bool sb_arena_marks_intact(const sb_arena *arena, sb_operation operation, sb_layout layout);

#endif
