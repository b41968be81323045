/* SPDX-License-Identifier: Apache-2.0 */
/* Can a program be this fast? */
#ifndef SB_MEASURE_POSSIBLE_H
#define SB_MEASURE_POSSIBLE_H

#include "machine/peaks.h"
#include "sepbench/plugin.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct sb_possible {
    const sb_peaks *peaks;       /* borrowed; NULL: not known, everything is possible */
    const sb_topology *topology; /* borrowed; NULL: the peaks are used as they are */
    double faster; /* 0, or the factor by which a second measurement of the machine corrected the
                      peaks */
} sb_possible;

/*
 * False if `ns` for a call of the problem is too little, with the figures in `why`. Measures the
 * machine once more before that: about 20 ms.
 */
bool sb_possible_time(sb_possible *machine, const sb_problem *problem, sb_arithmetic arithmetic,
                      double ns, char *why, size_t size);

#endif
