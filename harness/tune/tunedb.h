/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tuning database: the winning parameter set and every evaluation, by machine, plugin build,
 * kernel, problem and threads. A SQLite file in WAL mode that several processes may use at once:
 * each call is one transaction, and waits up to ten seconds for others.
 */
#ifndef SB_TUNE_TUNEDB_H
#define SB_TUNE_TUNEDB_H

#include "conv/problem.h"
#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sb_tunedb sb_tunedb;

/* Identifies what was tuned. Borrowed for the call. */
typedef struct sb_tune_key {
    const char *machine; /* what times depend on: processor, instruction sets */
    uint64_t build;      /* of the plugin: sb_plugin_info */
    const char *kernel;  /* "plugin/kernel" */
    sb_problem problem;  /* with the number of threads */
} sb_tune_key;

/* The result. In results the strings are owned: sb_tune_winner_free(). */
typedef struct sb_tune_winner {
    char *params;        /* "name=value;..." */
    double time_ns;      /* measured again after the search */
    double default_ns;   /* time of the defaults in the same rounds; NAN if not measured */
    int64_t evaluations; /* number in the search */
    char *strategy;
    char *ties;       /* parameter sets that are as fast, a line each; "" for none */
    char *defaults;   /* the defaults' parameter set; "" or NULL: not known */
    int64_t measured; /* when it was stored, in seconds since 1970; 0: not known. Not read by put */
} sb_tune_winner;

void sb_tune_winner_free(sb_tune_winner *winner);

/* "$XDG_CACHE_HOME/sepbench/tuning.db", or under ~/.cache; free() it. NULL if neither variable is
 * set. */
char *sb_tunedb_default_path(sb_error *error);

/* Opens the database. If there is none, creates it with its folder (`make`), or returns NULL
 * without an error. NULL on error: the file is damaged, not a tuning database, from a newer
 * sepbench, or locked. */
sb_tunedb *sb_tunedb_open(const char *path, bool make, sb_error *error);
void sb_tunedb_close(sb_tunedb *db); /* NULL is allowed */

/* Replaces the winner of the key. */
int sb_tunedb_put(sb_tunedb *db, const sb_tune_key *key, const sb_tune_winner *winner,
                  sb_error *error);
/* Returns 1 and the winner, 0 if the key has none, negative on error. */
int sb_tunedb_get(sb_tunedb *db, const sb_tune_key *key, sb_tune_winner *winner, sb_error *error);

/* One evaluation: INFINITY is a failure. An existing entry of the parameter set is replaced. */
int sb_tunedb_put_evaluation(sb_tunedb *db, const sb_tune_key *key, const char *params,
                             double objective, sb_error *error);

/* Calls `visit` for the evaluations of the key, in order. `visit` returns 0 to continue. */
typedef int sb_evaluation_visitor(void *context, const char *params, double objective,
                                  sb_error *error);
int sb_tunedb_evaluations(sb_tunedb *db, const sb_tune_key *key, sb_evaluation_visitor *visit,
                          void *context, sb_error *error);

/* Winners of the same kernel on the same machine for other problems of the same operation, the
 * nearest shape first (of any build: they only start a search). Returns their number, at most
 * `most`; sb_tune_winner_free() each. */
int sb_tunedb_nearest(sb_tunedb *db, const sb_tune_key *key, sb_tune_winner *winners, size_t most,
                      sb_error *error);

/* Evaluations of the same kernel on other problems of the same operation, on other machines, by
 * other builds: those of up to `most` subjects, the nearest shape first, own machine and build
 * preferred. `visit` as in sb_tunedb_evaluations(), with the number of the subject, from 0. */
typedef int sb_related_visitor(void *context, size_t subject, const char *params, double objective,
                               sb_error *error);
int sb_tunedb_related(sb_tunedb *db, const sb_tune_key *key, size_t most, sb_related_visitor *visit,
                      void *context, sb_error *error);

/* All winners whose kernel matches the glob, ordered by kernel and problem. `visit` returns 0 to
 * continue; the key and the winner are valid during the call. */
typedef int sb_winner_visitor(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                              sb_error *error);
int sb_tunedb_visit(sb_tunedb *db, const char *glob, sb_winner_visitor *visit, void *context,
                    sb_error *error);

/* Deletes winners and evaluations of the kernels that match; returns the number of problems. */
int sb_tunedb_forget(sb_tunedb *db, const char *glob, sb_error *error);

/* Writes the winners (not the evaluations) as JSON; returns their number. */
int sb_tunedb_export(sb_tunedb *db, const char *glob, const char *path, sb_error *error);
/* Imports the winners of such a file, all or none; they replace existing ones. Returns their
 * number. */
int sb_tunedb_import(sb_tunedb *db, const char *path, sb_error *error);

/* Imports the winners and evaluations of the database in the file, all or none: for the same
 * machine, build, kernel, problem and threads, the winner that was measured later is kept. Returns
 * the number of imported winners; 0 if the file is the database itself. */
int sb_tunedb_merge(sb_tunedb *db, const char *path, sb_error *error);

/* Writes what the database holds now to the file, whole or not at all: for others to merge. */
int sb_tunedb_copy(sb_tunedb *db, const char *path, sb_error *error);

#endif
