/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A quick comparison of a parameter set with the best one so far, the incumbent: estimates the
 * parameter set's time from alternating turns of both. Pure.
 *
 * Neighbours slow a shared machine in bursts of milliseconds to seconds, down to half its speed at
 * worst. A turn is clean if the incumbent's turns before and after it took about their least time.
 * With two clean turns, the estimate is the least of them, because disturbances only add time.
 * Otherwise it is the incumbent's least time multiplied by the median ratio of the turns; a look
 * that would make the parameter set the new incumbent this way continues for longer, because the
 * least of a thousand such ratios is an outlier. Later looks compare with a time that was measured
 * (sb_look_least()), never with a multiplied one: otherwise errors would accumulate.
 */
#ifndef SB_MEASURE_LOOK_H
#define SB_MEASURE_LOOK_H

#include <stdbool.h>

enum { SB_LOOK_MOST = 24 };

typedef struct sb_look {
    double
        known; /* its own time, measured before: a turn as short as that suffices; 0: not known */
    double rival;     /* of another kernel: if it is clearly slower, some turns suffice; 0: none */
    double incumbent; /* its least time so far, ns a call; INFINITY: there is none */
    double own[SB_LOOK_MOST], beside[SB_LOOK_MOST]; /* times of the turns */
    int turns;
} sb_look;

/* Adds a turn of the parameter set and the incumbent's turn after it (ignored if there is none). If
 * the incumbent is faster than before, later turns are compared with its new time. */
void sb_look_add(sb_look *look, double own, double beside);

/* Are there enough turns? *cut: clearly slower than the incumbent, by a quarter. */
bool sb_look_enough(const sb_look *look, bool *cut);

/* The time in ns a call, after at least one turn. */
double sb_look_time(const sb_look *look);

/* The least of the parameter set's turns, for when it becomes the incumbent. */
double sb_look_least(const sb_look *look);

#endif
