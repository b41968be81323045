/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite files. They may come from a stranger, so they are treated as data: nothing in them is
 * executed. */
#ifndef SB_CORE_DATABASE_H
#define SB_CORE_DATABASE_H

#include "core/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* Bounds the work for a database by the size of its file. {0} before the database is opened; must
 * outlive the connection. */
typedef struct sb_database_guard {
    const char *path; /* borrowed */
    uint64_t effort;  /* work done so far */
} sb_database_guard;

/* sqlite3_open_v2() in SQLite's defensive mode: the schema's triggers, views and functions do not
 * run, limits are small, and a statement that a damaged file keeps running is interrupted
 * (SQLITE_INTERRUPT). Returns SQLite's code; close the connection in any case. */
int sb_database_open(const char *path, int flags, sqlite3 **database, sb_database_guard *guard);

/* The same for a file that several processes write to. On a file system without locks, each
 * transaction is locked by a folder beside the file (dot_lock.h). */
int sb_database_open_shared(const char *path, int flags, sqlite3 **database,
                            sb_database_guard *guard);

/* Selects the write-ahead log, so that readers may work beside a writer. On file systems that
 * cannot map the log's index into several processes, the index is private to this process and other
 * processes are locked out. Without locks, or if that fails too, selects a rollback journal.
 * Returns SQLite's code. */
int sb_database_use_log(sqlite3 *database);

/* The kind of file system that holds a path, such as "nfs", or "" if it is not known to lack locks
 * or shared memory maps. */
const char *sb_database_file_system(const char *path);

/* After SQLITE_IOERR, whose own text is "disk I/O error": what failed, and why that happens. "" if
 * unknown. */
const char *sb_database_io_advice(sqlite3 *database);

/* Writes what the database holds now to a new file, in place of one that is there: without a log,
 * so that it can be read wherever it is moved to. Returns SQLite's code. */
int sb_database_copy(sqlite3 *database, const char *path);

/* Can the file be locked, as SQLite wants to? A file that cannot be opened counts as one that can.
 * Not for a database that this process has open: its locks would be gone (fcntl(2)). */
bool sb_database_can_lock(const char *path);

/* How SQLite opens databases that cannot be locked: the name of its VFS. */
#define SB_DATABASE_WITHOUT_LOCKS "unix-none"

/* What a folder lacks for databases that are written to for long: "it lies on nfs", say, or "it has
 * no locks"; NULL: nothing. Makes a file there, and removes it. */
const char *sb_database_obstacle(const char *folder);

/* Is it a file, and not a pipe or a device, which SQLite would wait for? A file that is not there
 * is no failure. */
int sb_database_check_file(const char *path, sb_error *error);

/* Checks that the tables are exactly those that the statements `schema` create, without additional
 * triggers, views, indexes or virtual tables. The error says that the file is damaged. */
int sb_database_check_schema(sqlite3 *database, const char *path, const char *schema,
                             sb_error *error);

#endif
