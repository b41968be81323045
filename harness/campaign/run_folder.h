/* SPDX-License-Identifier: Apache-2.0 */
/* A sweep into its folder: measured, then everything written that is made from what was measured.
 */
#ifndef SB_CAMPAIGN_RUN_FOLDER_H
#define SB_CAMPAIGN_RUN_FOLDER_H

#include "campaign/campaign.h"

/* "results/NAME-DATE-TIME", the name reduced to what is harmless in a path; free() it. */
char *sb_run_folder_default(const sb_campaign *campaign);

/*
 * Where the campaign's run goes, and whether one is gone on with; free() it. `out` NULL: the
 * default. Of a shard that the scheduler chose: "OUT/shard-I-of-N", so that all tasks of an array
 * are called alike, and what lies there is gone on with, as the scheduler starts a task anew that
 * it ended.
 */
char *sb_run_folder_choose(const sb_campaign *campaign, const char *out, bool *resume,
                           sb_error *error);

/* Is there a run? */
bool sb_run_folder_holds(const char *dir);

typedef struct sb_run_manner {
    bool resume;      /* go on with the run in the folder; else there must be none */
    const char *told; /* the folder that the user named, or is to name to go on; NULL: the run's */
    bool verbose;     /* print every speedup and the contest with peers too */
} sb_run_manner;

/* Sweeps into `dir`, writes its files and prints the answer. *faults: did a kernel fail? What was
 * measured until a failure or SB_INTERRUPTED is written all the same. */
int sb_run_into(sb_campaign *campaign, const char *dir, const sb_run_manner *manner, bool *faults,
                sb_error *error);

#endif
