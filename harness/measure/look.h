/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A quick look at a configuration beside the best one so far, the incumbent: turns of both, one
 * after the other, and what they say about the configuration's time. Pure.
 *
 * Neighbours slow a shared machine in bursts of milliseconds to seconds, to half at worst. A turn
 * is clean where the incumbent's turns before and after it took about their least time. With two
 * clean turns the time is the least one: what disturbs a turn only ever adds. Without, it is the
 * incumbent's least time multiplied by the median ratio of the turns; a look that would crown a new
 * incumbent by that goes on for longer, for of a thousand ratios the least is a lucky one. What
 * later looks are held against is always a time that was measured (sb_look_least()), never one that
 * was multiplied: luck would add up.
 */
#ifndef SB_MEASURE_LOOK_H
#define SB_MEASURE_LOOK_H

#include <stdbool.h>

enum { SB_LOOK_MOST = 24 };

typedef struct sb_look {
    double incumbent; /* the least that it was seen to take, ns a call; INFINITY: there is none */
    double own[SB_LOOK_MOST], beside[SB_LOOK_MOST]; /* times of the turns */
    int turns;
} sb_look;

/* One turn more of the configuration, and the incumbent's after it (ignored where there is none).
 * An incumbent that was never that fast is held against its new time from then on. */
void sb_look_add(sb_look *look, double own, double beside);

/* Is it enough? *cut: plainly slower than the incumbent, by a quarter. */
bool sb_look_enough(const sb_look *look, bool *cut);

/* The time in ns a call, from one turn on. */
double sb_look_time(const sb_look *look);

/* The least of the configuration's turns: where it becomes the incumbent. */
double sb_look_least(const sb_look *look);

#endif
