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
    if (!records->db || sb_tune_log_start(dir, resume, error) < 0)
        return SB_FAILED;
    return sb_tune_gains_start(&records->gains, dir, resume, error);
}

void sb_tune_records_close(sb_tune_records *records)
{
    sb_tune_log_free(&records->log);
    sb_tune_gains_free(&records->gains);
    sb_tunedb_close(records->db);
    *records = (sb_tune_records) { 0 };
}

int sb_tune_records_add(sb_tune_records *records, const sb_tune_key *key,
                        const sb_tune_subject *subject, const sb_tune_entry *entry, sb_error *error)
{
    sb_tune_log_add(&records->log, subject, entry);
    return sb_tunedb_put_trial(records->db, key, entry->params, entry->evaluation->ns, error);
}

int sb_tune_records_finish(sb_tune_records *records, const sb_tune_key *key,
                           const sb_tune_winner *winner, const sb_tune_gain *gain, sb_error *error)
{
    sb_tune_gains_add(&records->gains, gain);
    if (sb_tune_gains_append(records->dir, gain, error) < 0)
        return SB_FAILED;
    return sb_tunedb_put(records->db, key, winner, error);
}
