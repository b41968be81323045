/* SPDX-License-Identifier: Apache-2.0 */
/* Plans the legs of a pass: the buffer of each tensor, and the reorders between kernels. Internal
 * to the measuring of sequences; pure. */
#ifndef SB_MEASURE_SEQUENCE_LEGS_H
#define SB_MEASURE_SEQUENCE_LEGS_H

#include "measure/sequence.h"

/* The memory of passes. Tensors take turns in a few buffers, as in the planner of an inference
 * engine; the first buffer holds only the network's input. */
enum { SB_SEQUENCE_BUFFERS = 8 };

typedef struct sb_sequence_memory {
    int64_t buffer_bytes; /* bytes of one, including what kernels may read past a tensor */
    int64_t times;        /* offset of the worker's times */
    int64_t bytes;        /* bytes of all */
} sb_sequence_memory;

/* For the largest tensors of all options, and this many times. */
sb_sequence_memory sb_sequence_memory_for(const sb_sequence_place *places, size_t count,
                                          size_t times);
int64_t sb_sequence_buffer(const sb_sequence_memory *memory, int index);

typedef struct sb_sequence_legs {
    sb_leg legs[SB_MAX_LEGS];
    size_t place[SB_MAX_LEGS]; /* whose input, residual or run it is; the last one's output */
    uint32_t count;
} sb_sequence_legs;

/* Slots have the numbers of the places. */
void sb_sequence_lay_legs(const sb_sequence_place *places, size_t count, const size_t *choice,
                          const sb_sequence_memory *memory, sb_sequence_legs *legs);

/* Does no leg read more of a buffer than this pass has written there? Then every pass gives the
 * same result. A place with a smaller tensor before it may read what other tensors left. */
bool sb_sequence_legs_close(const sb_sequence_place *places, const size_t *choice,
                            const sb_sequence_memory *memory, const sb_sequence_legs *legs);

#endif
