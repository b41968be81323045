/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan.h"

#include "campaign/estimate.h"
#include "core/log.h"
#include "core/table.h"

#include <inttypes.h>

static void tell_plan(const sb_campaign *campaign, size_t measurements)
{
    const size_t states = campaign->scope.config.measure.cache_count;
    sb_peaks peaks;
    char time[SB_ESTIMATE_TEXT];
    const bool known = sb_peaks_recall(&campaign->machine.topology, &peaks);
    const int64_t ns =
        sb_estimate_scope_ns(&campaign->scope, known ? &peaks : NULL) * (int64_t)states;
    sb_estimate_text(ns, time);
    sb_info("%zu groups, %zu measurements%s; nothing was run",
            sb_scope_count_groups(&campaign->scope), measurements,
            states > 1 ? ", in each state of the caches" : "");
    sb_info("a run would take %s: less if kernels do not apply, or reach the precision "
            "before measure.max_time",
            time);
    if (!known)
        sb_info("the machine's peaks are not known yet, so this is for a typical machine; sepbench "
                "machine measures them");
}

void sb_plan_show(const sb_campaign *campaign)
{
    const sb_scope *scope = &campaign->scope;
    sb_table table = { 0 };
    sb_table_start(&table,
                   (const char *const[]) { "layer", ">threads", "operation", "kernel", NULL });
    for (size_t l = 0; l < scope->config.layer_count; l++)
        for (size_t t = 0; t < scope->thread_count; t++)
            for (size_t c = 0; c < scope->candidates.count; c++) {
                const sb_candidate *candidate = &scope->candidates.items[c];
                sb_operation op = candidate->operation;
                if (!scope->config.layers[l].operations[op] || !sb_scope_holds(scope, l, t))
                    continue;
                sb_table_cell(&table, "%s", scope->config.layers[l].name);
                sb_table_cell(&table, "%" PRId64, scope->threads[t]);
                sb_table_cell(&table, "%s", sb_operation_name(op));
                sb_table_cell(&table, "%s", candidate->label);
            }
    sb_table_print(&table, stdout);
    tell_plan(campaign, sb_table_rows(&table));
    sb_table_free(&table);
}
