/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench merge: combines the shards of a run. */
#include "store/merge.h"
#include "cli/commands.h"
#include "core/log.h"
#include "store/results_csv.h"

#include <stdlib.h>
#include <string.h>

typedef struct merge_options {
    const char *out, *prefer;
    bool partial;
} merge_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(merge_options, out), "DIR",
      "the folder of the merged run; one that is there is gone on with" },
    { "prefer", 0, SB_OPTION_TEXT, offsetof(merge_options, prefer), "newest",
      "of two results for one group take the later" },
    { "partial", 0, SB_OPTION_FLAG, offsetof(merge_options, partial), NULL,
      "merge what is there, though shards are missing, unfinished or damaged" },
    { 0 },
};

enum { MOST_MACHINES = 64 };
#define AGREED 1.1 /* nodes of one model that differ by more are not the same machine */

/* Means and speedups are formed within a machine; warns if its nodes differ. */
static int tell_agreements(sb_rundb *db, sb_error *error)
{
    sb_agreement agreements[MOST_MACHINES];
    int count = sb_merge_agreements(db, agreements, MOST_MACHINES, error);
    for (int i = 0; i < count; i++) {
        const sb_agreement *a = &agreements[i];
        if (a->shards > 1)
            sb_info("%s: peaks of %zu shards are within %.1f %% (arithmetic) and %.1f %% (memory)",
                    a->machine, a->shards, 100 * (a->gflops - 1), 100 * (a->gbytes - 1));
        if (a->shards > 1 && (a->gflops > AGREED || a->gbytes > AGREED))
            sb_warn("nodes that call themselves %s do not agree: look at what else runs there, at "
                    "their clocks and their memory",
                    a->machine);
        free(agreements[i].machine);
    }
    if (count > 1)
        sb_warn(
            "the shards are of %d machines: the column machine tells rows apart, and nothing is "
            "compared across machines",
            count);
    return count < 0 ? SB_FAILED : SB_OK;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const merge_options *o = invocation->options;
    const sb_merge_options wanted = { .partial = o->partial, .prefer_newest = o->prefer != NULL };
    sb_merge_counts counts;
    if (!o->out)
        return sb_fail(error, "merge needs the folder for the merged run: -o DIR");
    if (o->prefer && strcmp(o->prefer, "newest") != 0)
        return sb_fail(error, "--prefer takes newest, not '%s'", o->prefer);
    sb_rundb *db = sb_merge_runs(o->out, invocation->operands, invocation->operand_count, &wanted,
                                 &counts, error);
    if (!db)
        return SB_FAILED;
    int rc = sb_results_write_csv(db, o->out, error);
    if (rc == SB_OK)
        rc = tell_agreements(db, error);
    sb_rundb_close(db);
    if (rc == SB_OK)
        sb_info("%s: %zu groups of %zu shard%s, %zu of them new%s; sepbench report %s draws its "
                "figures",
                o->out, counts.groups, counts.shards, counts.shards == 1 ? "" : "s", counts.added,
                counts.complete ? "" : "; not complete", o->out);
    return rc;
}

const sb_command sb_command_merge = {
    .name = "merge",
    .usage = "-o DIR SHARD... [OPTIONS]",
    .summary = "Put the shards of a run together",
    .details = "A folder of shards stands for all of them. What DIR holds already is left alone.",
    .options = options,
    .options_size = sizeof(merge_options),
    .min_operands = 1,
    .max_operands = SB_ANY_NUMBER,
    .run = run,
};
