/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_records.h"

#include <stdlib.h>

int sb_tune_records_open(sb_tune_records *records, const char *dir, const char *machine,
                         bool resume, sb_error *error)
{
    *records = (sb_tune_records) { .dir = dir, .machine = machine };
    char *path = sb_tunedb_default_path(error);
    if (path)
        records->db = sb_tunedb_open(path, true, error);
    free(path);
    if (!records->db || sb_evaluation_log_start(dir, resume, error) < 0)
        return SB_FAILED;
    return sb_search_log_start(&records->searches, dir, resume, error);
}

void sb_tune_records_close(sb_tune_records *records)
{
    sb_evaluation_log_free(&records->evaluations);
    sb_search_log_free(&records->searches);
    sb_tunedb_close(records->db);
    *records = (sb_tune_records) { 0 };
}

int sb_tune_records_add(sb_tune_records *records, const sb_tune_key *key, const sb_search_id *id,
                        const sb_evaluation_row *row, sb_error *error)
{
    sb_evaluation_log_add(&records->evaluations, id, row);
    return sb_tunedb_put_evaluation(records->db, key, row->params, row->evaluation->ns, error);
}

int sb_tune_records_finish(sb_tune_records *records, const sb_tune_key *key,
                           const sb_tune_winner *winner, const sb_search_row *row, sb_error *error)
{
    sb_search_log_add(&records->searches, row);
    if (sb_search_log_append(records->dir, row, error) < 0)
        return SB_FAILED;
    return sb_tunedb_put(records->db, key, winner, error);
}
