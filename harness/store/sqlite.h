/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the run database. */
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
    char *folder, *path; /* DIR, and its run.db or that in scratch; owned */
    char *scratch;       /* the folder that it lies in, away from DIR, or NULL; owned */
    sb_database_guard guard;
    int lock, scratch_lock;                 /* the held files, -1 for a reader */
    bool usable;                            /* it was opened, and is what it should be */
    bool found;                             /* a killed process left it in scratch */
    int published;                          /* changes that DIR has of those in scratch */
    int64_t published_ns, publishing_ns;    /* when, and how long it took */
    sqlite3_stmt *kept[SB_KEPT_STATEMENTS]; /* NULL until first used */
};

/* Translates SQLite's last error for the user; returns SB_FAILED. */
int sb_sqlite_fail(const sb_rundb *db, sb_error *error);

/* Before the database is opened: it will lie in scratch, where the run in DIR is found or copied to
 * unless it begins anew. Where no scratch can be made it stays in DIR, which is told. */
int sb_rundb_enter_scratch(sb_rundb *db, bool anew, sb_error *error);
/* Away from what was found there, to a copy of what is in DIR. */
int sb_rundb_change_scratch(sb_rundb *db, sb_error *error);
/* Before SQLite is closed: nothing of it stays, unless it cannot be copied to DIR. */
void sb_rundb_leave_scratch(sb_rundb *db);

/* Runs statements that give no rows. */
int sb_sqlite_run(const sb_rundb *db, const char *sql, sb_error *error);

/* The value of the run's entry for the key; free() it. NULL on error. */
char *sb_sqlite_get(const sb_rundb *db, const char *key, sb_error *error);

/* A prepared statement; finalize it. NULL on error. */
sqlite3_stmt *sb_sqlite_prepare(const sb_rundb *db, const char *sql, sb_error *error);

#endif
