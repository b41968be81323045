/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning leaves in its folder: evaluations.csv, a row an evaluation, and a file
 * tuning/....json a search, as Kernel Tuner's cache. */
#ifndef SB_STORE_TUNE_LOG_H
#define SB_STORE_TUNE_LOG_H

#include "core/text.h"
#include "measure/evaluate.h"
#include "tune/search.h"

typedef struct sb_tune_log {
    sb_text rows; /* that are not in the file yet */
} sb_tune_log;

/* Makes DIR/NAME with this first line, and DIR; `resume`: where there is such a file, it only takes
 * away the part of a row that a kill has left at its end. */
int sb_tune_table_start(const char *dir, const char *name, const char *header, bool resume,
                        sb_error *error);

/* evaluations.csv so. */
int sb_tune_log_start(const char *dir, bool resume, sb_error *error);

/* What is searched. Borrowed for the call. */
typedef struct sb_tune_subject {
    const char *layer, *kernel; /* "plugin/kernel" */
    sb_operation operation;
    int64_t threads;
    size_t space; /* valid configurations; 0: not known yet */
} sb_tune_subject;

/* The `number`-th evaluation (from 1) of a search by this strategy; `best` is the least time then,
 * itself included. */
typedef struct sb_tune_entry {
    const char *strategy, *params;
    size_t number;
    const sb_evaluation *evaluation;
    double best;
} sb_tune_entry;

void sb_tune_log_add(sb_tune_log *log, const sb_tune_subject *subject, const sb_tune_entry *entry);

/* Appends what was added to evaluations.csv. */
int sb_tune_log_flush(sb_tune_log *log, const char *dir, sb_error *error);
void sb_tune_log_free(sb_tune_log *log);

/* Writes tuning/LAYER-tTHREADS-PLUGIN-KERNEL.json into the folder. */
int sb_tune_log_cache(const char *dir, const sb_tune_subject *subject, const char *machine,
                      const sb_space *space, const sb_trial *trials, size_t count, sb_error *error);

#endif
