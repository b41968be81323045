/* SPDX-License-Identifier: Apache-2.0 */
/* The loops that probe arithmetic and memory, some for each instruction set. */
#ifndef SB_MACHINE_LOOPS_H
#define SB_MACHINE_LOOPS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Moves one block a turn, round and round through a buffer of mask + 1 bytes (a power of two, at
 * least two blocks, aligned to 64), from offset `at`; returns the offset after the last one. One
 * flat loop without an inner exit, because in a buffer as small as L1 a mispredicted exit a round
 * costs a tenth of the bandwidth.
 */
typedef size_t sb_memory_loop(void *buffer, size_t mask, size_t at, int64_t turns, float io[2]);

typedef struct sb_loops {
    const char *name;
    uint64_t needs;     /* SB_CPU_... bits */
    int flops_per_turn; /* fp32 operations in one turn of `arithmetic`, two an FMA */
    int bytes_per_turn; /* a block */
    /* Independent multiply-adds in registers. `io` holds {1, 0} and is written, so that neither the
     * values nor the sums are known to the compiler. */
    void (*arithmetic)(int64_t turns, float io[2]);
    sb_memory_loop *loads, *stores;
    sb_memory_loop *copies; /* from the first half of the buffer to the second; moves two blocks */
    sb_memory_loop *streams, *stream_copies; /* the same with stores past the caches */
} sb_loops;

/* The widest ones that the features allow. Static. */
const sb_loops *sb_loops_for(uint64_t features);

/* Additions that each wait for the one before, one cycle each on every processor we know: how many
 * a nanosecond is the clock in GHz. Returns a value that keeps them alive. */
uint64_t sb_loops_chain(int64_t turns);
#define SB_CHAIN_PER_TURN 16

#endif
