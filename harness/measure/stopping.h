/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule that decides when a candidate has enough samples: pure, one object a candidate, called
 * after each round. It computes the interval only at min_rounds, and then each time the rounds have
 * grown by a quarter, because a bootstrap costs as much as a sample. (After Hoefler and Belli 2015,
 * rule 5 and section 4.2.2, and nvbench's stopping criteria.)
 */
#ifndef SB_MEASURE_STOPPING_H
#define SB_MEASURE_STOPPING_H

#include "measure/stats.h"

typedef enum sb_stop {
    SB_STOP_NOT_YET,
    SB_STOP_PRECISION, /* the interval's half-width is at most `precision` of the estimate */
    SB_STOP_NOISE,    /* the interval shrank by less than 30 % while the rounds grew sevenfold (with
                         independent samples it shrinks by 60 %): more time would be wasted */
    SB_STOP_MAX_TIME, /* max_ns are used up; not before the third round, without which there is no
                         interval */
    SB_STOP_MAX_SAMPLES /* max_rounds are reached */
} sb_stop;

const char *sb_stop_name(sb_stop stop); /* "precision", "noise", ...; "" for NOT_YET */

typedef struct sb_stop_limits {
    sb_estimator estimator;
    double confidence, precision; /* 0.95, 0.01 */
    size_t min_rounds;            /* calls of one turn are not independent: counts rounds */
    size_t min_processes;         /* 0 or 1: all rounds are from one process */
    size_t max_rounds;
    int64_t max_ns; /* for each candidate */
    uint64_t seed;
} sb_stop_limits;

enum { SB_STOP_LOOKS = 10 }; /* over which widths are compared: 1.25 to the ninth */

/* Opaque except for `stop`; {0} with limits set is the initial state. */
typedef struct sb_stopping {
    sb_stop_limits limits;
    size_t next_look, looks; /* rounds at the next check; checks so far */
    double widths[SB_STOP_LOOKS];
    sb_stop stop;
} sb_stopping;

/*
 * After a round: may this candidate stop? `series` is everything it has, `spent_ns` the time spent
 * on it (turns with their warm-up). With several processes the interval is checked only at the end
 * of one, which `process_over` tells. Once the answer is stop, it stays.
 */
sb_stop sb_stopping_check(sb_stopping *rule, const sb_series *series, int64_t spent_ns,
                          bool process_over);

#endif
