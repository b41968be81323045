/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance of plugins: every kernel, in every corner configuration, on every odd layer, goes
 * through both gates. */
#ifndef SB_CAMPAIGN_CHECK_H
#define SB_CAMPAIGN_CHECK_H

#include "core/error.h"
#include "core/table.h"
#include "machine/topology.h"
#include "plugin/info.h"

#include <signal.h>

enum { SB_CHECK_SHOWN = 5 }; /* failures of a kernel that are listed; the others are counted */

typedef struct sb_check_report {
    sb_table kernels, failures;
    bool failed; /* a kernel, or a plugin that cannot be used */
} sb_check_report;

/* SB_INTERRUPTED when `stop` is set. The report, of what was checked until a failure too, is freed
 * with sb_check_report_free(). */
int sb_check_run(const sb_plugin_list *plugins, const sb_topology *topology,
                 const volatile sig_atomic_t *stop, sb_check_report *report, sb_error *error);
void sb_check_report_free(sb_check_report *report);

#endif
