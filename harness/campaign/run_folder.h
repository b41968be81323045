/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a sweep in its folder: measures, then writes all files that are made from the
 * measurements. */
#ifndef SB_CAMPAIGN_RUN_FOLDER_H
#define SB_CAMPAIGN_RUN_FOLDER_H

#include "campaign/campaign.h"

/* "results/NAME-DATE-TIME", with the name reduced to characters that are safe in a path; free()
 * it. */
char *sb_run_folder_default(const sb_campaign *campaign);

/*
 * The folder of the campaign's run, and whether a run is resumed; free() it. `out` NULL: the
 * default. For a shard selected by the scheduler: "OUT/shard-I-of-N", so that all tasks of an array
 * have the same command line; an existing run there is resumed, because the scheduler restarts a
 * task that it ended.
 */
char *sb_run_folder_choose(const sb_campaign *campaign, const char *out, bool *resume,
                           sb_error *error);

/* Is there a run? */
bool sb_run_folder_holds(const char *dir);

typedef struct sb_run_manner {
    bool resume;      /* continue the run in the folder; otherwise there must be none */
    const char *told; /* the folder that the user named, or is to name to go on; NULL: the run's */
    bool verbose;     /* print every speedup and the contest with peers too */
} sb_run_manner;

/* Sweeps into `dir`, writes its files and prints the answer. *faults: did a kernel fail? After a
 * failure or SB_INTERRUPTED, the files cover what was measured until then. */
int sb_run_into(sb_campaign *campaign, const char *dir, const sb_run_manner *manner, bool *faults,
                sb_error *error);

#endif
