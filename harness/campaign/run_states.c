/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/run_states.h"

#include "campaign/run_folder.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct run_job {
    const sb_run_request *request;
    const sb_campaign *campaign;
    const char *dir; /* that holds the states' folders */
    bool *faults;
} run_job;

static int sweep_into(const run_job *job, sb_campaign *campaign, const char *dir, bool resume,
                      const char *told, sb_error *error)
{
    const sb_run_manner manner = { .resume = resume,
                                   .told = told,
                                   .verbose = job->request->verbose };
    bool faults = false;
    int rc = sb_run_into(campaign, dir, &manner, &faults, error);
    *job->faults |= faults;
    return rc;
}

/* The settings and one more; free() the list. */
static const char **add_setting(const char *const *settings, const char *more)
{
    size_t count = 0;
    while (settings[count])
        count++;
    const char **list = sb_new(count + 2, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = settings[i];
    list[count] = more;
    return list;
}

static int run_state(const run_job *job, sb_cache_mode state, sb_error *error)
{
    const char *name = sb_cache_mode_name(state);
    sb_text setting = { 0 };
    sb_text_add(&setting, "measure.cache=%s", name);
    const char **settings = add_setting(job->request->scope->settings, setting.data);
    sb_scope_options options = *job->request->scope;
    options.settings = settings;
    const sb_account *first = &job->campaign->account;
    const sb_account account = sb_account_start(first->argc, first->argv);
    char *path = sb_path_join(job->dir, name);
    sb_campaign campaign;
    int rc = sb_campaign_open(&options, &account, &job->campaign->watch, &campaign, error);
    if (rc == SB_OK) {
        sb_info("caches: %s", name);
        printf("Caches: %s\n\n", name);
        rc = sweep_into(job, &campaign, path, job->request->resume && sb_run_folder_holds(path),
                        job->dir, error);
        sb_campaign_close(&campaign);
    }
    free(path);
    free(settings);
    sb_text_free(&setting);
    return rc;
}

static int run_each_state(const run_job *job, sb_error *error)
{
    const sb_config *config = &job->campaign->scope.config;
    int rc = SB_OK;
    for (size_t i = 0; i < config->measure.cache_count && rc == SB_OK; i++) {
        if (i)
            printf("\n");
        rc = run_state(job, config->measure.caches[i], error);
    }
    return rc;
}

int sb_run_states(sb_campaign *campaign, const sb_run_request *request, bool *faults,
                  sb_error *error)
{
    const sb_config *config = &campaign->scope.config;
    const bool several = config->measure.cache_count > 1;
    bool resume = request->resume;
    *faults = false;
    if (several && request->scope->shard)
        return sb_fail(error, "shards need a single cache state: --set measure.cache=%s",
                       sb_cache_mode_name(config->measure.cache));
    char *dir = sb_run_folder_choose(campaign, request->out, &resume, error);
    if (!dir)
        return SB_FAILED;
    const run_job job = { request, campaign, dir, faults };
    int rc = several ? run_each_state(&job, error)
                     : sweep_into(&job, campaign, dir, resume, NULL, error);
    free(dir);
    return rc;
}
