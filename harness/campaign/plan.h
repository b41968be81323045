/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a run, shown instead of running it. */
#ifndef SB_CAMPAIGN_PLAN_H
#define SB_CAMPAIGN_PLAN_H

#include "campaign/campaign.h"

/* Prints what would be measured on standard output, and how long it would take at most on standard
 * error. */
void sb_plan_show(const sb_campaign *campaign);

#endif
