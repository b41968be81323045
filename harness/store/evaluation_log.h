/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a tuning writes into its folder: evaluations.csv, a row for each evaluation, and a
 * file tuning/....json for each search, in Kernel Tuner's cache format. */
#ifndef SB_STORE_EVALUATION_LOG_H
#define SB_STORE_EVALUATION_LOG_H

#include "core/text.h"
#include "measure/evaluate.h"
#include "tune/search.h"

typedef struct sb_evaluation_log {
    sb_text rows; /* not yet written to the file */
} sb_evaluation_log;

/* Creates evaluations.csv; see sb_csv_log_start(). */
int sb_evaluation_log_start(const char *dir, bool resume, sb_error *error);

/* Identifies a search. Borrowed for the call. */
typedef struct sb_search_id {
    const char *layer, *kernel; /* "plugin/kernel" */
    sb_operation operation;
    int64_t threads;
    size_t space; /* valid parameter sets; 0: not known yet */
} sb_search_id;

/* The `number`-th evaluation (from 1) of a search by this strategy; `best` is the least time so
 * far, including this one. */
typedef struct sb_evaluation_row {
    const char *strategy, *params;
    size_t number;
    const sb_evaluation *evaluation;
    double best;
    double predicted; /* the time that the strategy expected; NAN: none */
} sb_evaluation_row;

void sb_evaluation_log_add(sb_evaluation_log *log, const sb_search_id *id,
                           const sb_evaluation_row *row);

/* Appends the new rows to evaluations.csv. */
int sb_evaluation_log_flush(sb_evaluation_log *log, const char *dir, sb_error *error);
void sb_evaluation_log_free(sb_evaluation_log *log);

/* Writes tuning/LAYER-tTHREADS-PLUGIN-KERNEL.json into the folder. */
int sb_evaluation_log_export(const char *dir, const sb_search_id *id, const char *machine,
                             const sb_space *space, const sb_evaluated *evaluated, size_t count,
                             sb_error *error);

#endif
