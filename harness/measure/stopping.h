/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When enough is enough: a pure rule, one object a candidate, asked after each round. It looks at
 * the interval only at min_rounds, and then each time the rounds have grown by a quarter, as a
 * bootstrap costs as much as a sample. (After Hoefler and Belli 2015, rule 5 and section 4.2.2, and
 * nvbench's stopping criteria.)
 */
#ifndef SB_MEASURE_STOPPING_H
#define SB_MEASURE_STOPPING_H

#include "measure/stats.h"

typedef enum sb_stop {
    SB_STOP_NOT_YET,
    SB_STOP_PRECISION,  /* the interval's half-width is at most `precision` of the estimate */
    SB_STOP_NOISE,      /* seven times the rounds have not narrowed the interval by 3/10, where
                           independent samples narrow it by 6/10: more time would be wasted */
    SB_STOP_MAX_TIME,   /* max_ns are spent; not before the third round, without which there is no
                           interval */
    SB_STOP_MAX_SAMPLES /* max_rounds are there */
} sb_stop;

const char *sb_stop_name(sb_stop stop); /* "precision", "noise", ...; "" for NOT_YET */

typedef struct sb_stop_limits {
    sb_estimator estimator;
    double confidence, precision; /* 0.95, 0.01 */
    size_t min_rounds;            /* calls of one turn are not independent: rounds count */
    size_t min_processes;         /* 0 or 1: all rounds are one process's */
    size_t max_rounds;
    int64_t max_ns; /* for one candidate */
    uint64_t seed;
} sb_stop_limits;

enum { SB_STOP_LOOKS = 10 }; /* over which the width is followed: growth by 1.25 to the ninth */

/* Opaque but for `stop`; {0} with limits set is a fresh one. */
typedef struct sb_stopping {
    sb_stop_limits limits;
    size_t next_look, looks; /* rounds at the next look; looks taken */
    double widths[SB_STOP_LOOKS];
    sb_stop stop;
} sb_stopping;

/*
 * After a round: may this candidate stop? `series` is all it has, `spent_ns` what it has cost
 * (turns with their warm-up). Where there are to be several processes the interval is worth a look
 * at the end of one only, which `process_over` tells. Once it says stop it says so for ever.
 */
sb_stop sb_stopping_check(sb_stopping *rule, const sb_series *series, int64_t spent_ns,
                          bool process_over);

#endif
