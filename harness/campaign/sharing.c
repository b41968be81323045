/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/sharing.h"

#include "campaign/estimate.h"
#include "core/log.h"
#include "core/text.h"
#include "store/rundb.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* The longest shard over the mean beyond which the threads of a layer are split. */
#define MOST_UNEQUAL 1.05

/* The times of all groups, layer by layer. */
typedef struct times {
    const sb_scope *scope;
    int64_t *ns;
    size_t count, known;        /* groups, and those with a weight */
    double measured, estimated; /* sums over these */
    bool *is_known;
} times;

static void estimate_times(times *t)
{
    const sb_scope *s = t->scope;
    for (size_t i = 0; i < t->count; i++)
        t->ns[i] = sb_estimate_group_ns(s, &s->config.layers[i / s->thread_count],
                                        s->threads[i % s->thread_count], NULL);
}

static int note_weight(const sb_group *group, void *context, sb_error *error)
{
    times *t = context;
    const sb_scope *s = t->scope;
    (void)error;
    for (size_t i = 0; i < t->count; i++) {
        if (t->is_known[i] || group->threads != s->threads[i % s->thread_count] ||
            strcmp(group->layer->name, s->config.layers[i / s->thread_count].name) != 0)
            continue;
        t->measured += (double)group->wall_ns;
        t->estimated += (double)t->ns[i];
        t->ns[i] = group->wall_ns;
        t->is_known[i] = true;
        t->known++;
    }
    return SB_OK;
}

/* Unknown times are estimated, on the scale of the known ones. */
static void scale_unknown(times *t)
{
    const double ratio = t->estimated > 0 ? t->measured / t->estimated : 1;
    for (size_t i = 0; i < t->count; i++)
        if (!t->is_known[i])
            t->ns[i] = (int64_t)((double)t->ns[i] * ratio);
}

static int weigh_times(times *t, const char *dir, sb_error *error)
{
    sb_rundb *db = sb_rundb_open(dir, false, error);
    if (!db)
        return sb_fail_within(error, "--weights");
    t->is_known = sb_new(t->count, sizeof *t->is_known);
    int rc = sb_rundb_visit(db, false, note_weight, t, error);
    sb_rundb_close(db);
    if (rc == SB_OK && t->known == 0)
        rc = sb_fail(error, "--weights %s: that run has no group of this configuration", dir);
    scale_unknown(t);
    free(t->is_known);
    return rc;
}

static double most_unequal(const times *t, int64_t shards, const int64_t *owners)
{
    double *loads = sb_new((size_t)shards, sizeof *loads);
    double most = 0, sum = 0;
    for (size_t i = 0; i < t->count; i++) {
        double *load = &loads[owners[i] - 1];
        *load += (double)t->ns[i];
        sum += (double)t->ns[i];
        most = *load > most ? *load : most;
    }
    free(loads);
    return sum > 0 ? most / (sum / (double)shards) : 1;
}

static void deal_layers(const times *t, int64_t shards, int64_t *owners)
{
    const sb_scope *s = t->scope;
    const size_t layers = s->config.layer_count, threads = s->thread_count;
    int64_t *sums = sb_new(layers, sizeof *sums), *taken = sb_new(layers, sizeof *taken);
    for (size_t i = 0; i < t->count; i++)
        sums[i / threads] += t->ns[i];
    sb_shard_deal(sums, layers, shards, taken);
    for (size_t i = 0; i < t->count; i++)
        owners[i] = taken[i / threads];
    free(sums);
    free(taken);
}

static char *hash_weights(const times *t)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%016" PRIx64, (uint64_t)XXH3_64bits(t->ns, t->count * sizeof *t->ns));
    return text.data;
}

static void tell_share(const times *t, sb_scope *scope)
{
    size_t groups = 0;
    for (size_t i = 0; i < t->count; i++)
        if (scope->owners[i] == scope->shard.index) {
            groups++;
            scope->share_ns += t->ns[i];
        }
    sb_info("shard %" PRId64 " of %" PRId64 ": %zu of %zu groups, %s %.0f s", scope->shard.index,
            scope->shard.count, groups, t->count, scope->weights ? "which took about" : "estimated",
            (double)scope->share_ns / 1e9);
    if (groups == 0)
        sb_warn("shard %" PRId64 " of %" PRId64 " has nothing to do: there are only %zu groups",
                scope->shard.index, scope->shard.count, t->count);
}

/* The deal: the owner of each group. Owned by the caller. */
static int64_t *deal_groups(const times *t, int64_t shards)
{
    int64_t *owners = sb_new(t->count, sizeof *owners);
    deal_layers(t, shards, owners);
    if (most_unequal(t, shards, owners) > MOST_UNEQUAL)
        sb_shard_deal(t->ns, t->count, shards, owners);
    return owners;
}

static times new_times(const sb_scope *scope)
{
    times t = { .scope = scope, .count = scope->config.layer_count * scope->thread_count };
    t.ns = sb_new(t.count, sizeof *t.ns);
    estimate_times(&t);
    return t;
}

int sb_share_take(sb_scope *scope, const char *shard, const char *weights, sb_error *error)
{
    if (sb_shard_parse(shard, &scope->shard, error) < 0)
        return SB_FAILED;
    if (!scope->shard.count)
        return weights ? sb_fail(error, "--weights requires --shard") : SB_OK;
    times t = new_times(scope);
    int rc = weights ? weigh_times(&t, weights, error) : SB_OK;
    if (rc == SB_OK) {
        scope->owners = deal_groups(&t, scope->shard.count);
        scope->weights = weights ? hash_weights(&t) : NULL;
        tell_share(&t, scope);
    }
    free(t.ns);
    return rc;
}

int64_t sb_share_longest_ns(const sb_scope *scope, int64_t shards)
{
    times t = new_times(scope);
    int64_t *owners = deal_groups(&t, shards), *loads = sb_new((size_t)shards, sizeof *loads);
    int64_t longest = 0;
    for (size_t i = 0; i < t.count; i++) {
        int64_t *load = &loads[owners[i] - 1];
        *load += t.ns[i];
        longest = *load > longest ? *load : longest;
    }
    free(owners);
    free(loads);
    free(t.ns);
    return longest;
}
