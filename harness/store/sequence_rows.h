/* SPDX-License-Identifier: Apache-2.0 */
/* The part of run.db about layers in sequence: separate tables, `sequences` and `sequence`, which
 * exist once a network was run. */
#ifndef SB_STORE_SEQUENCE_ROWS_H
#define SB_STORE_SEQUENCE_ROWS_H

#include "measure/sequence.h"
#include "store/rundb.h"

/* Stores those of one number of threads, with their faults, in one transaction. */
int sb_rundb_put_sequences(sb_rundb *db, const sb_sequence_list *list, sb_error *error);

/* 1 or 0, negative on error. */
int sb_rundb_has_sequences(sb_rundb *db, int64_t threads, sb_error *error);

/* All of them, with the samples of whole passes, in the order of the run; none if the run has none.
 * The caller frees the list. */
int sb_rundb_sequences(sb_rundb *db, sb_sequence_list *list, sb_error *error);

#endif
