/* SPDX-License-Identifier: Apache-2.0 */
/* Is a time one that a program can have reached? */
#ifndef SB_MEASURE_POSSIBLE_H
#define SB_MEASURE_POSSIBLE_H

#include "machine/peaks.h"
#include "sepbench/plugin.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct sb_possible {
    const sb_peaks *peaks;       /* borrowed; NULL: nothing is known, everything is possible */
    const sb_topology *topology; /* borrowed; NULL: the peaks are taken as they are */
    double faster; /* 0, or what a second look at the machine made of the peaks: a factor */
} sb_possible;

/*
 * False where `ns` for a call of the problem is too little, with the figures in `why`. Looks at the
 * machine again, once, before it says so: some 20 ms.
 */
bool sb_possible_time(sb_possible *machine, const sb_problem *problem, sb_arithmetic arithmetic,
                      double ns, char *why, size_t size);

#endif
