/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench merge: combines the shards of a run. */
#include "store/merge.h"
#include "cli/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "store/results_csv.h"

#include <stdlib.h>
#include <string.h>

typedef struct merge_options {
    const char *out, *prefer;
    bool partial;
} merge_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(merge_options, out), "DIR",
      "the folder of the merged run; an existing one is extended" },
    { "prefer", 0, SB_OPTION_TEXT, offsetof(merge_options, prefer), "newest",
      "of two results for a group, keep the newer" },
    { "partial", 0, SB_OPTION_FLAG, offsetof(merge_options, partial), NULL,
      "merge even if shards are missing, unfinished or damaged" },
    { 0 },
};

enum { MOST_MACHINES = 64 };
#define AGREED  1.1 /* nodes of one model that differ by more are not the same machine */

#define UNEQUAL 1.25 /* the longest shard over the shortest, from which on advice is given */

/* Means and speedups are formed within a machine; warns if its nodes differ. */
static int tell_agreements(sb_rundb *db, sb_error *error)
{
    sb_agreement agreements[MOST_MACHINES];
    int count = sb_merge_agreements(db, agreements, MOST_MACHINES, error);
    for (int i = 0; i < count; i++) {
        const sb_agreement *a = &agreements[i];
        if (a->shards > 1)
            sb_info("%s: the peaks of %zu shards differ by at most %.1f %% (arithmetic) and %.1f "
                    "%% (memory)",
                    a->machine, a->shards, 100 * (a->gflops - 1), 100 * (a->gbytes - 1));
        if (a->shards > 1 && (a->gflops > AGREED || a->gbytes > AGREED))
            sb_warn(
                "the nodes with %s differ in speed: check other processes, clock frequencies and "
                "memory",
                a->machine);
        free(agreements[i].machine);
    }
    if (count > 1)
        sb_warn("the shards are from %d machines: the column machine identifies each row's, and "
                "nothing is compared across machines",
                count);
    return count < 0 ? SB_FAILED : SB_OK;
}

static void tell_times(const sb_merge_times *t, const char *out)
{
    if (t->shards < 2)
        return;
    sb_info("%zu shards took %.0f to %.0f s (%.0f %% apart), estimated %.0f to %.0f s (%.0f %%)",
            t->shards, (double)t->least_ns / 1e9, (double)t->most_ns / 1e9,
            100 * ((double)t->most_ns / (double)t->least_ns - 1),
            (double)t->least_estimated_ns / 1e9, (double)t->most_estimated_ns / 1e9,
            100 * ((double)t->most_estimated_ns / (double)t->least_estimated_ns - 1));
    if ((double)t->most_ns > UNEQUAL * (double)t->least_ns)
        sb_info("the next such run is dealt by these times with --weights %s", out);
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const merge_options *o = invocation->options;
    const sb_merge_options wanted = { .partial = o->partial, .prefer_newest = o->prefer != NULL };
    sb_merge_counts counts;
    sb_merge_times times;
    if (!o->out)
        return sb_fail(error, "missing option -o DIR, the folder of the merged run");
    if (o->prefer && strcmp(o->prefer, "newest") != 0)
        return sb_fail(error, "--prefer: expected newest, not '%s'", o->prefer);
    sb_rundb *db = sb_merge_runs(o->out, invocation->operands, invocation->operand_count, &wanted,
                                 &counts, error);
    if (!db)
        return SB_FAILED;
    int rc = sb_results_write_csv(db, o->out, error);
    if (rc == SB_OK)
        rc = tell_agreements(db, error);
    if (rc == SB_OK && (rc = sb_merge_read_times(db, &times, error)) == SB_OK)
        tell_times(&times, o->out);
    sb_rundb_close(db);
    if (rc == SB_OK)
        sb_info(
            "%s: %zu groups of %zu shard%s, %zu of them new%s; to draw figures: sepbench report "
            "%s",
            o->out, counts.groups, counts.shards, sb_plural(counts.shards), counts.added,
            counts.complete ? "" : "; incomplete", o->out);
    return rc;
}

const sb_command sb_command_merge = {
    .name = "merge",
    .usage = "-o DIR SHARD... [OPTIONS]",
    .summary = "Merge the shards of a run",
    .details = "A folder of shards stands for all of them. Results that DIR already has are kept.",
    .options = options,
    .options_size = sizeof(merge_options),
    .min_operands = 1,
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
