/* SPDX-License-Identifier: Apache-2.0 */
/* The roofline bound of a problem (Williams, Waterman, Patterson, CACM 2009), made a strict
 * bound. */
#ifndef SB_MACHINE_ROOFLINE_H
#define SB_MACHINE_ROOFLINE_H

#include "conv/taps.h"
#include "machine/peaks.h"

/* The resource that determines a bound. */
typedef enum sb_limit {
    SB_LIMIT_UNKNOWN,
    SB_LIMIT_ARITHMETIC,
    SB_LIMIT_LEVEL, /* the first level; the others follow in the order of sb_level */
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
 * - arithmetic at peak;
 * - for each level of caches, with warm caches, the bytes that the levels before it cannot hold:
 *   the loads, the stores, and their mix, each at its measured rate;
 * - with cold caches, all loads from memory.
 * A mix between the measured ones (loads alone, equal loads and stores, stores alone) is never
 * faster than the extended straight line through two of these, because work can be mixed by doing
 * one after the other. Stored data may stay in the caches, however cold they were.
 */
sb_bound sb_bound_of(const sb_peaks *peaks, const sb_least *work, int64_t threads, bool cold);

/*
 * The time in nanoseconds below which no program can do this much work, as far as the peaks are
 * right. Not above sb_bound_of() of the same work, and never above the truth if the machine reached
 * these peaks:
 * - n threads do at most n times what one does, whatever probing n threads measured (two cores are
 *   seldom undisturbed at the same time);
 * - loads and stores overlap: the larger counts, at the rate of loads;
 * - only what is too large for the first level comes from the second;
 * - everything beyond is taken to be as fast as the second level: third levels and memory are
 *   shared with neighbours, so that their rates vary, and virtual machines often report wrong
 *   sizes.
 */
double sb_floor_ns(const sb_peaks *peaks, const sb_least *work, int64_t threads);

#endif
