/* SPDX-License-Identifier: Apache-2.0 */
/* The legs of a pass: which tensor lies where, and what must be reordered in between. Inner to the
 * measuring of sequences; pure. */
#ifndef SB_MEASURE_SEQUENCE_LEGS_H
#define SB_MEASURE_SEQUENCE_LEGS_H

#include "measure/sequence.h"

/* The memory of passes. Tensors take turns in a few buffers, as an engine's planner lays them out;
 * the first holds the network's input and nothing else. */
enum { SB_SEQUENCE_BUFFERS = 8 };

typedef struct sb_sequence_memory {
    int64_t buffer_bytes; /* of one, with what kernels may read past a tensor */
    int64_t times;        /* where the worker's times begin */
    int64_t bytes;        /* of all */
} sb_sequence_memory;

/* For the largest tensors of all options, and so many numbers. */
sb_sequence_memory sb_sequence_memory_for(const sb_sequence_place *places, size_t count,
                                          size_t times);
int64_t sb_sequence_buffer(const sb_sequence_memory *memory, int index);

typedef struct sb_sequence_legs {
    sb_leg legs[SB_MAX_LEGS];
    size_t place[SB_MAX_LEGS]; /* whose input, residual or run it is; the last one's output */
    uint32_t count;
} sb_sequence_legs;

/* Slots are numbered as the places. */
void sb_sequence_lay_legs(const sb_sequence_place *places, size_t count, const size_t *choice,
                          const sb_sequence_memory *memory, sb_sequence_legs *legs);

#endif
