/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite files. They may come from a stranger, and are data: nothing in them is run. */
#ifndef SB_CORE_DATABASE_H
#define SB_CORE_DATABASE_H

#include "core/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* Bounds the work for a database by the size of its file; {0} before it is opened, and as
 * long-lived as the connection. */
typedef struct sb_database_guard {
    const char *path; /* borrowed */
    uint64_t effort;  /* done so far */
} sb_database_guard;

/* sqlite3_open_v2() in SQLite's defensive mode: no triggers, views or functions of
 * the schema's, small limits, and an end to statements that a damaged file keeps running
 * (SQLITE_INTERRUPT). Returns SQLite's code; the connection is to be closed in any case. */
int sb_database_open(const char *path, int flags, sqlite3 **database, sb_database_guard *guard);

/* Write-ahead log, as SQLite has it for readers beside a writer. On file systems that cannot map
 * its index into several processes the index is this process's own, and the others are locked out;
 * without locks, or where that fails too, a rollback journal. Returns SQLite's code. */
int sb_database_use_log(sqlite3 *database);

/* The kind of file system that a path lies on, "nfs", or "" where it is none of those that are
 * known for lacking locks or shared memory maps. */
const char *sb_database_file_system(const char *path);

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

/* Are the tables those that the statements `schema` make, and are there no triggers, views, indexes
 * or virtual tables besides? The error says that the file is damaged. */
int sb_database_check_schema(sqlite3 *database, const char *path, const char *schema,
                             sb_error *error);

#endif
