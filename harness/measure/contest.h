/* SPDX-License-Identifier: Apache-2.0 */
/* Our best against the best peer: on one layer, and over many. */
#ifndef SB_MEASURE_CONTEST_H
#define SB_MEASURE_CONTEST_H

#include "measure/choose.h"

typedef struct sb_contest_rules {
    sb_operation operation;
    bool direct;          /* only kernels of direct arithmetic, on both sides */
    sb_counting counting; /* on both sides; the best are those with the least sum */
    double confidence;
    uint64_t seed;
} sb_contest_rules;

typedef struct sb_contest {
    const sb_result *own, *peer; /* borrowed from the group */
    double own_ns, peer_ns;      /* all that counts */
    /* peer_ns / own_ns: above 1, ours is faster. The interval is that of the paired runs; what is
     * counted beside them has none. */
    sb_interval ratio;
    double roofline; /* time at the roofline / time of our `run`; NAN where peaks are not known */
} sb_contest;

/* What counts of a over what counts of b; the interval is that of the paired runs. */
sb_interval sb_counted_ratio(const sb_result *a, const sb_result *b, sb_counting counting,
                             size_t comparisons, double confidence, uint64_t seed);

/* False where the group has no own kernel or no peer that was timed. */
bool sb_group_contest(const sb_group *group, const sb_contest_rules *rules, sb_contest *contest);

/* The contests of many layers. {0} is none. */
typedef struct sb_tally {
    size_t layers, lost;
    size_t undetermined;      /* of the layers: their ratios are left out of the mean */
    double log_sum, variance; /* of the ratios' logarithms; see sb_tally_mean() */
    double roofline_log_sum;
    double own_ns, peer_ns; /* sums, each layer as often as it is repeated */
    double least;           /* the worst ratio */
} sb_tally;

void sb_tally_add(sb_tally *tally, const sb_contest *contest, int64_t repeat);
void sb_tally_merge(sb_tally *tally, const sb_tally *other);

/* The geometric mean of the ratios that are determined, each layer once, with an interval from
 * those of the layers, taken as independent. NANs without one. */
sb_interval sb_tally_mean(const sb_tally *tally);

/* Of the layers' rooflines; NAN where one is not known. */
double sb_tally_roofline(const sb_tally *tally);

#endif
