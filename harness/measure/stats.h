/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statistics of samples taken in interleaved rounds. Pure functions; every random choice comes from
 * a seed. Noise only ever adds time, so the headline estimate is a low quantile.
 */
#ifndef SB_MEASURE_STATS_H
#define SB_MEASURE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One timed turn: `iterations` calls took `ns` nanoseconds in all. */
typedef struct sb_sample {
    uint32_t round;    /* from 0, never decreasing within a series */
    uint32_t position; /* place in the round's order, from 0 */
    uint32_t iterations;
    double ns; /* per call: the turn's time over iterations */
} sb_sample;

/* The samples of one candidate, in the order taken; several may share a round. */
typedef struct sb_series {
    sb_sample *samples; /* owned */
    size_t count, capacity;
} sb_series;

void sb_series_add(sb_series *series, sb_sample sample);
void sb_series_free(sb_series *series);
size_t sb_series_rounds(const sb_series *series); /* distinct rounds */

typedef enum sb_estimator {
    SB_ESTIMATE_AUTO,   /* p10 from 30 samples on, p25 below */
    SB_ESTIMATE_P10,
    SB_ESTIMATE_P25,
    SB_ESTIMATE_MEDIAN,
    SB_ESTIMATE_MIN
} sb_estimator;

const char *sb_estimator_name(sb_estimator estimator); /* "p10", ... */
bool sb_estimator_parse(const char *name, sb_estimator *estimator);
/* What AUTO (or P10 with too few samples) comes to for this many rounds. */
sb_estimator sb_estimator_for(sb_estimator wanted, size_t rounds);

typedef struct sb_interval {
    double value, low, high; /* low <= value <= high */
} sb_interval;

/* The estimate with its bootstrap interval over whole rounds. At least one sample; with fewer than 3
 * rounds the interval is [min, max]. */
sb_interval sb_estimate(const sb_series *series, sb_estimator estimator, double confidence,
                        uint64_t seed);

/* estimate(a) / estimate(b) over the rounds that both took part in; whole rounds are resampled, so
 * that the pairing is kept. `comparisons` >= 1 divides the error probability (Bonferroni). */
sb_interval sb_ratio(const sb_series *a, const sb_series *b, sb_estimator estimator,
                     double confidence, size_t comparisons, uint64_t seed);

typedef struct sb_summary {
    size_t count;
    double min, mean, stddev;
    sb_interval median;  /* exact order-statistic interval (Le Boudec, table A) */
    size_t outliers;     /* farther than 14.8 MAD from the median */
    double lag1;         /* lag-1 autocorrelation */
    bool dependent;      /* |lag1| > 1.96 / sqrt(count) */
} sb_summary;

sb_summary sb_summarize(const sb_series *series, double confidence);

typedef enum sb_difference { SB_SAME, SB_FASTER, SB_SLOWER, SB_UNDECIDED } sb_difference;
/* What an interval of a ratio proves, given the machine's A/A floor (relative, e.g. 0.01). */
sb_difference sb_decide(sb_interval ratio, double floor);

/* Geometric mean of ratios; all positive, count >= 1. */
double sb_geometric_mean(const double *ratios, size_t count);

#endif
