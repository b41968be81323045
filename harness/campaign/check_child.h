/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the contract of one kernel in a process of its own, with the fences that workers have. */
#ifndef SB_CAMPAIGN_CHECK_CHILD_H
#define SB_CAMPAIGN_CHECK_CHILD_H

#include "campaign/check_one.h"

#include <signal.h>

/*
 * Passes the smallest case of each broken promise to `found`; a crash and a process that does not
 * answer for `timeout_ns` are findings, too. SB_INTERRUPTED when `stop` is set.
 */
int sb_check_child(const sb_check_case *one, int64_t timeout_ns, const volatile sig_atomic_t *stop,
                   const sb_contract_watch *found, sb_check_counts *counts, sb_error *error);

#endif
