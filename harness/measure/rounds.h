/* SPDX-License-Identifier: Apache-2.0 */
/* The order of candidates within rounds: cyclic Latin squares drawn from a seed, so that over
 * `count` rounds every candidate stands once at every position. */
#ifndef SB_MEASURE_ROUNDS_H
#define SB_MEASURE_ROUNDS_H

#include <stddef.h>
#include <stdint.h>

/* Writes the `count` candidate indices of round `round` into `order`. A fresh square, with its
 * symbols and rows shuffled, begins every `count` rounds. Pure. */
void sb_round_order(uint64_t seed, uint32_t round, size_t count, size_t *order);

#endif
