/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning leaves in its folder: evaluations.csv, a row an evaluation, and a file
 * tuning/....json a search, as Kernel Tuner's cache. */
#ifndef SB_CLI_TUNE_LOG_H
#define SB_CLI_TUNE_LOG_H

#include "core/text.h"
#include "measure/evaluate.h"
#include "tune/search.h"

typedef struct sb_tune_log {
    sb_text rows;
} sb_tune_log;

/* What is searched. Borrowed for the call. */
typedef struct sb_tune_subject {
    const char *layer, *kernel; /* "plugin/kernel" */
    sb_operation operation;
    int64_t threads;
} sb_tune_subject;

/* The `number`-th evaluation of a search (from 1); `best` is the least time then, itself included.
 */
void sb_tune_log_add(sb_tune_log *log, const sb_tune_subject *subject, size_t number,
                     const char *params, const sb_evaluation *evaluation, double best);

/* Writes evaluations.csv into the folder, which it makes; `append`: after what stands there. */
int sb_tune_log_write(const sb_tune_log *log, const char *dir, bool append, sb_error *error);
void sb_tune_log_free(sb_tune_log *log);

/* Writes tuning/LAYER-tTHREADS-PLUGIN-KERNEL.json into the folder. */
int sb_tune_log_cache(const char *dir, const sb_tune_subject *subject, const char *machine,
                      const sb_space *space, const sb_trial *trials, size_t count, sb_error *error);

#endif
