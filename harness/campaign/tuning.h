/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over a tuning's searches; then its winners are measured. */
#ifndef SB_CAMPAIGN_TUNING_H
#define SB_CAMPAIGN_TUNING_H

#include "campaign/campaign.h"

/* As on the command line; NULL: the default, or what the configuration says. */
typedef struct sb_tuning_options {
    const char *out;
    const char *strategy, *budget, *seed;
    bool resume, base_line;
} sb_tuning_options;

/* Searches, remembers the winners, and measures them beside the defaults. *faults: did a kernel
 * fail? SB_INTERRUPTED where the user stopped it. */
int sb_tuning_run(sb_campaign *campaign, const sb_tuning_options *options, bool *faults,
                  sb_error *error);

/* Prints what sb_tuning_run() would search; nothing is measured. */
int sb_tuning_show(const sb_campaign *campaign, const sb_tuning_options *options, sb_error *error);

#endif
