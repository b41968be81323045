/* SPDX-License-Identifier: Apache-2.0 */
/* The roofline bound of a problem (Williams, Waterman, Patterson, CACM 2009). */
#ifndef SB_MACHINE_ROOFLINE_H
#define SB_MACHINE_ROOFLINE_H

#include "machine/peaks.h"
#include "sepbench/plugin.h"

/*
 * The least time in nanoseconds for `multiplications` multiply-adds that move `bytes` at least once
 * with `threads` threads: the larger of arithmetic at peak, and the bytes at the bandwidth of the
 * smallest level that holds them (warm caches), or of memory (cold).
 */
double sb_roofline_ns(const sb_peaks *peaks, int64_t multiplications, int64_t bytes,
                      int64_t threads, bool cold);

/*
 * The least time in nanoseconds below which no program can have done so much, as far as the peaks
 * are right. Not above sb_roofline_ns() of the same work, and never above the truth, where the
 * roofline tells what may be hoped for:
 *  - n threads do no more than n times what one does, whatever came of probing n (two cores at once
 *    are seldom left alone);
 *  - loads and stores go on at the same time: the larger counts, at the rate of loads;
 *  - of what is too large for the first level only the rest comes from the second;
 *  - what lies beyond is as fast as the second: third levels and memory are shared with neighbours,
 *    so that their rates move, and virtual machines are told sizes that are not theirs.
 */
double sb_floor_ns(const sb_peaks *peaks, double multiplications, double read, double written,
                   int64_t threads);

#endif
