/* SPDX-License-Identifier: Apache-2.0 */
/* A run's database, run.db: the truth of a run. Groups of the same rounds are one transaction, so a
 * killed run holds them whole and nothing of the others. Only this folder uses SQLite
 * (store/sqlite.h). */
#ifndef SB_STORE_RUNDB_H
#define SB_STORE_RUNDB_H

#include "measure/result.h"

typedef struct sb_rundb sb_rundb;

/* Creates DIR/run.db, and DIR where needed; fails if there is one. `identity` is a text that names
 * what the run was made from, one "key=value" a line; `provenance` the JSON of run.json. [main] */
sb_rundb *sb_rundb_create(const char *dir, const char *identity, const char *provenance,
                          sb_error *error);

/* Opens DIR/run.db to go on (writable, refused while another process holds it) or to read. A
 * process holds DIR by a lock on DIR/.lock that ends with the process, however it ends. A reader
 * may open a run that is being written; it sees the groups that are whole. */
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
/* Refuses, naming the first key that differs, unless the run was made from this identity. */
int sb_rundb_same_identity(sb_rundb *db, const char *identity, sb_error *error);
/* The provenance JSON; free() it. NULL on error. */
char *sb_rundb_provenance(sb_rundb *db, sb_error *error);
int sb_rundb_set_provenance(sb_rundb *db, const char *json, sb_error *error);

/* One transaction. 1 if the group is held already (then nothing is written), 0 if it was put. */
int sb_rundb_put(sb_rundb *db, const sb_group *group, sb_error *error);
/* All of them in one transaction, those aside that are held. */
int sb_rundb_put_all(sb_rundb *db, const sb_group *groups, size_t count, sb_error *error);
/* 1 or 0, negative on error. */
int sb_rundb_has(sb_rundb *db, const char *layer, int64_t threads, sb_error *error);

/* The machines that the run's groups are of, by name, NULL-terminated; free each and the list. One,
 * but for runs that were merged of shards. NULL on error. */
char **sb_rundb_machines(sb_rundb *db, sb_error *error);
void sb_rundb_free_machines(char **machines); /* NULL is allowed */

/* From here on visits show the groups of this machine alone, and the provenance is of its first
 * shard: what is computed of several groups is computed within a machine. NULL: of all. */
void sb_rundb_select_machine(sb_rundb *db, const char *machine);

/* Hands every group, in the order of their positions, rebuilt as it was put (`with_samples` fills
 * the series), to `visit`, which returns 0 to go on. The group and its layer live for the call.
 * Memory use is that of one group. */
typedef int sb_group_visitor(const sb_group *group, void *context, sb_error *error);
int sb_rundb_visit(sb_rundb *db, bool with_samples, sb_group_visitor *visit, void *context,
                   sb_error *error);

#endif
