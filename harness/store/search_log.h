/* SPDX-License-Identifier: Apache-2.0 */
/* What became of each search of a tuning: searches.csv, a row a search. */
#ifndef SB_STORE_SEARCH_LOG_H
#define SB_STORE_SEARCH_LOG_H

#include "measure/stats.h"
#include "store/evaluation_log.h"

/* Where the time of a search went, in seconds; NAN where that is not known. */
typedef struct sb_search_times {
    double space;    /* asking what is valid */
    double evaluate; /* verifying and timing configurations */
    double search;   /* the strategy itself */
    double race;     /* of the best, and the winner beside the defaults */
    double base;     /* of the base line */
} sb_search_times;

/* One search. Borrowed for the call. */
typedef struct sb_search_row {
    sb_search_id id;
    const char *technique, *strategy, *params; /* of the winner */
    double default_ns, tuned_ns;
    sb_interval ratio; /* default over tuned, from fresh paired rounds; low and high NAN where they
                          are not known; all NAN where the defaults do not work */
    size_t evaluations, failed;
    sb_search_times times;
} sb_search_row;

/* {0} is none. */
typedef struct sb_search_log {
    sb_search_row *items; /* texts are owned */
    size_t count;
} sb_search_log;

/* Replaces one of the same subject. */
void sb_search_log_add(sb_search_log *log, const sb_search_row *row);
bool sb_search_log_has(const sb_search_log *log, const sb_search_id *id);

/* Makes DIR/searches.csv; a tuning that goes on reads what is there, instead. */
int sb_search_log_start(sb_search_log *log, const char *dir, bool resume, sb_error *error);

/* Adds the search to the file. */
int sb_search_log_append(const char *dir, const sb_search_row *row, sb_error *error);
void sb_search_log_free(sb_search_log *log);

#endif
