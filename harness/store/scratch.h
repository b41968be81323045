/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Local scratch for the database of a run whose folder several machines share. SQLite's write-ahead
 * log does not work on NFS and the like, and a rollback journal there is slow and trusts its locks.
 * The folder's file .scratch tells who works for it, and where: "HOST PATH".
 */
#ifndef SB_STORE_SCRATCH_H
#define SB_STORE_SCRATCH_H

#include "core/database.h"

/* A new folder in $TMPDIR, else /tmp, that only its owner may enter; the run's folder notes it.
 * Owned by the caller; NULL on error. */
char *sb_scratch_make(const char *dir, sb_error *error);

/* The scratch that the run's folder notes, where it is on this machine, ours, and holds a run.db: a
 * process that was killed left it. Owned by the caller; NULL: there is none. */
char *sb_scratch_find(const char *dir);

/* The run.db of the run's folder, copied to scratch. */
int sb_scratch_fill(const char *scratch, const char *dir, sb_error *error);

/* What the open database holds now becomes the run.db of the run's folder, by copying and renaming.
 * Refused where the folder notes another scratch by now: somebody else went on with the run. */
int sb_scratch_publish(const char *scratch, const char *dir, sqlite3 *database, sb_error *error);

/* With all that is in it, and the note of the run's folder. */
void sb_scratch_remove(const char *scratch, const char *dir);

#endif
