/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over a campaign's layers, each with all numbers of threads together. */
#ifndef SB_CAMPAIGN_SWEEP_H
#define SB_CAMPAIGN_SWEEP_H

#include "campaign/campaign.h"
#include "store/rundb.h"

/* Measures the machine's peaks, then every layer with the numbers of threads that the database
 * lacks; records in the account how the time was spent. SB_INTERRUPTED when the user asked to
 * stop. */
int sb_sweep_run(sb_campaign *campaign, sb_rundb *db, sb_error *error);

#endif
