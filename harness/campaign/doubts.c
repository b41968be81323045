/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/doubts.h"

#include "core/log.h"
#include "core/text.h"
#include "machine/crowd.h"

#include <inttypes.h>

#define MUCH_LOAD 0.5 /* load beyond the run's own */

void sb_doubts_tell_before(const sb_campaign *campaign)
{
    const double load = campaign->machine.conditions.load;
    sb_crowd crowd;
    sb_crowd_read(&campaign->machine.topology, sb_scope_most_threads(&campaign->scope), &crowd);
    if (crowd.sepbench)
        sb_warn("another sepbench is measuring on the same cores: %s; each makes the times of the "
                "other longer and less sure: stop one, wait, or choose other cores with 'cores'",
                crowd.names);
    else if (crowd.count)
        sb_warn("other processes compute on the cores that are measured: %s; stop them, wait, or "
                "choose other cores with 'cores'",
                crowd.names);
    if (load > MUCH_LOAD)
        sb_warn("the load average is %.2f before the run: other processes use the machine, so "
                "measuring takes longer and is less precise; stop them, or wait",
                load);
}

static void tell_load(const sb_campaign *campaign)
{
    const double own = (double)sb_scope_most_threads(&campaign->scope);
    sb_conditions after;
    sb_conditions_read(&campaign->machine.topology, &after);
    if (after.load > own + MUCH_LOAD)
        sb_warn("the load average is %.2f after the run, whose own threads account for at most "
                "%.0f of it: other processes used the machine",
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

static void tell_company(const sb_account *account, size_t groups)
{
    if (account->groups_in_company)
        sb_warn("other processes computed on the same cores during %" PRId64
                " of %zu measurements of a layer, most recently %s; the column 'conditions' of "
                "results.csv says which",
                account->groups_in_company, groups, account->company.names);
}

static void tell_narrow(const sb_narrow *narrow)
{
    if (narrow->count)
        sb_warn("%" PRId64 " result%s of kernels that use all threads computed on fewer than the "
                "row%s: first %s, on %" PRId64 " of %" PRId64
                "; 'detail' in results.csv says which",
                narrow->count, sb_plural(narrow->count), narrow->count == 1 ? " says" : "s say",
                narrow->first, narrow->threads_ran, narrow->threads);
}

void sb_doubts_tell_after(const sb_campaign *campaign, sb_rundb *db)
{
    counts c = { 0 };
    sb_error ignored;
    tell_load(campaign);
    tell_company(&campaign->account, sb_scope_count_groups(&campaign->scope));
    tell_narrow(&campaign->account.narrow);
    if (sb_rundb_visit(db, false, count_group, &c, &ignored) < 0)
        return; /* any error here is reported when the CSV files are written */
    tell_wide(c.wide_times, c.times, "times");
    tell_wide(c.wide_speedups, c.speedups, "speedups");
}
