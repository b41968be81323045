/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_records.h"

#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"

#include <stdlib.h>
#include <unistd.h>

#define PAUSE_NS (INT64_C(30) * 1000000000)

static sb_tunedb *open_database(sb_error *error)
{
    char *path = sb_tunedb_default_path(error);
    sb_tunedb *db = path ? sb_tunedb_open(path, true, error) : NULL;
    free(path);
    return db;
}

/* What an earlier task of this shard left; its machine may have been another. */
static int take_shared(const sb_tune_records *records, sb_error *error)
{
    if (access(records->shared, F_OK) != 0)
        return SB_OK;
    return sb_tunedb_merge(records->db, records->shared, error) < 0 ? SB_FAILED : SB_OK;
}

int sb_tune_records_open(sb_tune_records *records, const char *dir, const char *machine,
                         bool resume, bool is_shard, sb_error *error)
{
    *records = (sb_tune_records) { .dir = dir, .machine = machine };
    records->db = open_database(error);
    if (!records->db || sb_evaluation_log_start(dir, resume, error) < 0)
        return SB_FAILED;
    records->shared = is_shard ? sb_path_join(dir, "tuning.db") : NULL;
    records->shared_ns = sb_now_ns();
    if (records->shared && resume && take_shared(records, error) < 0)
        return SB_FAILED;
    return sb_search_log_start(&records->searches, dir, resume, error);
}

int sb_tune_records_share(sb_tune_records *records, sb_error *error)
{
    if (!records->shared || !records->db)
        return SB_OK;
    const int64_t started_ns = sb_now_ns();
    int rc = sb_tunedb_copy(records->db, records->shared, error);
    records->shared_ns = sb_now_ns();
    records->sharing_ns = records->shared_ns - started_ns;
    return rc;
}

/* Copying takes no more than a twentieth of the time. */
static void share_now_and_then(sb_tune_records *records)
{
    const int64_t passed = sb_now_ns() - records->shared_ns;
    sb_error why = { "" };
    if (passed >= PAUSE_NS && passed >= 20 * records->sharing_ns &&
        sb_tune_records_share(records, &why) < 0)
        sb_warn("%s; it will be tried again", why.text);
}

void sb_tune_records_close(sb_tune_records *records)
{
    sb_evaluation_log_free(&records->evaluations);
    sb_search_log_free(&records->searches);
    sb_tunedb_close(records->db);
    free(records->shared);
    *records = (sb_tune_records) { 0 };
}

int sb_tune_records_add(sb_tune_records *records, const sb_tune_key *key, const sb_search_id *id,
                        const sb_evaluation_row *row, sb_error *error)
{
    if (sb_tunedb_put_evaluation(records->db, key, row->params, row->evaluation->objective, error) <
        0)
        return SB_FAILED;
    sb_evaluation_log_add(&records->evaluations, id, row);
    return sb_evaluation_log_flush(&records->evaluations, records->dir, error);
}

int sb_tune_records_finish(sb_tune_records *records, const sb_tune_key *key,
                           const sb_tune_winner *winner, const sb_search_row *row, sb_error *error)
{
    sb_search_log_add(&records->searches, row);
    if (sb_search_log_append(records->dir, row, error) < 0)
        return SB_FAILED;
    if (sb_tunedb_put(records->db, key, winner, error) < 0)
        return SB_FAILED;
    share_now_and_then(records);
    return SB_OK;
}
