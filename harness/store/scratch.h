/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Local scratch for the database of a run whose folder several machines share. SQLite's write-ahead
 * log does not work on NFS and similar file systems, and a rollback journal there is slow and
 * relies on their locks. The folder's file .scratch names the host and the path of the scratch:
 * "HOST PATH".
 */
#ifndef SB_STORE_SCRATCH_H
#define SB_STORE_SCRATCH_H

#include "core/database.h"

/* Creates a folder in $TMPDIR, else /tmp, that only its owner may enter, and notes it in the run's
 * folder. Owned by the caller; NULL on error. */
char *sb_scratch_make(const char *dir, sb_error *error);

/* The scratch noted in the run's folder, if it is on this machine, belongs to this user, and has a
 * run.db: a killed process left it. Owned by the caller; NULL: there is none. */
char *sb_scratch_find(const char *dir);

/* Copies the run.db of the run's folder to scratch. */
int sb_scratch_fill(const char *scratch, const char *dir, sb_error *error);

/* Replaces the run.db of the run's folder by the contents of the open database, by copying and
 * renaming. Refused if the folder notes another scratch now: then another process has resumed the
 * run. */
int sb_scratch_publish(const char *scratch, const char *dir, sqlite3 *database, sb_error *error);

/* Removes the scratch with its contents, and the note in the run's folder. */
void sb_scratch_remove(const char *scratch, const char *dir);

#endif
