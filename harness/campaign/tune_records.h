/* SPDX-License-Identifier: Apache-2.0 */
/* Stores the results of a tuning: in the tuning database, and in the tables of the tuning's
 * folder. */
#ifndef SB_CAMPAIGN_TUNE_RECORDS_H
#define SB_CAMPAIGN_TUNE_RECORDS_H

#include "store/evaluation_log.h"
#include "store/search_log.h"
#include "tune/tunedb.h"

typedef struct sb_tune_records {
    const char *dir, *machine; /* borrowed; the machine's name in the database */
    sb_tunedb *db;
    char *shared; /* a copy of the database in the tuning's folder, for others to merge, or NULL;
                     owned */
    int64_t shared_ns, sharing_ns; /* when it was written last, and how long that took */
    sb_evaluation_log evaluations; /* evaluations.csv */
    sb_search_log searches;        /* searches.csv */
} sb_tune_records;

/* Opens the user's database and creates the tables, or continues the existing ones (`resume`). A
 * shard regularly copies the database to DIR/tuning.db; a resumed tuning, possibly on another
 * machine, imports what that file contains.
 * sb_tune_records_close() it, after a failure too. */
int sb_tune_records_open(sb_tune_records *records, const char *dir, const char *machine,
                         bool resume, bool is_shard, sb_error *error);
/* Writes the copy, where there is to be one. */
int sb_tune_records_share(sb_tune_records *records, sb_error *error);
void sb_tune_records_close(sb_tune_records *records);

/* Stores one evaluation in the database; the table receives it at the next flush. */
int sb_tune_records_add(sb_tune_records *records, const sb_tune_key *key, const sb_search_id *id,
                        const sb_evaluation_row *row, sb_error *error);

/* Stores the result of a search. */
int sb_tune_records_finish(sb_tune_records *records, const sb_tune_key *key,
                           const sb_tune_winner *winner, const sb_search_row *row, sb_error *error);

#endif
