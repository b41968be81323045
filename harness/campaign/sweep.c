/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/sweep.h"

#include "campaign/progress.h"
#include "campaign/winners.h"
#include "core/clock.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* What the groups share while they are measured. */
typedef struct sweep {
    const sb_scope *scope;
    sb_measure_options options;
    sb_session *session;
    sb_winners winners;
    sb_rundb *db;
    sb_account *account;
    sb_progress progress;
} sweep;

/* Measures the candidates, those that were tuned for the group with the winners' parameters. */
static int measure_group(sweep *s, const sb_layer *layer, int64_t threads, sb_group *group,
                         sb_error *error)
{
    const sb_candidates *all = &s->scope->candidates;
    sb_candidate *candidates = sb_new(all->count, sizeof *candidates);
    memcpy(candidates, all->items, all->count * sizeof *candidates);
    int rc = sb_winners_apply(&s->winners, s->session, &s->scope->config, layer, threads,
                              candidates, all->count, error);
    if (rc == SB_OK)
        rc = sb_measure_group(s->session, layer, threads, candidates, all->count, &s->options,
                              group, error);
    free(candidates);
    return rc;
}

static void add_spent(sb_time_spent *spent, const sb_group *group)
{
    spent->planning += group->plan_ns;
    spent->reference += group->reference_ns;
    spent->verification += group->verify_ns;
    spent->sampling += group->sample_ns;
    spent->idle += group->idle_ns;
}

/* Measures one group and puts it; one that is held already is passed over. */
static int run_group(sweep *s, size_t number, size_t thread, sb_error *error)
{
    const sb_layer *layer = &s->scope->config.layers[number];
    const int64_t threads = s->scope->threads[thread];
    int held = sb_rundb_has(s->db, layer->name, threads, error);
    if (held != 0) {
        s->progress.skipped++;
        s->account->groups_held += held > 0;
        return held < 0 ? held : SB_OK;
    }
    sb_group group;
    s->progress.group = layer->name;
    int rc = measure_group(s, layer, threads, &group, error);
    if (rc < 0)
        return rc;
    add_spent(&s->account->spent, &group);
    group.position = sb_scope_position(s->scope, number, thread);
    rc = sb_rundb_put(s->db, &group, error);
    sb_group_free(&group);
    return rc < 0 ? rc : SB_OK;
}

static int run_groups(sweep *s, sb_error *error)
{
    int rc = SB_OK;
    for (size_t l = 0; l < s->scope->config.layer_count && rc == SB_OK; l++)
        for (size_t t = 0; t < s->scope->thread_count && rc == SB_OK; t++) {
            if (!sb_scope_holds(s->scope, l, t))
                continue;
            rc = run_group(s, l, t, error);
            s->progress.done += rc == SB_OK;
        }
    return rc;
}

int sb_sweep_run(sb_campaign *c, sb_rundb *db, sb_error *error)
{
    sweep s = { .scope = &c->scope, .db = db, .account = &c->account };
    if (sb_winners_start(&s.winners, c->scope.config.tuned, &c->machine.topology, &c->machine.cpu,
                         error) < 0)
        return SB_FAILED;
    sb_machine_find_peaks(&c->machine);
    const sb_session_options session = sb_campaign_session(c);
    s.session = sb_session_open(&session);
    s.options = sb_campaign_measuring(c);
    s.options.progress = sb_progress_tell;
    s.options.context = &s.progress;
    sb_progress_start(&s.progress, &c->watch, sb_scope_count_groups(&c->scope));
    int rc = run_groups(&s, error);
    sb_progress_end(&s.progress);
    sb_session_close(s.session);
    sb_winners_end(&s.winners);
    c->account.spent.wall = sb_now_ns() - c->account.started_ns;
    return rc;
}
