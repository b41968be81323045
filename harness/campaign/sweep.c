/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/sweep.h"

#include "campaign/progress.h"
#include "campaign/winners.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* State shared by the groups while they are measured. */
typedef struct sweep {
    const sb_scope *scope;
    const sb_topology *topology;
    sb_measure_options options;
    sb_session *session;
    sb_winners winners;
    sb_rundb *db;
    sb_account *account;
    char *conditions; /* that all groups are measured under; owned */
    int64_t most_threads;
    sb_crowd before; /* the layer that is measured */
    sb_progress progress;
} sweep;

/* The candidates; those that were tuned for the layer and thread count have the winners'
 * parameters. */
static int line_up(sweep *s, const sb_layer *layer, sb_lineup *lineup, sb_error *error)
{
    const sb_candidates *all = &s->scope->candidates;
    sb_candidate *candidates = sb_new(all->count, sizeof *candidates);
    memcpy(candidates, all->items, all->count * sizeof *candidates);
    lineup->candidates = candidates;
    lineup->count = all->count;
    return sb_winners_apply(&s->winners, s->session, &s->scope->config, layer, lineup->threads,
                            candidates, all->count, error);
}

static void add_spent(sb_time_spent *spent, const sb_group *group)
{
    spent->planning += group->plan_ns;
    spent->reference += group->reference_ns;
    spent->verification += group->verify_ns;
    spent->sampling += group->sample_ns;
    spent->idle += group->idle_ns;
}

/* The part of a layer that remains to be measured. */
typedef struct share {
    size_t layer;
    size_t *threads; /* positions in the scope's list */
    sb_lineup *lineups;
    size_t count;
} share;

/* A shared folder may be out of reach for a while; the results are safe where they are. */
static void keep_results(sb_rundb *db)
{
    const int64_t pause_ns = INT64_C(30) * 1000000000;
    sb_error why = { "" };
    if (sb_rundb_keep(db, pause_ns, &why) < 0)
        sb_warn("%s: results stay in %s until they can be copied", why.text, sb_rundb_scratch(db));
}

static void note_narrow(sb_narrow *narrow, const sb_group *group)
{
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (!result->threads_ran || narrow->count++)
            continue;
        narrow->threads = group->threads;
        narrow->threads_ran = result->threads_ran;
        snprintf(narrow->first, sizeof narrow->first, "%s on %s", result->label,
                 group->layer->name);
    }
}

/* The conditions of the groups just measured, whose workers are stopped; free() them. */
static char *describe_conditions(sweep *s, size_t groups)
{
    sb_text text = { 0 };
    const sb_crowd before = s->before;
    sb_crowd_read(s->topology, s->most_threads, &s->before);
    const sb_crowd *company = s->before.count ? &s->before : &before;
    sb_text_add_bytes(&text, s->conditions, strlen(s->conditions)); /* maybe empty, but there */
    if (!company->count)
        return text.data;
    sb_text_add(&text, "%s%s computed on the same cores", text.length ? "; " : "",
                company->sepbench ? "another sepbench" : "other processes");
    s->account->company = *company;
    s->account->groups_in_company += (int64_t)groups;
    return text.data;
}

static int put_groups(sweep *s, const share *of, sb_group *groups, sb_error *error)
{
    char *conditions = describe_conditions(s, of->count);
    for (size_t i = 0; i < of->count; i++) {
        groups[i].conditions = conditions;
        groups[i].position = sb_scope_position(s->scope, of->layer, of->threads[i]);
        add_spent(&s->account->spent, &groups[i]);
        note_narrow(&s->account->narrow, &groups[i]);
    }
    const int rc = sb_rundb_put_all(s->db, groups, of->count, error);
    free(conditions);
    if (rc < 0)
        return SB_FAILED;
    keep_results(s->db);
    return SB_OK;
}

/* Measured with these numbers of threads in the same rounds. */
static int measure_share(sweep *s, const share *of, sb_error *error)
{
    const sb_layer *layer = &s->scope->config.layers[of->layer];
    sb_group *groups = sb_new(of->count, sizeof *groups);
    int rc = SB_OK;
    for (size_t i = 0; i < of->count && rc == SB_OK; i++)
        rc = line_up(s, layer, &of->lineups[i], error);
    if (rc == SB_OK)
        rc =
            sb_measure_layer(s->session, layer, of->lineups, of->count, &s->options, groups, error);
    if (rc == SB_OK) {
        rc = put_groups(s, of, groups, error);
        for (size_t i = 0; i < of->count; i++)
            sb_group_free(&groups[i]);
    }
    for (size_t i = 0; i < of->count; i++)
        free((sb_candidate *)(uintptr_t)of->lineups[i].candidates);
    free(groups);
    return rc;
}

/* The numbers of threads for this process that the database does not have. */
static int find_missing(sweep *s, share *of, sb_error *error)
{
    const sb_scope *scope = s->scope;
    for (size_t t = 0; t < scope->thread_count; t++) {
        if (!sb_scope_holds(scope, of->layer, t))
            continue;
        int held =
            sb_rundb_has(s->db, scope->config.layers[of->layer].name, scope->threads[t], error);
        if (held < 0)
            return held;
        s->progress.skipped += (size_t)held;
        s->progress.done += (size_t)held;
        s->account->groups_held += held;
        if (held)
            continue;
        of->threads[of->count] = t;
        of->lineups[of->count++].threads = scope->threads[t];
    }
    return SB_OK;
}

static int run_layer(sweep *s, size_t layer, sb_error *error)
{
    const size_t most = s->scope->thread_count;
    share of = {
        .layer = layer,
        .threads = sb_new(most, sizeof *of.threads),
        .lineups = sb_new(most, sizeof *of.lineups),
    };
    s->progress.group = s->scope->config.layers[layer].name;
    int rc = find_missing(s, &of, error);
    if (rc == SB_OK && of.count > 0)
        rc = measure_share(s, &of, error);
    if (rc == SB_OK)
        s->progress.done += of.count;
    free(of.threads);
    free(of.lineups);
    return rc;
}

static int run_layers(sweep *s, sb_error *error)
{
    int rc = SB_OK;
    for (size_t l = 0; l < s->scope->config.layer_count && rc == SB_OK; l++)
        rc = run_layer(s, l, error);
    return rc;
}

int sb_sweep_run(sb_campaign *c, sb_rundb *db, sb_error *error)
{
    sweep s = {
        .scope = &c->scope,
        .topology = &c->machine.topology,
        .db = db,
        .account = &c->account,
        .most_threads = sb_scope_most_threads(&c->scope),
    };
    if (sb_winners_start(&s.winners, c->scope.config.tuned, &c->machine.topology, &c->machine.cpu,
                         error) < 0)
        return SB_FAILED;
    sb_machine_find_peaks(&c->machine);
    s.conditions = sb_conditions_doubts(&c->machine.topology, &c->machine.conditions);
    const sb_session_options session = sb_campaign_session(c);
    s.session = sb_session_open(&session);
    s.options = sb_campaign_measuring(c);
    s.options.progress = sb_progress_tell;
    s.options.context = &s.progress;
    sb_progress_start(&s.progress, &c->watch, sb_scope_count_groups(&c->scope));
    sb_crowd_read(s.topology, s.most_threads, &s.before);
    int rc = run_layers(&s, error);
    sb_progress_end(&s.progress);
    sb_session_ask_libraries(s.session, &c->scope.plugins);
    sb_session_close(s.session);
    sb_winners_end(&s.winners);
    free(s.conditions);
    c->account.spent.wall = sb_now_ns() - c->account.started_ns;
    return rc;
}
