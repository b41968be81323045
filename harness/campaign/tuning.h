/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over a tuning's searches, and the measurement of their winners. */
#ifndef SB_CAMPAIGN_TUNING_H
#define SB_CAMPAIGN_TUNING_H

#include "campaign/campaign.h"

/* Options of the command line; NULL: the default, or as in the configuration. */
typedef struct sb_tuning_options {
    const char *out;
    const char *strategy, *budget, *seed;
    bool resume, base_line;
} sb_tuning_options;

/* Searches, stores the winners, and measures them beside the defaults. *faults: did a kernel fail?
 * SB_INTERRUPTED if the user stopped it. */
int sb_tuning_run(sb_campaign *campaign, const sb_tuning_options *options, bool *faults,
                  sb_error *error);

/* Prints what sb_tuning_run() would search, without measuring. */
int sb_tuning_show(const sb_campaign *campaign, const sb_tuning_options *options, sb_error *error);

#endif
