/* SPDX-License-Identifier: Apache-2.0 */
/* Conformance of plugins: every kernel, in every corner parameter set, on every odd layer, passes
 * through both gates and is checked against the rest of the contract (measure/contract.h). */
#ifndef SB_CAMPAIGN_CHECK_H
#define SB_CAMPAIGN_CHECK_H

#include "core/error.h"
#include "core/table.h"
#include "core/text.h"
#include "machine/topology.h"
#include "plugin/info.h"

#include <signal.h>

enum { SB_CHECK_SHOWN = 5 }; /* failures listed for a kernel; the others are counted */

typedef struct sb_check_report {
    sb_table kernels, failures;
    sb_table idle;    /* kernels for which nothing ran, and why not */
    sb_text commands; /* a line for each way to repeat a failure */
    bool failed;      /* a kernel, or a plugin that cannot be used */
} sb_check_report;

enum { SB_CHECK_SEED = 1 };

typedef struct sb_check_options {
    int64_t timeout_ns; /* limit for a call that does not return */
    uint64_t seed;
    bool verbose; /* a line each kernel and layer, on standard error */
    const volatile sig_atomic_t *stop;
} sb_check_options;

/* SB_INTERRUPTED when `stop` is set. Free the report, which after a failure covers what was checked
 * until then, with sb_check_report_free(). */
int sb_check_run(const sb_plugin_list *plugins, const sb_topology *topology,
                 const sb_check_options *options, sb_check_report *report, sb_error *error);
void sb_check_report_free(sb_check_report *report);

#endif
