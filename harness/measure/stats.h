/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statistics of samples taken in interleaved rounds. Pure functions; every random choice comes from
 * a seed. Noise only ever adds time, so the headline estimate is a low quantile.
 *
 * Sources: Le Boudec, "Performance Evaluation of Computer and Communication Systems" (2010),
 * chapter 2, for the order statistics; Hoefler and Belli, "Scientific Benchmarking of Parallel
 * Computing Systems" (SC 2015), for what is told beside the estimate; Efron, "Bootstrap Methods"
 * (1979), and Hesterberg, "What Teachers Should Know About the Bootstrap" (2015), for the
 * intervals; Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7, for
 * the quantile: the value at place p (n - 1) of the n ascending samples, counted from 0,
 * interpolated between neighbours.
 *
 * Several samples a round: the round is what is drawn in the bootstrap, as calls of one turn share
 * its luck, but the quantile is that of all samples pooled. In simulations (four calls a round, 30
 * rounds, six kinds of noise) the pooled decile missed the truth as seldom as a decile of the
 * rounds' medians at 0.4 to 1.0 of its width. A decile of the rounds' minima is as good, but is
 * another quantity for another number of calls, so that runs could not be compared.
 */
#ifndef SB_MEASURE_STATS_H
#define SB_MEASURE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rounds are numbered from 0; a process that replaces the previous one starts with the next
 * multiple of this. */
enum { SB_PROCESS_ROUNDS = 1000 };

/* One timed turn: `iterations` calls took `ns` nanoseconds in all. */
typedef struct sb_sample {
    uint32_t round;    /* never decreases within a series; see SB_PROCESS_ROUNDS */
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
size_t sb_series_rounds(const sb_series *series);    /* distinct rounds */
size_t sb_series_processes(const sb_series *series); /* distinct processes */
/* The smallest number of samples that an estimate takes a quantile of: those of one process if
 * processes are the observations (see processes.h), else all. */
size_t sb_series_least(const sb_series *series);

typedef enum sb_estimator {
    SB_ESTIMATE_AUTO, /* p10 from 30 samples on, p25 below */
    SB_ESTIMATE_P10,
    SB_ESTIMATE_P25,
    SB_ESTIMATE_MEDIAN,
    SB_ESTIMATE_MIN
} sb_estimator;

const char *sb_estimator_name(sb_estimator estimator); /* "p10", ... */
/* The estimator used for this many samples: AUTO and P10 become P10 from 30 on, P25 below; others
 * are unchanged. */
sb_estimator sb_estimator_for(sb_estimator wanted, size_t samples);

typedef struct sb_interval {
    double value, low, high; /* low <= value <= high */
} sb_interval;

/* With an upper end of at most a thousand times the value: a few samples under load extrapolate to
 * numbers that mean nothing, or to infinity. */
sb_interval sb_interval_limit(sb_interval interval);

/*
 * The estimate with its bootstrap interval. Whole rounds are drawn with replacement, as many as
 * there are, 1000 times; the percentiles of the resampled estimates are widened, on a logarithmic
 * scale, for the small number of rounds (Hesterberg's expanded percentile). At least one sample;
 * with fewer than 3 rounds the interval is [min, max]. For a series from several processes, see
 * processes.h.
 */
sb_interval sb_estimate(const sb_series *series, sb_estimator estimator, double confidence,
                        uint64_t seed);

/*
 * estimate(a) / estimate(b), by the same quantile, so that the value equals the quotient of the two
 * estimates to the last bits. Rounds in which both took part are drawn for both, so that the
 * interval is that of the pairs; rounds with only one count as independent. `comparisons` >= 1
 * divides the error probability (Bonferroni). Beyond 95 % the interval is the one of 95 % widened
 * by the ratio of normal quantiles. Both need samples; with fewer than 3 rounds of one, the
 * interval is [min a / max b, max a / min b].
 */
sb_interval sb_ratio(const sb_series *a, const sb_series *b, sb_estimator estimator,
                     double confidence, size_t comparisons, uint64_t seed);

typedef struct sb_summary {
    size_t count;
    double min, mean, stddev; /* of all samples; stddev 0 for a single one */
    sb_interval median; /* exact order-statistic interval (Le Boudec, table A.1); [min, max] if
                           there are too few samples for the confidence (under 6 at 95 %) */
    size_t outliers;    /* farther than 14.8 MAD from the median; counted, never deleted */
    double lag1;        /* lag-1 autocorrelation of the rounds' means */
    bool dependent;     /* |lag1| > 1.96 / sqrt(rounds) */
} sb_summary;

/* All zero for an empty series. */
sb_summary sb_summarize(const sb_series *series, double confidence);

/* Is the interval informative: finite, and no wider than a factor of 1.5? */
bool sb_determined(double low, double high);

typedef enum sb_difference { SB_SAME, SB_FASTER, SB_SLOWER, SB_UNDECIDED } sb_difference;
/*
 * What the interval of a ratio of times proves, given the machine's A/A noise floor (relative, e.g.
 * 0.01): FASTER or SLOWER if it excludes 1 and the ratio itself is past the floor; SAME if all of
 * it lies within the floor; otherwise UNDECIDED.
 */
sb_difference sb_decide(sb_interval ratio, double floor);

/* Geometric mean of ratios; all positive, count >= 1. */
double sb_geometric_mean(const double *ratios, size_t count);

#endif
