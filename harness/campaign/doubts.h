/* SPDX-License-Identifier: Apache-2.0 */
/* Warns of conditions that make a run unreliable, before and after it is measured. Like all
 * warnings, these become part of the run's provenance. */
#ifndef SB_CAMPAIGN_DOUBTS_H
#define SB_CAMPAIGN_DOUBTS_H

#include "campaign/campaign.h"
#include "store/rundb.h"

/* Warns if the machine is already loaded. */
void sb_doubts_tell_before(const sb_campaign *campaign);

/* Warns of load beyond the run's own, and of times and speedups that are not determined. */
void sb_doubts_tell_after(const sb_campaign *campaign, sb_rundb *db);

#endif
