/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the layers of a network in sequence, based on the run's measurements. */
#ifndef SB_CAMPAIGN_SEQUENCES_H
#define SB_CAMPAIGN_SEQUENCES_H

#include "campaign/campaign.h"
#include "store/rundb.h"

/*
 * If the configuration is a network: runs its layers in sequence, for each number of threads that
 * the database lacks, with the kernels that are correct according to the database, and stores the
 * results there. If a sequence is not possible (a layer has no kernel), warns.
 */
int sb_sequences_run(sb_campaign *campaign, sb_rundb *db, sb_error *error);

#endif
