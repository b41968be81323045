/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/campaign.h"

#include "campaign/lasting_notes.h"
#include "campaign/sharing.h"
#include "core/log.h"
#include "measure/attach.h"

static void warn_of_missing_powers(const sb_conditions *c)
{
    for (int i = 0; i < SB_POWERS; i++)
        if (!c->powers[i])
            sb_warn("%s", sb_power_price((sb_power)i));
}

/* Fails where no kernel matches. */
static int choose_attached(sb_campaign *campaign, const char *pattern, sb_error *error)
{
    const sb_candidates *all = &campaign->scope.candidates;
    campaign->attach = pattern;
    for (size_t i = 0; pattern && i < all->count; i++)
        if (sb_attach_matches(pattern, all->items[i].plugin, all->items[i].kernel))
            return SB_OK;
    if (!pattern)
        return SB_OK;
    return sb_fail(error, "no measured kernel matches '%s'; sepbench run --dry-run lists them",
                   pattern);
}

int sb_campaign_open(const sb_scope_options *options, const sb_account *account,
                     const sb_watch *watch, sb_campaign *campaign, sb_error *error)
{
    *campaign = (sb_campaign) { .account = *account, .watch = *watch };
    if (sb_scope_open(options, &campaign->machine, &campaign->scope, error) < 0)
        return SB_FAILED;
    warn_of_missing_powers(&campaign->machine.conditions);
    sb_topology_prefer_node(&campaign->machine.topology);
    if (sb_share_take(&campaign->scope, options->shard, options->weights, error) == SB_OK &&
        choose_attached(campaign, options->attach, error) == SB_OK) {
        sb_lasting_notes_recall(&campaign->machine.topology, &campaign->scope.plugins);
        return SB_OK;
    }
    sb_scope_close(&campaign->scope);
    return SB_FAILED;
}

void sb_campaign_close(sb_campaign *campaign)
{
    sb_lasting_notes_keep(&campaign->machine.topology, &campaign->scope.plugins);
    sb_scope_close(&campaign->scope);
    sb_account_end(&campaign->account);
}

/* Twice the last-level cache, so that no part of a tensor remains in it. */
static uint64_t evict_bytes(const sb_topology *t)
{
    uint64_t cache = t->l3_bytes ? t->l3_bytes : t->l2_bytes;
    return cache ? 2 * cache : UINT64_C(64) << 20;
}

sb_measure_options sb_campaign_measuring(const sb_campaign *c)
{
    const sb_config *config = &c->scope.config;
    return (sb_measure_options) {
        .confidence = config->measure.confidence,
        .precision = config->measure.precision,
        .estimator = config->measure.estimator,
        .min_samples = config->measure.min_samples,
        .processes = config->measure.processes,
        .max_time_ns = config->measure.max_time_ns,
        .cache = config->measure.cache,
        .seed = config->measure.seed,
        .peaks = c->machine.have_peaks ? &c->machine.peaks : NULL,
        .evict_bytes = evict_bytes(&c->machine.topology),
        .reference_threads = sb_max_threads(&c->machine.topology),
    };
}

sb_session_options sb_campaign_session(const sb_campaign *c)
{
    return (sb_session_options) {
        .topology = &c->machine.topology,
        .timeout_ns = c->scope.config.measure.timeout_ns,
        .stop = c->watch.stop,
        .plugin_log = c->plugin_log,
        .attach = c->attach,
    };
}
