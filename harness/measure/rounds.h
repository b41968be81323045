/* SPDX-License-Identifier: Apache-2.0 */
/* The order of candidates within rounds: cyclic Latin squares drawn from a seed, so that over
 * `count` rounds every candidate has every position once. */
#ifndef SB_MEASURE_ROUNDS_H
#define SB_MEASURE_ROUNDS_H

#include <stddef.h>
#include <stdint.h>

/* Writes the `count` candidate indices of round `round` into `order`. Every `count` rounds a new
 * square begins, with its symbols and rows shuffled. Pure. */
void sb_round_order(uint64_t seed, uint32_t round, size_t count, size_t *order);

#endif
