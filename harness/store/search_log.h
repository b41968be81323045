/* SPDX-License-Identifier: Apache-2.0 */
/* The outcome of each search of a tuning: searches.csv, a row for each search. */
#ifndef SB_STORE_SEARCH_LOG_H
#define SB_STORE_SEARCH_LOG_H

#include "measure/stats.h"
#include "store/evaluation_log.h"

/* Where the time of a search went, in seconds; NAN if not known. */
typedef struct sb_search_times {
    double space;    /* asking which parameter sets are valid */
    double evaluate; /* verifying and timing parameter sets */
    double search;   /* the strategy itself */
    double race;     /* the race of the best parameter sets and the defaults */
    double base;     /* measuring the base line */
} sb_search_times;

/* One search. Borrowed for the call. */
typedef struct sb_search_row {
    sb_search_id id;
    const char *technique, *strategy, *params; /* of the winner */
    double default_ns, tuned_ns;
    sb_interval ratio; /* default over tuned, from new paired rounds; low and high NAN if not known;
                          all NAN if the defaults do not work */
    size_t evaluations, failed;
    sb_search_times times;
} sb_search_row;

/* {0} is an empty log. */
typedef struct sb_search_log {
    sb_search_row *items; /* texts are owned */
    size_t count;
} sb_search_log;

/* Replaces an entry of the same subject. */
void sb_search_log_add(sb_search_log *log, const sb_search_row *row);
bool sb_search_log_has(const sb_search_log *log, const sb_search_id *id);

/* Creates DIR/searches.csv, or, for a resumed tuning, reads the existing one. */
int sb_search_log_start(sb_search_log *log, const char *dir, bool resume, sb_error *error);

/* Appends the search to the file. */
int sb_search_log_append(const char *dir, const sb_search_row *row, sb_error *error);
void sb_search_log_free(sb_search_log *log);

#endif
