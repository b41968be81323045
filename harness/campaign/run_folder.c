/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/run_folder.h"

#include "campaign/doubts.h"
#include "campaign/sequences.h"
#include "campaign/sweep.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "report/contests.h"
#include "report/outputs.h"
#include "report/recommend.h"
#include "report/steps_table.h"
#include "report/summary.h"
#include "store/results_csv.h"
#include "store/sequence_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *sb_run_folder_default(const sb_campaign *campaign)
{
    sb_text text = { 0 };
    char stamp[32];
    struct tm when;
    gmtime_r(&campaign->account.started, &when);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &when);
    sb_text_add(&text, "results/%s-%s", campaign->scope.config.name, stamp);
    for (char *c = text.data + strlen("results/"); *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *c))
            *c = '_';
    return text.data;
}

bool sb_run_folder_holds(const char *dir)
{
    char *path = sb_path_join(dir, "run.db");
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

char *sb_run_folder_choose(const sb_campaign *campaign, const char *out, bool *resume,
                           sb_error *error)
{
    const sb_shard *shard = &campaign->scope.shard;
    sb_text dir = { 0 };
    if (!out && (*resume || shard->by_scheduler)) {
        sb_fail(error, *resume ? "--resume requires the folder of the run: -o DIR"
                               : "--shard auto requires the folder that all tasks share: -o DIR");
        return NULL;
    }
    if (!shard->by_scheduler)
        return out ? sb_copy_text(out) : sb_run_folder_default(campaign);
    sb_text_add(&dir, "%s/shard-%" PRId64 "-of-%" PRId64, out, shard->index, shard->count);
    *resume = sb_run_folder_holds(dir.data);
    return dir.data;
}

/* Shards are for folders that machines share; and some folders are no place for a database. */
static bool wants_scratch(const sb_campaign *c, const char *dir)
{
    const char *obstacle = sb_rundb_obstacle(dir);
    if (obstacle)
        sb_info("%s: %s", dir, obstacle);
    return obstacle || c->scope.shard.count;
}

static void tell_scratch(sb_rundb *db)
{
    if (db && sb_rundb_scratch(db))
        sb_info("the database is written in %s, and copied to %s regularly and at the end",
                sb_rundb_scratch(db), sb_rundb_folder(db));
}

static sb_rundb *create_database(const sb_campaign *c, const char *dir, const char *identity,
                                 sb_error *error)
{
    char *database = sb_path_join(dir, "run.db");
    bool fresh = access(database, F_OK) != 0;
    free(database);
    if ((fresh && sb_results_check_none(dir, error) < 0) || sb_folder_make(dir, error) < 0)
        return NULL;
    char *provenance = sb_account_provenance(&c->account, &c->scope, &c->machine, false);
    sb_rundb *db = wants_scratch(c, dir)
                       ? sb_rundb_create_in_scratch(dir, identity, provenance, error)
                       : sb_rundb_create(dir, identity, provenance, error);
    free(provenance);
    return db;
}

/* Is it the same sweep? If not, says where the configurations differ. */
static int check_same(sb_rundb *db, const sb_campaign *c, const char *identity, sb_error *error)
{
    char *differs = sb_provenance_compare_source(c->account.earlier, c->scope.config.source);
    char *command = sb_provenance_command(c->account.earlier);
    int rc = SB_OK;
    if (differs)
        rc = sb_fail(error,
                     "the run in %s has another configuration (%s): use the options that it was "
                     "started with (%s), or start a new run in another folder",
                     sb_rundb_folder(db), differs, command);
    else
        rc = sb_rundb_same_identity(db, identity, error);
    free(differs);
    free(command);
    return rc;
}

/* Restores the account from the provenance of the run. */
static sb_rundb *reopen_database(sb_campaign *c, const char *dir, const char *identity,
                                 sb_error *error)
{
    sb_rundb *db = wants_scratch(c, dir) ? sb_rundb_open_in_scratch(dir, error)
                                         : sb_rundb_open(dir, true, error);
    if (db && (c->account.earlier = sb_rundb_provenance(db, error)) &&
        check_same(db, c, identity, error) == SB_OK)
        return db;
    sb_rundb_close(db);
    return NULL;
}

static sb_rundb *open_database(sb_campaign *c, const char *dir, bool resume, sb_error *error)
{
    char *identity = sb_account_identity(&c->scope, &c->machine);
    sb_rundb *db = resume ? reopen_database(c, dir, identity, error)
                          : create_database(c, dir, identity, error);
    free(identity);
    tell_scratch(db);
    return db;
}

static int write_provenance(const sb_campaign *campaign, sb_rundb *db, const char *dir,
                            bool complete, sb_error *error)
{
    char *json =
        sb_account_provenance(&campaign->account, &campaign->scope, &campaign->machine, complete);
    int rc = sb_rundb_set_provenance(db, json, error);
    if (rc == SB_OK)
        rc = sb_provenance_write(json, dir, error);
    free(json);
    return rc;
}

/* Writes everything that is made from the database, and the text of the answer. */
static int write_outputs(const sb_campaign *campaign, sb_rundb *db, const char *dir, bool complete,
                         sb_error *error)
{
    const sb_output_options options = { .formats = campaign->scope.config.report };
    /* A scheduler that stops a task does not wait; and a shard's figures would be incomplete. */
    const bool drawn = complete && !campaign->scope.shard.count;
    int rc = write_provenance(campaign, db, dir, complete, error);
    if (rc == SB_OK)
        rc = sb_results_write_csv(db, dir, error);
    if (rc == SB_OK && drawn)
        rc = sb_outputs_draw(db, dir, &options, error);
    if (rc >= 0 && drawn) /* again: the page names the gnuplot that drew the figures */
        rc = write_provenance(campaign, db, dir, true, error);
    return rc < 0 ? rc : sb_outputs_tell(db, dir, drawn ? &options : NULL, error);
}

static int print_results(const sb_campaign *campaign, sb_rundb *db, bool verbose,
                         sb_summary_counts *counts, sb_error *error)
{
    int rc = sb_summary_print(db, verbose, counts, error);
    if (rc == SB_OK && verbose)
        rc = sb_ranking_print(db, stdout, error);
    if (rc == SB_OK && verbose)
        rc = sb_steps_print(db, error);
    if (rc == SB_OK && verbose)
        rc = sb_contests_print(db, &campaign->machine.topology,
                               campaign->scope.config.measure.confidence,
                               campaign->scope.config.measure.seed, error);
    return rc;
}

static int run_sequences(sb_campaign *campaign, sb_rundb *db, sb_error *error)
{
    sb_time_spent *spent = &campaign->account.spent;
    const int64_t start = sb_now_ns();
    const int rc = sb_sequences_run(campaign, db, error);
    spent->sequences = sb_now_ns() - start;
    spent->wall += spent->sequences;
    return rc;
}

/* Output of plugins that is not shown is stored beside the results. */
static int sweep_with_log(sb_campaign *campaign, sb_rundb *db, const char *dir, sb_error *error)
{
    char *log = sb_path_join(dir, "plugins.log");
    campaign->plugin_log = log;
    int rc = sb_sweep_run(campaign, db, error);
    if (rc == SB_OK)
        rc = run_sequences(campaign, db, error);
    campaign->plugin_log = NULL;
    free(log);
    return rc;
}

/* Faults in sequence, of kernels that are right alone; negative on error. */
static int count_sequence_faults(sb_rundb *db, sb_error *error)
{
    sb_sequence_list list;
    const int rc = sb_rundb_sequences(db, &list, error);
    const int count = (int)list.fault_count;
    sb_sequence_list_free(&list);
    return rc < 0 ? rc : count;
}

/* A user who installs a plugin expects its rows. Returns whether any plugin was refused. */
static bool tell_refused(const sb_plugin_list *plugins)
{
    size_t refused = 0;
    for (size_t i = 0; i < plugins->count; i++)
        refused += plugins->plugins[i].problem && !plugins->plugins[i].absence;
    if (refused)
        sb_info("%zu plugin%s refused; the warnings above say why", refused,
                refused == 1 ? " was" : "s were");
    return refused > 0;
}

int sb_run_into(sb_campaign *campaign, const char *dir, const sb_run_manner *manner, bool *faults,
                sb_error *error)
{
    sb_rundb *db = open_database(campaign, dir, manner->resume, error);
    sb_summary_counts counts = { 0 };
    sb_error swept_error = { "" };
    if (!db)
        return SB_FAILED;
    sb_doubts_tell_before(campaign);
    int swept = sweep_with_log(campaign, db, dir, &swept_error);
    if (swept == SB_OK)
        sb_doubts_tell_after(campaign, db);
    int rc = write_outputs(campaign, db, dir, swept == SB_OK, error);
    if (rc == SB_OK)
        rc = print_results(campaign, db, manner->verbose, &counts, error);
    const int in_sequence = rc == SB_OK ? count_sequence_faults(db, error) : rc;
    rc = in_sequence < 0 ? in_sequence : sb_rundb_keep(db, 0, error);
    sb_rundb_close(db);
    if (rc < 0 && swept < 0 && swept != SB_INTERRUPTED)
        *error = swept_error; /* the first one */
    if (rc < 0)
        return rc;
    if (swept == SB_INTERRUPTED)
        sb_account_tell_resume(&campaign->account, manner->told ? manner->told : dir);
    if (swept < 0) {
        *error = swept_error;
        return swept;
    }
    sb_info("%zu measurement%s ok, %zu failed, %zu do not apply; see %s", counts.ok,
            counts.ok == 1 ? " is" : "s are", counts.failed, counts.unsupported, dir);
    *faults = counts.failed > 0 || in_sequence > 0 || tell_refused(&campaign->scope.plugins);
    return SB_OK;
}
