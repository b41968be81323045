/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstrap resamples of rounds: samples are sorted once, so that a resample only weights them and
 * reads its quantile in one short pass. Internal to the statistics; pure. */
#ifndef SB_MEASURE_RESAMPLE_H
#define SB_MEASURE_RESAMPLE_H

#include "core/random.h"
#include "measure/stats.h"

/* A value and the index of its round among those that are drawn. */
typedef struct sb_entry {
    double ns;
    uint32_t round;
} sb_entry;

typedef struct sb_sorted {
    sb_entry *entries; /* owned */
    size_t count;
    uint32_t *sizes; /* samples in each round; owned */
    size_t rounds;
    uint32_t size; /* of every round; 0: they differ */
} sb_sorted;

/* Allocates room for `capacity` samples; then call once a round, then finish, which sorts. */
void sb_sorted_init(sb_sorted *s, size_t capacity);
void sb_sorted_add_round(sb_sorted *s, const sb_sample *samples, size_t count);
void sb_sorted_finish(sb_sorted *s);
void sb_sorted_free(sb_sorted *s);

/* Draws as many rounds as there are, with replacement: counts how often each was drawn. */
void sb_draw_rounds(sb_random *random, size_t rounds, uint16_t *weights);

/* The quantile of the samples with each round taken `weights[round]` times; as many are taken as
 * there are. */
double sb_sorted_quantile(const sb_sorted *s, const uint16_t *weights, double p);

/* The interval of a statistic of at least two drawn rounds: its value, and what it was in the
 * resamples, which are sorted. As in sb_estimate(). */
sb_interval sb_resampled_interval(double value, double *results, size_t count, double error,
                                  size_t rounds);

#endif
