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

#endif
