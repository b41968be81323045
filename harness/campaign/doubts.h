/* SPDX-License-Identifier: Apache-2.0 */
/* Warns of what makes a run worth little, before it is measured and after. The warnings go into the
 * run's provenance like all others. */
#ifndef SB_CAMPAIGN_DOUBTS_H
#define SB_CAMPAIGN_DOUBTS_H

#include "campaign/campaign.h"
#include "store/rundb.h"

/* Of the load that the machine has already. */
void sb_doubts_tell_before(const sb_campaign *campaign);

/* Of the load beside the run's own, and of times and speedups that are not determined. */
void sb_doubts_tell_after(const sb_campaign *campaign, sb_rundb *db);

#endif
