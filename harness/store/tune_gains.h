/* SPDX-License-Identifier: Apache-2.0 */
/* What tuning gained and what it cost: searches.csv, a row a search; the same as a table, with the
 * geometric mean of each technique. */
#ifndef SB_STORE_TUNE_GAINS_H
#define SB_STORE_TUNE_GAINS_H

#include "measure/stats.h"
#include "store/tune_log.h"

/* Where the time of a search went, in seconds; NAN where that is not known. */
typedef struct sb_tune_times {
    double space;    /* asking what is valid */
    double evaluate; /* verifying and timing configurations */
    double search;   /* the strategy itself */
    double race;     /* of the best, and the winner beside the defaults */
    double base;     /* of the base line */
} sb_tune_times;

/* One search. Borrowed for the call. */
typedef struct sb_tune_gain {
    sb_tune_subject subject;
    const char *technique, *strategy, *params; /* of the winner */
    double default_ns, tuned_ns;
    sb_interval ratio; /* default over tuned, from fresh paired rounds; low and high NAN where they
                          are not known; all NAN where the defaults do not work */
    size_t evaluations, failed;
    sb_tune_times times;
} sb_tune_gain;

/* {0} is none. */
typedef struct sb_tune_gains {
    sb_tune_gain *items; /* texts are owned */
    size_t count;
} sb_tune_gains;

/* Replaces one of the same subject. */
void sb_tune_gains_add(sb_tune_gains *gains, const sb_tune_gain *gain);
bool sb_tune_gains_has(const sb_tune_gains *gains, const sb_tune_subject *subject);

/* On standard output; nothing where there is none. */
void sb_tune_gains_print(const sb_tune_gains *gains);

/* Makes DIR/searches.csv; a tuning that goes on reads what is there, instead. */
int sb_tune_gains_start(sb_tune_gains *gains, const char *dir, bool resume, sb_error *error);

/* Adds the search to the file. */
int sb_tune_gains_append(const char *dir, const sb_tune_gain *gain, sb_error *error);
void sb_tune_gains_free(sb_tune_gains *gains);

#endif
