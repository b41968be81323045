/* SPDX-License-Identifier: Apache-2.0 */
/* The loops that probe arithmetic and memory, a set for each instruction set. */
#ifndef SB_MACHINE_LOOPS_H
#define SB_MACHINE_LOOPS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Moves one block an iteration, cyclically through a buffer of mask + 1 bytes (a power of two, at
 * least two blocks, aligned to 64), from offset `at`; returns the offset after the last one. One
 * flat loop without an inner exit: in a buffer as small as L1, one mispredicted exit a pass costs a
 * tenth of the bandwidth.
 */
typedef size_t sb_memory_loop(void *buffer, size_t mask, size_t at, int64_t turns, float io[2]);

typedef struct sb_loops {
    const char *name;
    uint64_t needs;     /* SB_CPU_... bits */
    int flops_per_turn; /* fp32 operations in one iteration of `arithmetic`; an FMA counts as two */
    int bytes_per_turn; /* bytes in a block */
    /* Independent multiply-adds in registers. `io` holds {1, 0} and is written, so that the
     * compiler knows neither the values nor the sums. */
    void (*arithmetic)(int64_t turns, float io[2]);
    sb_memory_loop *loads, *stores;
    sb_memory_loop *copies; /* from the first half of the buffer to the second; moves two blocks */
    sb_memory_loop *streams, *stream_copies; /* the same with non-temporal stores */
} sb_loops;

/* The widest loops that the features allow. Static. */
const sb_loops *sb_loops_for(uint64_t features);

/* Dependent additions, which take one cycle each on every processor we know: additions a nanosecond
 * are the clock in GHz. Returns a value, so that the compiler keeps them. */
uint64_t sb_loops_chain(int64_t turns);
#define SB_CHAIN_PER_TURN 16

#endif
