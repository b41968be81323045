/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the run database share. */
#ifndef SB_STORE_SQLITE_H
#define SB_STORE_SQLITE_H

#include "core/database.h"
#include "core/text.h"
#include "store/rundb.h"

/* The statements that stay prepared while a database is open: see rundb_group.c. */
enum { SB_KEPT_STATEMENTS = 8 };

struct sb_rundb {
    sqlite3 *sqlite;
    char *only;          /* the machine whose groups alone are visited, or NULL; owned */
    char *folder, *path; /* DIR and DIR/run.db; owned */
    sb_database_guard guard;
    int lock;                               /* the held file, -1 for a reader */
    sqlite3_stmt *kept[SB_KEPT_STATEMENTS]; /* NULL until first used */
};

/* Says what SQLite's last failure means for the user; returns SB_FAILED. */
int sb_sqlite_fail(const sb_rundb *db, sb_error *error);

/* Runs statements that give no rows. */
int sb_sqlite_run(const sb_rundb *db, const char *sql, sb_error *error);

/* What the run as a whole has under the key; free() it. NULL on error. */
char *sb_sqlite_get(const sb_rundb *db, const char *key, sb_error *error);

/* A prepared statement, to be finalized; NULL on error. */
sqlite3_stmt *sb_sqlite_prepare(const sb_rundb *db, const char *sql, sb_error *error);

#endif
