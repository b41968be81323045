/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/doubts.h"

#include "core/log.h"

#include <inttypes.h>

#define MUCH_LOAD 0.5 /* load beyond the run's own */

void sb_doubts_tell_before(const sb_campaign *campaign)
{
    const double load = campaign->machine.conditions.load;
    if (load > MUCH_LOAD)
        sb_warn("the load average is %.2f before the run: something else uses the machine; stop "
                "it, or wait: measuring takes longer and proves less",
                load);
}

static int64_t most_threads(const sb_scope *scope)
{
    int64_t most = 1;
    for (size_t i = 0; i < scope->thread_count; i++)
        most = scope->threads[i] > most ? scope->threads[i] : most;
    return most;
}

static void tell_load(const sb_campaign *campaign)
{
    const double own = (double)most_threads(&campaign->scope);
    sb_conditions after;
    sb_conditions_read(&campaign->machine.topology, &after);
    if (after.load > own + MUCH_LOAD)
        sb_warn("the load average is %.2f after the run, whose own threads make %.0f of it at "
                "most: something else used the machine",
                after.load, own);
}

typedef struct counts {
    size_t times, wide_times, speedups, wide_speedups;
} counts;

static int count_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    counts *c = context;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (result->verdict != SB_VERDICT_OK || !result->summary.count)
            continue;
        c->times++;
        c->wide_times += !sb_determined(result->time.low, result->time.high);
    }
    for (size_t i = 0; i < group->speedup_count; i++) {
        const sb_interval *measured = &group->speedups[i].measured;
        c->speedups++;
        c->wide_speedups += !sb_determined(measured->low, measured->high);
    }
    return SB_OK;
}

static void tell_wide(size_t wide, size_t all, const char *what)
{
    if (wide)
        sb_warn("%zu of %zu %s are not determined: their intervals are wider than a factor of "
                "1.5; they are marked, and left out of means",
                wide, all, what);
}

void sb_doubts_tell_after(const sb_campaign *campaign, sb_rundb *db)
{
    counts c = { 0 };
    sb_error ignored;
    tell_load(campaign);
    if (sb_rundb_visit(db, false, count_group, &c, &ignored) < 0)
        return; /* any error here is reported when the CSV files are written */
    tell_wide(c.wide_times, c.times, "times");
    tell_wide(c.wide_speedups, c.speedups, "speedups");
}
