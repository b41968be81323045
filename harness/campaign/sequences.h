/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of a network in sequence, with what was measured of them. */
#ifndef SB_CAMPAIGN_SEQUENCES_H
#define SB_CAMPAIGN_SEQUENCES_H

#include "campaign/campaign.h"
#include "store/rundb.h"

/*
 * Where the configuration says that it is a network: runs its layers in sequence, for each number
 * of threads that the database does not hold yet, with the kernels that are right by it, and puts
 * what came of that there. What stands in the way of a sequence (a layer without a kernel) is a
 * warning.
 */
int sb_sequences_run(sb_campaign *campaign, sb_rundb *db, sb_error *error);

#endif
