/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the tuning database. */
#ifndef SB_TUNE_TUNEDB_SQL_H
#define SB_TUNE_TUNEDB_SQL_H

#include "core/database.h"
#include "tune/tunedb.h"

struct sb_tunedb {
    sqlite3 *sqlite;
    char *path;
    sb_database_guard guard;
};

/* Reports the last error; returns SB_FAILED. */
int sb_tunedb_fail(const sb_tunedb *db, sb_error *error);

/* A statement whose parameters are bound by `format`, a letter each: t text, i int64_t, d double
 * (NAN and INFINITY become NULL). NULL on error; sqlite3_finalize() it. */
sqlite3_stmt *sb_tunedb_bind(const sb_tunedb *db, sb_error *error, const char *sql,
                             const char *format, ...);
/* Runs such a statement to its end and finalizes it; a NULL statement is an error that was already
 * reported. */
int sb_tunedb_finish(const sb_tunedb *db, sqlite3_stmt *statement, sb_error *error);

/* Ends a transaction: commits it, or rolls it back if `status` is negative; returns the status. */
int sb_tunedb_begin(const sb_tunedb *db, sb_error *error);
int sb_tunedb_end(const sb_tunedb *db, int status, sb_error *error);

/* Within a transaction. */
int sb_tunedb_put_row(const sb_tunedb *db, const sb_tune_key *key, const sb_tune_winner *winner,
                      sb_error *error);

/* Visits the evaluations of a subject. */
int sb_tunedb_visit_trials(const sb_tunedb *db, int64_t subject, sb_evaluation_visitor *visit,
                           void *context, sb_error *error);

/* Text in visible lines. Borrowed until the next step; NULL if it is anything else. */
const char *sb_tunedb_column_text(sqlite3_stmt *statement, int column);

/* Fails because the file holds what sepbench does not write. */
int sb_tunedb_fail_damaged(const sb_tunedb *db, sb_error *error);

/* The distance in octaves between two problems and their numbers of threads; INFINITY: of different
 * operations. */
double sb_tunedb_distance(const sb_problem *a, const sb_problem *b);

/* A problem as a text of all its numbers, usable as a key; free() it. And back. */
char *sb_tune_problem_text(const sb_problem *problem);
bool sb_tune_problem_parse(const char *text, sb_problem *problem);

#endif
