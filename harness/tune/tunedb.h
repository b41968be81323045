/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tuning database: which configuration won, and every evaluation, by machine, plugin build,
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

/* What was tuned. Borrowed for the call. */
typedef struct sb_tune_key {
    const char *machine; /* what times depend on: processor, instruction sets */
    uint64_t build;      /* of the plugin: sb_plugin_info */
    const char *kernel;  /* "plugin/kernel" */
    sb_problem problem;  /* threads are part of it */
} sb_tune_key;

/* What came of it. In results strings are owned: sb_tune_winner_free(). */
typedef struct sb_tune_winner {
    char *params;        /* "name=value;..." */
    double time_ns;      /* measured again after the search */
    double default_ns;   /* the defaults, in the same rounds; NAN where they were not measured */
    int64_t evaluations; /* that the search took */
    char *strategy;
    char *ties; /* configurations as fast as this one, a line each; "" for none */
} sb_tune_winner;

void sb_tune_winner_free(sb_tune_winner *winner);

/* "$XDG_CACHE_HOME/sepbench/tuning.db", or under ~/.cache; free() it. NULL without both. */
char *sb_tunedb_default_path(sb_error *error);

/* Opens the database, and makes it, with its folder, where there is none (`make`), else NULL too.
 * NULL on error: a file that is damaged, no tuning database, from a newer sepbench, or locked. */
sb_tunedb *sb_tunedb_open(const char *path, bool make, sb_error *error);
void sb_tunedb_close(sb_tunedb *db); /* NULL is allowed */

/* Replaces the winner of the key. */
int sb_tunedb_put(sb_tunedb *db, const sb_tune_key *key, const sb_tune_winner *winner,
                  sb_error *error);
/* 1 and the winner, 0 where the key has none, negative on error. */
int sb_tunedb_get(sb_tunedb *db, const sb_tune_key *key, sb_tune_winner *winner, sb_error *error);

/* One evaluation: INFINITY is a failure. A configuration that is there already is replaced. */
int sb_tunedb_put_evaluation(sb_tunedb *db, const sb_tune_key *key, const char *params,
                             double objective, sb_error *error);

/* Hands the evaluations of the key over, in order. `visit` returns 0 to go on. */
typedef int sb_evaluation_visitor(void *context, const char *params, double objective,
                                  sb_error *error);
int sb_tunedb_evaluations(sb_tunedb *db, const sb_tune_key *key, sb_evaluation_visitor *visit,
                          void *context, sb_error *error);

/* Winners of the same kernel on the same machine for other problems of the same operation, the
 * nearest shape first (any build: they are only where a search starts). Returns their number, at
 * most `most`; sb_tune_winner_free() each. */
int sb_tunedb_nearest(sb_tunedb *db, const sb_tune_key *key, sb_tune_winner *winners, size_t most,
                      sb_error *error);

/* All winners whose kernel matches the glob, by kernel and problem. `visit` returns 0 to go on; the
 * key and the winner live for the call. */
typedef int sb_winner_visitor(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                              sb_error *error);
int sb_tunedb_visit(sb_tunedb *db, const char *glob, sb_winner_visitor *visit, void *context,
                    sb_error *error);

/* Forgets winners and evaluations of the kernels that match; returns how many problems. */
int sb_tunedb_forget(sb_tunedb *db, const char *glob, sb_error *error);

/* Writes winners (not evaluations) as JSON; returns their number. */
int sb_tunedb_export(sb_tunedb *db, const char *glob, const char *path, sb_error *error);
/* Puts the winners of such a file, all or none; they replace those that are there. Returns their
 * number. */
int sb_tunedb_import(sb_tunedb *db, const char *path, sb_error *error);

/* Takes over winners and evaluations of the database in the file, all or none: by machine, build,
 * kernel, problem and threads, of two winners the one that was measured later. Returns how many
 * winners were taken. */
int sb_tunedb_merge(sb_tunedb *db, const char *path, sb_error *error);

/* Writes what the database holds now to the file, whole or not at all: for others to merge. */
int sb_tunedb_copy(sb_tunedb *db, const char *path, sb_error *error);

#endif
