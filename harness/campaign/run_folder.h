/* SPDX-License-Identifier: Apache-2.0 */
/* A sweep into its folder: measured, then everything written that is made from what was measured.
 */
#ifndef SB_CAMPAIGN_RUN_FOLDER_H
#define SB_CAMPAIGN_RUN_FOLDER_H

#include "campaign/sweep.h"

/* "results/NAME-DATE-TIME", the name reduced to what is harmless in a path; free() it. */
char *sb_run_folder_default(const sb_sweep *sweep);

typedef struct sb_run_manner {
    const char *command; /* "run" or "tune": how to go on after an interruption */
    bool resume;         /* go on with the run in the folder; else there must be none */
    bool quiet;
} sb_run_manner;

/* Sweeps into `dir`, writes its files and prints the summary. Returns the exit status: 0, 1 where a
 * kernel failed, 130 where the user stopped it, 2 with an error. */
int sb_run_into(sb_sweep *sweep, const char *dir, const sb_run_manner *manner, sb_error *error);

#endif
