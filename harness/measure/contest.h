/* SPDX-License-Identifier: Apache-2.0 */
/* Our fastest kernel against the fastest peer: on one layer, and over many. */
#ifndef SB_MEASURE_CONTEST_H
#define SB_MEASURE_CONTEST_H

#include "measure/choose.h"

typedef struct sb_contest_rules {
    sb_operation operation;
    bool direct;          /* only kernels of direct arithmetic, on both sides */
    sb_counting counting; /* the same on both sides; the fastest have the least sum */
    double confidence;
    uint64_t seed;
} sb_contest_rules;

typedef struct sb_contest {
    const sb_result *own, *peer; /* borrowed from the group */
    double own_ns, peer_ns;      /* the sum of all that counts */
    /* peer_ns / own_ns: above 1, our kernel is faster. The interval is that of the paired runs;
     * times added to those have no interval. */
    sb_interval ratio;
    double roofline; /* time at the roofline / time of our `run`; NAN if peaks are not known */
} sb_contest;

/* Counted time of a over counted time of b; the interval is that of the paired runs. */
sb_interval sb_counted_ratio(const sb_result *a, const sb_result *b, sb_counting counting,
                             size_t comparisons, double confidence, uint64_t seed);

/* False if the group has no timed kernel of ours, or no timed peer. */
bool sb_group_contest(const sb_group *group, const sb_contest_rules *rules, sb_contest *contest);

/* The contests of many layers. {0} is none. */
typedef struct sb_tally {
    size_t layers, lost;
    size_t undetermined;      /* undetermined: their ratios are left out of the mean */
    double log_sum, variance; /* of the ratios' logarithms; see sb_tally_mean() */
    double roofline_log_sum;
    double own_ns, peer_ns; /* sums; each layer counts as often as it is repeated */
    double least;           /* the worst ratio */
} sb_tally;

void sb_tally_add(sb_tally *tally, const sb_contest *contest, int64_t repeat);
void sb_tally_merge(sb_tally *tally, const sb_tally *other);

/* The geometric mean of the determined ratios, each layer once, with an interval from the layers'
 * intervals, taken as independent. NANs if there are none. */
sb_interval sb_tally_mean(const sb_tally *tally);

/* The same for the layers' rooflines; NAN if one is not known. */
double sb_tally_roofline(const sb_tally *tally);

#endif
