/* SPDX-License-Identifier: Apache-2.0 */
/* How long turns are, and the order of candidates within rounds: cyclic Latin squares drawn from a
 * seed, so that over `count` rounds every candidate has every position once. */
#ifndef SB_MEASURE_ROUNDS_H
#define SB_MEASURE_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many ns of samples a turn has. In a brief comparison, a candidate with `max_time_ns` gets
 * several turns within it, and the one that calibrates and the one that proves add little. */
double sb_round_turn_ns(bool brief, int64_t max_time_ns);

/* Writes the `count` candidate indices of round `round` into `order`. Every `count` rounds a new
 * square begins, with its symbols and rows shuffled. Pure. */
void sb_round_order(uint64_t seed, uint32_t round, size_t count, size_t *order);

#endif
