/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a campaign in its folder, or several times: once for each state of the caches. */
#ifndef SB_CAMPAIGN_RUN_STATES_H
#define SB_CAMPAIGN_RUN_STATES_H

#include "campaign/campaign.h"

typedef struct sb_run_request {
    const sb_scope_options *scope; /* that the campaign was opened with */
    const char *out;               /* NULL: the default folder */
    bool resume, verbose;          /* as in sb_run_manner */
} sb_run_request;

/* *faults: did a kernel fail? With several states, each has a folder within the run's, because a
 * report covers one state. */
int sb_run_states(sb_campaign *campaign, const sb_run_request *request, bool *faults,
                  sb_error *error);

#endif
