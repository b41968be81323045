/* SPDX-License-Identifier: Apache-2.0 */
/* The roofline bound of a problem (Williams, Waterman, Patterson, CACM 2009), made a bound. */
#ifndef SB_MACHINE_ROOFLINE_H
#define SB_MACHINE_ROOFLINE_H

#include "conv/taps.h"
#include "machine/peaks.h"

/* What a bound comes from. */
typedef enum sb_limit {
    SB_LIMIT_UNKNOWN,
    SB_LIMIT_ARITHMETIC,
    SB_LIMIT_LEVEL, /* the first; the others follow in the order of sb_level */
    SB_LIMITS = SB_LIMIT_LEVEL + SB_LEVELS
} sb_limit;

const char *sb_limit_name(sb_limit limit); /* "", "arithmetic", "L1", ... */

typedef struct sb_bound {
    double ns;
    sb_limit limit;
} sb_bound;

/*
 * The least time for the work with `threads` threads, as far as the machine's peaks are right: the
 * largest of
 *  - arithmetic at peak;
 *  - for each level of caches, with caches warm, what the levels before it cannot hold: its loads,
 *    its stores, and their mix, each at the rate that was measured;
 *  - with caches cold, all loads from memory.
 * A mix between those measured (loads alone, as much loaded as stored, stores alone) is never
 * faster than the straight line through two of these, prolonged, as work can be mixed by taking
 * turns. What is stored may stay in the caches, however cold they were.
 */
sb_bound sb_bound_of(const sb_peaks *peaks, const sb_least *work, int64_t threads, bool cold);

/*
 * The least time in nanoseconds below which no program can have done so much, as far as the peaks
 * are right. Not above sb_bound_of() of the same work, and never above the truth, where
 * that is what the machine was seen to do:
 *  - n threads do no more than n times what one does, whatever came of probing n (two cores at once
 *    are seldom left alone);
 *  - loads and stores go on at the same time: the larger counts, at the rate of loads;
 *  - of what is too large for the first level only the rest comes from the second;
 *  - what lies beyond is as fast as the second: third levels and memory are shared with neighbours,
 *    so that their rates move, and virtual machines are told sizes that are not theirs.
 */
double sb_floor_ns(const sb_peaks *peaks, const sb_least *work, int64_t threads);

#endif
