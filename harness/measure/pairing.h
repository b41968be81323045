/* SPDX-License-Identifier: Apache-2.0 */
/* Iterates over the rounds of two series in parallel. Internal to the statistics; pure. */
#ifndef SB_MEASURE_PAIRING_H
#define SB_MEASURE_PAIRING_H

#include "measure/stats.h"

/* The samples of one round, in each series: from `from` up to, not including, `end`; none if it has
 * no sample in the round. */
typedef struct sb_pairing {
    size_t from[2], end[2];
} sb_pairing;

/* Advances to the next round that either has, starting from {0}; false after the last. */
bool sb_pairing_next(sb_pairing *at, const sb_series *a, const sb_series *b);

#endif
