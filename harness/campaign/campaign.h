/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by `run` and `tune`: what is measured, on which machine, and the run's account. */
#ifndef SB_CAMPAIGN_CAMPAIGN_H
#define SB_CAMPAIGN_CAMPAIGN_H

#include "campaign/account.h"
#include "campaign/watch.h"
#include "measure/group.h"

typedef struct sb_campaign {
    sb_scope scope;
    sb_machine machine;
    sb_account account;
    sb_watch watch;
    const char *plugin_log; /* borrowed; sb_session_options has it; NULL: none */
    const char *attach;     /* borrowed; likewise */
} sb_campaign;

/* Reads configuration, machine and plugins, without measuring. After a failure there is nothing to
 * close. */
int sb_campaign_open(const sb_scope_options *options, const sb_account *account,
                     const sb_watch *watch, sb_campaign *campaign, sb_error *error);
void sb_campaign_close(sb_campaign *campaign);

/* The options for measuring groups, and for their sessions, from the configuration. */
sb_measure_options sb_campaign_measuring(const sb_campaign *campaign);
sb_session_options sb_campaign_session(const sb_campaign *campaign);

#endif
