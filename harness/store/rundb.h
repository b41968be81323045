/* SPDX-License-Identifier: Apache-2.0 */
/* A run's database, run.db, which all other files of the run are made from. Groups of the same
 * rounds are one transaction, so a killed run holds all of them or none. Only this folder uses
 * SQLite for runs (store/sqlite.h). */
#ifndef SB_STORE_RUNDB_H
#define SB_STORE_RUNDB_H

#include "measure/result.h"

typedef struct sb_rundb sb_rundb;

/* Creates DIR/run.db, and DIR if necessary; fails if there is one. `identity` is a text that
 * identifies what the run is made from, one "key=value" a line; `provenance` is the JSON of
 * run.json. [main] */
sb_rundb *sb_rundb_create(const char *dir, const char *identity, const char *provenance,
                          sb_error *error);

/* Opens DIR/run.db to resume (writable, refused while another process holds it) or to read. A
 * process holds DIR by a lock on DIR/.lock, which is released when the process ends in any way. A
 * reader may open a run that is being written; it sees the complete groups. */
sb_rundb *sb_rundb_open(const char *dir, bool writable, sb_error *error);
void sb_rundb_close(sb_rundb *db); /* NULL is allowed */

/* Why a database should not be written to in DIR: "it lies on ...", "it has no locks"; NULL where
 * nothing speaks against it. Borrowed. */
const char *sb_rundb_obstacle(const char *dir);

/* The same for a DIR that several machines share, or where SQLite does not work well: the database
 * lies in local scratch ($TMPDIR, else /tmp), and sb_rundb_keep() copies it to DIR. What a killed
 * process left in scratch on this machine is gone on with; elsewhere, what it copied. */
sb_rundb *sb_rundb_create_in_scratch(const char *dir, const char *identity, const char *provenance,
                                     sb_error *error);
sb_rundb *sb_rundb_open_in_scratch(const char *dir, sb_error *error);

/* Copies the database from scratch to DIR, where the last copy is so many nanoseconds old and
 * twenty times what it took; 0: in any case. DIR has the copy before or the new one, never a part.
 * Nothing to do for a database that lies in DIR, or has not changed. */
int sb_rundb_keep(sb_rundb *db, int64_t pause_ns, sb_error *error);

/* "/tmp/sepbench-AbCdEf", or NULL where the database lies in DIR. Borrowed until the close. */
const char *sb_rundb_scratch(const sb_rundb *db);

/* DIR, as it was given. Borrowed until the close. */
const char *sb_rundb_folder(const sb_rundb *db);

/* The identity; free() it. NULL on error. */
char *sb_rundb_identity(sb_rundb *db, sb_error *error);
/* Refuses a run that was made from another identity; names the first key that differs. */
int sb_rundb_same_identity(sb_rundb *db, const char *identity, sb_error *error);
/* The provenance JSON; free() it. NULL on error. */
char *sb_rundb_provenance(sb_rundb *db, sb_error *error);
int sb_rundb_set_provenance(sb_rundb *db, const char *json, sb_error *error);

/* One transaction. Returns 1 if the group is already stored (then nothing is written), 0 if it was
 * stored now. */
int sb_rundb_put(sb_rundb *db, const sb_group *group, sb_error *error);
/* All in one transaction, except those that are already stored. */
int sb_rundb_put_all(sb_rundb *db, const sb_group *groups, size_t count, sb_error *error);
/* 1 or 0, negative on error. */
int sb_rundb_has(sb_rundb *db, const char *layer, int64_t threads, sb_error *error);

/* The names of the machines of the run's groups, NULL-terminated; free each and the list. There is
 * more than one only in a merged run. NULL on error. */
char **sb_rundb_machines(sb_rundb *db, sb_error *error);
void sb_rundb_free_machines(char **machines); /* NULL is allowed */

/* Restricts visits to the groups of this machine, and the provenance to its first shard: values
 * computed from several groups are computed within one machine. NULL: all machines. */
void sb_rundb_select_machine(sb_rundb *db, const char *machine);

/* Calls `visit` for every group, in the order of their positions, restored as it was stored
 * (`with_samples` fills the series); `visit` returns 0 to continue. The group and its layer are
 * valid during the call. Holds only one group in memory. */
typedef int sb_group_visitor(const sb_group *group, void *context, sb_error *error);
int sb_rundb_visit(sb_rundb *db, bool with_samples, sb_group_visitor *visit, void *context,
                   sb_error *error);

#endif
